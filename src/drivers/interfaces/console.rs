//! Ironic's console interface: a way to a server's screen or serial line.

use async_trait::async_trait;

use crate::drivers::DriverError;
use crate::model::{JsonMap, Node};

/// Opens and closes a node's console, and says how it is reached.
#[async_trait]
pub trait ConsoleInterface: Send + Sync + std::fmt::Debug {
    /// Whether the node's record has what is needed.
    ///
    /// # Errors
    /// What is missing, or [`DriverError::Unsupported`].
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// How it is reached, as `console_info` shows it.
    ///
    /// # Errors
    /// Those of the driver.
    async fn info(&self, node: &Node) -> Result<JsonMap, DriverError>;

    /// Opens or closes it.
    ///
    /// # Errors
    /// Those of the driver.
    async fn set(&self, node: &Node, enabled: bool) -> Result<(), DriverError>;
}
