//! `fake-hardware`: every step succeeds at once. The public API suites run on it, so it answers
//! as Ironic 39.0.0's fake interfaces do.

mod passthru;
mod rescue;
mod steps;

pub use passthru::FakePassthru;
pub use rescue::FakeRescue;

use std::sync::Arc;

use async_trait::async_trait;

use super::DriverError;
use super::interfaces::{
    BiosInterface, BiosSetting, BootDevice, BootInterface, BootMode, BootSetting, Condition,
    ConsoleInterface, DeployInterface, FirmwareComponent, FirmwareInterface, Identity, Indicator,
    IndicatorState, InspectInterface, Inspection, ManagementInterface, Nics, PowerInterface,
    Property, RaidInterface, Requested, SensorReading, Step, VendorInterface,
};
use crate::model::{JsonMap, Node, Port, StepKind};
use crate::states::{PowerState, PowerTarget};

/// Power that is what it was last told to be.
#[derive(Debug)]
pub struct FakePower;

#[async_trait]
impl PowerInterface for FakePower {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    fn supported(&self) -> &'static [PowerTarget] {
        &[
            PowerTarget::On,
            PowerTarget::Off,
            PowerTarget::Reboot,
            PowerTarget::SoftOff,
            PowerTarget::SoftReboot,
        ]
    }

    async fn state(&self, node: &Node) -> Result<PowerState, DriverError> {
        Ok(node.power_state.unwrap_or(PowerState::Off))
    }

    async fn request(&self, _: &Node, target: PowerTarget) -> Result<Requested, DriverError> {
        Ok(Requested::Reached(target.result()))
    }
}

/// A management controller that knows one boot device.
#[derive(Debug)]
pub struct FakeManagement;

#[async_trait]
impl ManagementInterface for FakeManagement {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    fn supported_boot_devices(&self, _: &Node) -> Vec<BootDevice> {
        vec![BootDevice::Pxe]
    }

    async fn boot_device(&self, _: &Node) -> Result<BootSetting, DriverError> {
        Ok(BootSetting {
            device: Some(BootDevice::Pxe),
            persistent: Some(false),
        })
    }

    async fn set_boot_device(
        &self,
        _: &Node,
        device: BootDevice,
        persistent: bool,
        _: Option<&str>,
    ) -> Result<BootSetting, DriverError> {
        Ok(BootSetting {
            device: Some(device),
            persistent: Some(persistent),
        })
    }

    async fn boot_mode(&self, node: &Node) -> Result<Option<BootMode>, DriverError> {
        Ok(node.boot_mode.as_deref().and_then(|mode| mode.parse().ok()))
    }

    async fn set_boot_mode(&self, _: &Node, _: BootMode) -> Result<(), DriverError> {
        Ok(())
    }

    /// Ironic's fake management takes the wish too, and says only afterwards that it can't.
    async fn set_secure_boot(&self, _: &Node, _: bool) -> Result<(), DriverError> {
        Ok(())
    }

    /// Those of Ironic's fake management: one can be switched, in name only.
    fn indicators(&self) -> &'static [Indicator] {
        &[
            Indicator {
                name: "led-0@chassis",
                readonly: true,
                states: &[IndicatorState::Off, IndicatorState::On],
            },
            Indicator {
                name: "led@system",
                readonly: false,
                states: &[
                    IndicatorState::Blinking,
                    IndicatorState::Off,
                    IndicatorState::On,
                ],
            },
        ]
    }

    async fn indicator(&self, _: &Node) -> Result<IndicatorState, DriverError> {
        Ok(IndicatorState::On)
    }

    async fn sensors(&self, _: &Node) -> Result<Vec<SensorReading>, DriverError> {
        Ok(Vec::new())
    }

    async fn condition(&self, _: &Node) -> Result<Condition, DriverError> {
        Ok(Condition {
            health: "OK".to_owned(),
            faults: Vec::new(),
        })
    }
}

/// A console that shows nothing.
#[derive(Debug)]
pub struct FakeConsole;

#[async_trait]
impl ConsoleInterface for FakeConsole {
    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    async fn info(&self, _: &Node) -> Result<JsonMap, DriverError> {
        Ok(JsonMap::new())
    }

    async fn set(&self, _: &Node, _: bool) -> Result<(), DriverError> {
        Ok(())
    }
}

/// Takes every wish for arrays.
#[derive(Debug)]
pub struct FakeRaid;

