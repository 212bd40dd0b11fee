//! Deploy: the lists of steps.

use std::sync::Arc;

use super::{Property, Step};
use crate::drivers::DriverError;
use crate::model::{Node, Port};

/// Gives the steps by which a node is installed and emptied.
pub trait DeployInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no server.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// From `available` to `active`, in order.
    fn deploy_steps(&self) -> Vec<Arc<dyn Step>>;

    /// From `active` to the start of cleaning, in order.
    fn tear_down_steps(&self) -> Vec<Arc<dyn Step>>;

    /// What automated cleaning does, in order.
    fn clean_steps(&self) -> Vec<Arc<dyn Step>>;

    /// What makes a deploy that failed or was aborted harmless, in order; the rest of it stays as
    /// it is for the operator to look at.
    fn abandon_steps(&self) -> Vec<Arc<dyn Step>>;

    /// The script that a node's installer fetches and runs in the installed system.
    fn install_script(&self, node: &Node, ports: &[Port]) -> Result<String, DriverError>;

    /// The script that an installer fetches whose answer file can hold none; nothing in it is the
    /// node's own.
    fn install_hooks(&self) -> Result<String, DriverError> {
        Err(DriverError::Unsupported {
            driver: "deploy interface".to_owned(),
            feature: "install_hooks".to_owned(),
        })
    }

    /// The servers it can use: name and URL.
    fn servers(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}
