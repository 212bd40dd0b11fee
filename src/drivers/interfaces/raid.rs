//! Ironic's RAID interface: what arrays may be wished for. Building them is a cleaning step.

use super::Property;
use crate::drivers::DriverError;
use crate::model::Node;

/// Takes wishes for arrays.
pub trait RaidInterface: Send + Sync + std::fmt::Debug {
    /// The keys of a logical disk and what they mean; empty where there are none.
    fn logical_disk_properties(&self) -> &'static [Property];

    /// Whether the node can have arrays.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`].
    fn validate(&self, node: &Node) -> Result<(), DriverError>;
}
