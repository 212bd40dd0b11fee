//! `cimc` power: `operPower` and `adminPower` of `computeRackUnit`.

use async_trait::async_trait;
use cimc_client::{Operation, PowerCommand, PowerState as Seen, Turn, WayIn};

use super::access::Access;
use super::driver_info::PROPERTIES;
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

    /// Login, one read, logout; or nothing at all, where somebody else has just read it.
    async fn read(&self, node: &Node, turn: Turn) -> Result<PowerState, DriverError> {
        let seen = match turn.power_read_meanwhile() {
            Some(seen) => seen,
            None => {
                let work = async |s: &mut WayIn| s.power_state().await;
                self.access
                    .perform_in(turn, node, Operation::PowerState, work)
                    .await?
            }
        };
        Ok(match seen {
            Seen::On => PowerState::On,
            Seen::Off => PowerState::Off,
            Seen::Unknown(_) => PowerState::Error,
        })
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
        let turn = self.access.turn(node).await?;
        self.read(node, turn).await
    }

    async fn state_if_free(&self, node: &Node) -> Result<Option<PowerState>, DriverError> {
        match self.access.turn_if_free(node).await? {
            Some(turn) => self.read(node, turn).await.map(Some),
            None => Ok(None),
        }
    }

    fn ask_in_earnest(&self, node: &Node) {
        if let Ok(controller) = self.access.controller(node) {
            controller.allow_trial();
        }
    }

    async fn request(&self, node: &Node, target: PowerTarget) -> Result<Requested, DriverError> {
        let command = match target {
            PowerTarget::On => PowerCommand::Up,
            PowerTarget::Off => PowerCommand::Down,
            PowerTarget::Reboot => PowerCommand::HardReset,
            PowerTarget::SoftOff | PowerTarget::SoftReboot => PowerCommand::SoftShutDown,
        };
        let work = async |s: &mut WayIn| s.set_power(command).await;
        self.access.perform(node, Operation::Power, work).await?;
        Ok(Requested::Told)
    }
}
