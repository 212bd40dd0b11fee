//! Boot: who serves the network boot.

use super::Property;
use crate::drivers::DriverError;
use crate::model::Node;

/// Who serves a node's network boot. Cobbler does it by itself once it knows the system, so there
/// is nothing to do here but to check.
pub trait BootInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no server.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;
}
