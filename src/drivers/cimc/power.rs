//! `cimc` power: `operPower` and `adminPower` of `computeRackUnit`.

use async_trait::async_trait;
use cimc_client::{Operation, PowerCommand, PowerState as Seen, Session};

use super::access::{Access, PROPERTIES};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{PowerInterface, Property, Requested};
use crate::model::Node;
use crate::states::{PowerState, PowerTarget};

/// Power through the CIMC.
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
        self.access.validate(node)
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
        let work = async |s: &mut Session| s.power_state().await;
        let seen = self
            .access
            .perform(node, Operation::PowerState, work)
            .await?;
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
        let work = async |s: &mut Session| s.set_power(command).await;
        self.access.perform(node, Operation::Power, work).await?;
        Ok(Requested::Told)
    }
}
