//! Ironic's RAID interface: what arrays may be wished for. Building them is a cleaning step.

use std::sync::Arc;

use super::{Property, Step};
use crate::drivers::DriverError;
use crate::model::{Node, StepKind};

/// Takes wishes for arrays.
pub trait RaidInterface: Send + Sync + std::fmt::Debug {
    /// The keys of a logical disk and what they mean; empty where there are none.
    fn logical_disk_properties(&self) -> &'static [Property];

    /// Whether the node can have arrays.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`].
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// The steps of a kind that it offers, those of equal priority in order.
    fn steps(&self, _: StepKind) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }
}
