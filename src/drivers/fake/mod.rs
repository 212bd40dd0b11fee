//! `fake-hardware`: every step succeeds at once. The public API suites run on it, so it answers
//! as Ironic 39.0.0's fake interfaces do.

mod rescue;

pub use rescue::FakeRescue;

use std::sync::Arc;

use async_trait::async_trait;

use super::DriverError;
use super::interfaces::{
    BootDevice, BootInterface, BootMode, BootSetting, Condition, ConsoleInterface, DeployInterface,
    Identity, Indicator, IndicatorState, InspectInterface, Inspection, ManagementInterface, Nics,
    PowerInterface, Property, RaidInterface, Requested, SensorReading, Step, StepContext,
    StepOutcome, StepResult,
};
use crate::model::{InterfaceKind, JsonMap, Node, Port};
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

#[derive(Debug)]
struct Deploy;

#[async_trait]
impl Step for Deploy {
    fn name(&self) -> &'static str {
        "deploy"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        100
    }

    fn purpose(&self) -> &'static str {
        "nothing"
    }

    async fn advance(&self, _: &mut StepContext<'_>) -> StepResult {
        Ok(StepOutcome::Done)
    }
}

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

    fn deploy_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::new(Deploy)]
    }

    fn tear_down_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    fn clean_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    fn abandon_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    fn install_script(&self, node: &Node, _: &[Port]) -> Result<String, DriverError> {
        Err(DriverError::Unsupported {
            driver: node.driver.clone(),
            feature: "install_script".to_owned(),
        })
    }
}
