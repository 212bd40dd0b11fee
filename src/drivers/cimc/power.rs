//! `cimc` power: `operPower` and `adminPower` of `computeRackUnit`.

use async_trait::async_trait;
use cimc_client::{PowerCommand, PowerState as Seen};

use super::access::{Access, PROPERTIES, from_cimc, settings};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{PowerInterface, Property, Requested};
use crate::model::Node;
use crate::states::{PowerState, PowerTarget};

/// Power through the CIMC's XML API.
#[derive(Debug)]
pub struct CimcPower {
    access: Access,
}

impl CimcPower {
    /// On these controllers.
    pub fn new(access: Access) -> Self {
        Self { access }
    }
}

#[async_trait]
impl PowerInterface for CimcPower {
    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        settings(node, std::time::Duration::ZERO).map(drop)
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
        let controller = self.access.controller(node)?;
        let seen = controller
            .run(async |s| s.power_state().await)
            .await
            .map_err(|e| from_cimc(&e))?;
        Ok(match seen {
            Seen::On => PowerState::On,
            Seen::Off => PowerState::Off,
            Seen::Unknown(_) => PowerState::Error,
        })
    }

    async fn request(&self, node: &Node, target: PowerTarget) -> Result<Requested, DriverError> {
        let command = match target {
            PowerTarget::On => PowerCommand::Up,
            PowerTarget::Off => PowerCommand::Down,
            PowerTarget::Reboot => PowerCommand::HardReset,
            PowerTarget::SoftOff | PowerTarget::SoftReboot => PowerCommand::SoftShutDown,
        };
        let controller = self.access.controller(node)?;
        controller
            .run(async |s| s.set_power(command).await)
            .await
            .map_err(|e| from_cimc(&e))?;
        Ok(Requested::Told)
    }
}
