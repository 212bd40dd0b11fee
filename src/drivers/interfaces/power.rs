//! Power.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Property, Step};
use crate::drivers::DriverError;
use crate::model::{Node, StepKind};
use crate::states::{PowerState, PowerTarget};

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requested {
    /// The hardware was told; whether it obeys is to be looked at.
    Told,
    /// The state has been reached at once.
    Reached(PowerState),
}

/// Turns a node on and off.
#[async_trait]
pub trait PowerInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no hardware.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// What may be asked for.
    fn supported(&self) -> &'static [PowerTarget];

    /// The steps of a kind that it offers, those of equal priority in order.
    fn steps(&self, _: StepKind) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    /// The power state as the hardware tells it.
    async fn state(&self, node: &Node) -> Result<PowerState, DriverError>;

    /// The power state for one who must not stand in the way of work: `None` while somebody else
    /// is at the node's controller.
    async fn state_if_free(&self, node: &Node) -> Result<Option<PowerState>, DriverError> {
        self.state(node).await.map(Some)
    }

    /// An operator wants something of the node: where its controller is left alone for a while
    /// because it gave no answer, it is to be asked all the same.
    fn ask_in_earnest(&self, _: &Node) {}

    /// Asks for a change and does not wait for it. The caller looks first, and looks again.
    async fn request(&self, node: &Node, target: PowerTarget) -> Result<Requested, DriverError>;
}
