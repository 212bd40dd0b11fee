//! Rescue: another system than the server's own, to look after that one.

use std::sync::Arc;

use super::{Property, Step};
use crate::drivers::DriverError;
use crate::model::Node;

/// The key of `instance_info` with the password that a rescue system is to have. It is there only
/// while the rescue is under way.
pub const RESCUE_PASSWORD: &str = "rescue_password";

/// Gives the steps by which a server boots a rescue system and its own again.
pub trait RescueInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no server.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// From `active` to `rescue`, in order.
    fn rescue_steps(&self) -> Vec<Arc<dyn Step>>;

    /// From `rescue` to `active`, in order.
    fn unrescue_steps(&self) -> Vec<Arc<dyn Step>>;

    /// What makes a rescue that failed or was aborted harmless, in order.
    fn clean_up_steps(&self) -> Vec<Arc<dyn Step>>;

    /// The script that the rescue system fetches and runs: it gives the system its password.
    fn script(&self, node: &Node) -> Result<String, DriverError> {
        Err(DriverError::Unsupported {
            driver: node.driver.clone(),
            feature: "rescue".to_owned(),
        })
    }
}
