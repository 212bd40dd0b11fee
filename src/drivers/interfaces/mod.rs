//! Ironic's driver interfaces as traits, one a file, and what their steps work with. Optional
//! methods answer [`crate::drivers::DriverError::Unsupported`].

mod boot;
mod console;
mod context;
mod deploy;
mod inspect;
mod management;
mod offers;
mod passthru;
mod power;
mod raid;
mod rescue;
mod settings;
mod step;
mod vendor;

pub use boot::BootInterface;
pub use console::ConsoleInterface;
pub use context::{Changes, StepContext};
pub use deploy::{DeployInterface, SharedObject, SharedState};
pub use inspect::{BootNic, Identity, InspectInterface, Inspection, Nic, Nics};
pub use management::{
    BootDevice, BootMode, BootSetting, Condition, Indicator, IndicatorState, ManagementInterface,
    RaisedFault, SensorReading,
};
pub use offers::order;
pub use passthru::{PassthruMethod, VendorPassthru};
pub use power::{PowerInterface, Requested};
pub use raid::RaidInterface;
pub use rescue::{RESCUE_PASSWORD, RescueInterface};
pub use settings::{BiosInterface, BiosSetting, FirmwareComponent, FirmwareInterface};
pub use step::{Arg, Step, StepOutcome, StepResult};
pub use vendor::VendorInterface;

use std::sync::Arc;

/// A key of `driver_info` and what it means, as `GET /v1/drivers/{driver}/properties` shows it.
pub type Property = (&'static str, &'static str);

/// The implementations that a node has chosen.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct NodeInterfaces {
    pub power: Arc<dyn PowerInterface>,
    pub management: Arc<dyn ManagementInterface>,
    pub inspect: Arc<dyn InspectInterface>,
    pub boot: Arc<dyn BootInterface>,
    pub console: Arc<dyn ConsoleInterface>,
    pub deploy: Arc<dyn DeployInterface>,
    pub bios: Arc<dyn BiosInterface>,
    pub firmware: Arc<dyn FirmwareInterface>,
    pub raid: Arc<dyn RaidInterface>,
    pub rescue: Arc<dyn RescueInterface>,
    pub vendor: Arc<dyn VendorInterface>,
}
