//! `fake-hardware`: every step succeeds at once. The public API suites run on it, so it answers
//! as Ironic 39.0.0's fake interfaces do.

use std::sync::Arc;

use async_trait::async_trait;

use super::DriverError;
use super::interfaces::{
    BootDevice, BootInterface, BootMode, BootSetting, Condition, DeployInterface, Identity,
    InspectInterface, Inspection, ManagementInterface, Nics, PowerInterface, Property, Requested,
    SensorReading, Step, StepContext, StepOutcome, StepResult,
};
use crate::model::{InterfaceKind, Node, Port};
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

impl DeployInterface for FakeDeploy {
    fn properties(&self) -> &'static [Property] {
        &[]
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
