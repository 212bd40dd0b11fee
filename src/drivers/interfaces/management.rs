//! Management: boot devices and modes, the locator LED, sensors, health.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;

use super::{Property, Step};
use crate::drivers::DriverError;
use crate::model::{Node, StepKind};

/// What a node boots from, in Ironic's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::EnumIter)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)]
pub enum BootDevice {
    Pxe,
    Disk,
    Cdrom,
    Bios,
    Safe,
    Wanboot,
    Iscsiboot,
    Floppy,
    Uefihttp,
}

/// What is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootSetting {
    /// The first device, or `None` where it has no name in Ironic.
    pub device: Option<BootDevice>,
    /// Whether it stays after the next boot; `None` where the hardware doesn't say.
    pub persistent: Option<bool>,
}

/// Legacy or UEFI, in Ironic's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)]
pub enum BootMode {
    Bios,
    Uefi,
}

/// A light that somebody looks for, in Ironic's words: `led@chassis`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)]
pub enum IndicatorState {
    On,
    Off,
    Blinking,
    Unknown,
}

/// An indicator that a driver has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicator {
    /// Its name in Ironic's form, `NAME@COMPONENT`.
    pub name: &'static str,
    /// Whether it can only be looked at.
    pub readonly: bool,
    /// What it can be, in alphabetical order.
    pub states: &'static [IndicatorState],
}

/// A sensor's reading, as `/ferric/v1/nodes/{node}/sensors` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SensorReading {
    /// Ironic's groups: `Temperature`, `Power`, `Fan`, …
    pub group: String,
    pub name: String,
    pub value: Option<f64>,
    pub unit: String,
    pub status: Option<String>,
}

/// A fault that the controller has raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct RaisedFault {
    pub code: String,
    pub severity: String,
    pub description: String,
    pub affected: String,
    pub created: String,
}

/// What the controller thinks of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// `OK`, `Warning` or `Critical`, as `node.health` (API 1.109).
    pub health: String,
    /// The faults that say so, the worst first.
    pub faults: Vec<RaisedFault>,
}

/// What a driver that has no such thing answers.
fn unsupported<T>(node: &Node, feature: &str) -> Result<T, DriverError> {
    Err(DriverError::Unsupported {
        driver: node.driver.clone(),
        feature: feature.to_owned(),
    })
}

/// Sets what a node boots from, and what else a management controller does.
#[async_trait]
pub trait ManagementInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no hardware.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// The steps of a kind that it offers, those of equal priority in order.
    fn steps(&self, _: StepKind) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    /// The devices that may be set, as far as the node's record tells.
    fn supported_boot_devices(&self, node: &Node) -> Vec<BootDevice>;

    /// The device that is set.
    async fn boot_device(&self, node: &Node) -> Result<BootSetting, DriverError>;

    /// Puts a device first, for the next boot or for good, and reads it back. `pxe_mac` says
    /// which network interface, where there are several. Gives what was set: hardware without a
    /// one-time boot sets it for good.
    async fn set_boot_device(
        &self,
        node: &Node,
        device: BootDevice,
        persistent: bool,
        pxe_mac: Option<&str>,
    ) -> Result<BootSetting, DriverError>;

    /// The operator's boot order, to be put back one day; `None` where there is nothing to keep.
    async fn keep_boot_order(&self, _: &Node) -> Result<Option<Value>, DriverError> {
        Ok(None)
    }

    /// Puts back what [`Self::keep_boot_order`] gave.
    async fn restore_boot_order(&self, _: &Node, _: &Value) -> Result<(), DriverError> {
        Ok(())
    }

    /// The mode of the next boot; `None` where the hardware doesn't say.
    async fn boot_mode(&self, node: &Node) -> Result<Option<BootMode>, DriverError> {
        unsupported(node, "get_boot_mode")
    }

    /// Sets the mode of the next boot and those after it.
    async fn set_boot_mode(&self, node: &Node, _: BootMode) -> Result<(), DriverError> {
        unsupported(node, "set_boot_mode")
    }

    /// Switches secure boot, from the next boot on.
    async fn set_secure_boot(&self, node: &Node, _: bool) -> Result<(), DriverError> {
        unsupported(node, "set_secure_boot_state")
    }

    /// Sends a non-maskable interrupt.
    async fn inject_nmi(&self, node: &Node) -> Result<(), DriverError> {
        unsupported(node, "inject_nmi")
    }

    /// Restarts the management controller itself, and does not wait for it; the server runs on.
    async fn reset_bmc(&self, node: &Node) -> Result<(), DriverError> {
        unsupported(node, "reset_bmc")
    }

    /// The indicators there are.
    fn indicators(&self) -> &'static [Indicator] {
        &[]
    }

    /// What the locator LED does.
    async fn indicator(&self, node: &Node) -> Result<IndicatorState, DriverError> {
        unsupported(node, "get_indicator_state")
    }

    /// Switches the locator LED on or off.
    async fn set_indicator(&self, node: &Node, _: bool) -> Result<(), DriverError> {
        unsupported(node, "set_indicator_state")
    }

    /// Temperatures, power, fans.
    async fn sensors(&self, node: &Node) -> Result<Vec<SensorReading>, DriverError> {
        unsupported(node, "get_sensors_data")
    }

    /// Health and faults.
    async fn condition(&self, node: &Node) -> Result<Condition, DriverError> {
        unsupported(node, "get_node_health")
    }
}