impl RaidInterface for FakeRaid {
    /// The keys of Ironic's schema for RAID configurations.
    fn logical_disk_properties(&self) -> &'static [Property] {
        &[
            (
                "raid_level",
                "One of JBOD, 0, 1, 2, 5, 6, 1+0, 5+0, 6+0. Required.",
            ),
            (
                "size_gb",
                "GiB as an integer, or MAX for all that is left. Required.",
            ),
            ("volume_name", "The volume's name. Optional."),
            (
                "is_root_volume",
                "Whether the system is installed on it; false. Optional.",
            ),
            (
                "share_physical_disks",
                "Whether other volumes may lie on its disks; false. Optional.",
            ),
            ("disk_type", "hdd or ssd. Optional."),
            ("interface_type", "sata, scsi or sas. Optional."),
            (
                "number_of_physical_disks",
                "As many as the level needs at least. Optional.",
            ),
            ("controller", "The RAID controller's name. Optional."),
            (
                "physical_disks",
                "The disks' names; with them a controller has to be named. Optional.",
            ),
        ]
    }

    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }
}

/// BIOS settings that are what they were last told to be; nothing is read of any hardware.
#[derive(Debug)]
pub struct FakeBios;

#[async_trait]
impl BiosInterface for FakeBios {
    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    /// In Ironic these are cleaning steps alone, and a deploy that asks for one is told yes and goes
    /// without it. Here it does what it says.
    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        match kind {
            StepKind::Clean => vec![
                Arc::new(steps::ApplySettings),
                Arc::new(steps::ResetSettings),
                Arc::new(steps::CACHE_SETTINGS),
            ],
            StepKind::Deploy => vec![Arc::new(steps::ApplySettings)],
            StepKind::Service | StepKind::Verify => Vec::new(),
        }
    }

    async fn settings(&self, node: &Node) -> Result<Vec<BiosSetting>, DriverError> {
        Err(unsupported(node, "bios"))
    }
}

/// Firmware without a version.
#[derive(Debug)]
pub struct FakeFirmware;

#[async_trait]
impl FirmwareInterface for FakeFirmware {
    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        match kind {
            StepKind::Clean => vec![Arc::new(steps::UPDATE)],
            StepKind::Deploy | StepKind::Service | StepKind::Verify => Vec::new(),
        }
    }

    async fn components(&self, node: &Node) -> Result<Vec<FirmwareComponent>, DriverError> {
        Err(unsupported(node, "firmware"))
    }
}

/// A vendor whose hardware does what it is told, which is nothing.
#[derive(Debug)]
pub struct FakeVendor;

impl VendorInterface for FakeVendor {
    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        match kind {
            StepKind::Clean => vec![Arc::new(steps::CLEAN_LOG)],
            StepKind::Service => vec![
                Arc::new(steps::SERVICE_LOG),
                Arc::new(steps::TriggerServiceWait),
            ],
            StepKind::Deploy | StepKind::Verify => Vec::new(),
        }
    }
}

fn unsupported(node: &Node, feature: &str) -> DriverError {
    DriverError::Unsupported {
        driver: node.driver.clone(),
        feature: feature.to_owned(),
    }
}

/// Hardware without a name.
#[derive(Debug)]
pub struct FakeInspect;

#[async_trait]
impl InspectInterface for FakeInspect {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    async fn identity(&self, _: &Node) -> Result<Identity, DriverError> {
        Ok(Identity::default())
    }

    async fn nics(&self, _: &Node) -> Result<Nics, DriverError> {
        Ok(Nics::default())
    }

    /// Ironic's fake inspection finds nothing and stores nothing.
    async fn inspect(&self, _: &Node) -> Result<Inspection, DriverError> {
        Ok(Inspection::default())
    }
}

/// A network boot that nobody serves.
#[derive(Debug)]
pub struct FakeBoot;

impl BootInterface for FakeBoot {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }
}

/// A deploy of one step that is done at once.
#[derive(Debug)]
pub struct FakeDeploy;

#[async_trait]
impl DeployInterface for FakeDeploy {
    /// Ironic's fake hardware has two keys, of its vendor interface, so that clients have some to
    /// show.
    fn properties(&self) -> &'static [Property] {
        &[("B1", "Means nothing."), ("B2", "Means nothing either.")]
    }

    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        match kind {
            StepKind::Deploy => vec![Arc::new(steps::DEPLOY)],
            StepKind::Clean | StepKind::Service | StepKind::Verify => Vec::new(),
        }
    }

    fn tear_down_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    fn abandon_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    fn install_script(&self, node: &Node, _: &[Port]) -> Result<String, DriverError> {
        Err(unsupported(node, "install_script"))
    }
}
