//! Inspection: what the hardware is.

use async_trait::async_trait;

use super::Property;
use crate::drivers::DriverError;
use crate::model::Node;

/// A network interface of the host, as the management controller tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nic {
    /// MAC address, lower case with colons.
    pub mac: String,
    /// The vendor's name for it.
    pub name: String,
    /// Whether the host may boot from it.
    pub pxe: bool,
}

/// What a controller says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Identity {
    pub vendor: Option<String>,
    pub model: Option<String>,
    pub serial: Option<String>,
    /// The controller's firmware version.
    pub firmware: Option<String>,
}

/// Reads what the hardware is, out of band.
#[async_trait]
pub trait InspectInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no hardware.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// Model, serial number and firmware.
    async fn identity(&self, node: &Node) -> Result<Identity, DriverError>;

    /// The host's network interfaces, the likeliest to boot from first. Unsupported where the
    /// firmware can't tell: then the operator's ports stand.
    async fn nics(&self, node: &Node) -> Result<Vec<Nic>, DriverError>;
}
