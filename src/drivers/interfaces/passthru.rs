//! A vendor's own methods, which clients call by name: `…/vendor_passthru/{method}`.

use async_trait::async_trait;
use serde_json::Value;

use crate::drivers::DriverError;
use crate::model::{JsonMap, Node};

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassthruMethod {
    /// Its name.
    pub name: &'static str,
    /// The methods of HTTP that it takes.
    pub http_methods: &'static [&'static str],
    /// Whether the caller gets 202 at once and no value.
    pub is_async: bool,
    /// What it does, for a person.
    pub description: &'static str,
    /// Whether its value, a text, is the whole answer rather than JSON.
    pub attach: bool,
    /// Whether nobody else may work on the node meanwhile.
    pub exclusive: bool,
}

/// Offers a vendor's own methods.
#[async_trait]
pub trait VendorPassthru: Send + Sync + std::fmt::Debug {
    /// All of them, by name.
    fn methods(&self) -> &'static [PassthruMethod];

    /// Whether the arguments are those that the method takes; touches no hardware.
    fn validate(&self, node: &Node, method: &str, args: &JsonMap) -> Result<(), DriverError>;

    /// Calls a method with arguments that [`VendorPassthru::validate`] has passed.
    async fn call(&self, node: &Node, method: &str, args: &JsonMap) -> Result<Value, DriverError>;
}
