//! Inspection: what the hardware is.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use super::{Property, Step};
use crate::drivers::DriverError;
use crate::model::{JsonMap, Node, StepKind};

/// A network interface of the host, as the management controller tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nic {
    /// MAC address, lower case with colons.
    pub mac: String,
    /// The vendor's name for it.
    pub name: String,
    /// Whether the host may boot from it.
    pub pxe: bool,
    /// Whether it has a link, where the controller tells.
    pub link: Option<bool>,
}

/// The interface to boot from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootNic {
    /// Its MAC address.
    pub mac: String,
    /// Why it and no other, in words for a person.
    pub why: String,
}

/// The host's network interfaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nics {
    /// All, the likeliest to boot from first.
    pub all: Vec<Nic>,
    /// The one to boot from.
    pub boots: Option<BootNic>,
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

/// What an inspection found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inspection {
    /// Ironic's inventory document (API 1.81).
    pub inventory: Value,
    /// What the driver knows beyond it.
    pub plugin_data: Value,
    /// Goes into the node's `properties`, over what stands there: Ironic's inspection does so.
    pub properties: JsonMap,
    /// The host's network interfaces.
    pub nics: Nics,
    /// What could not be read, and why.
    pub notes: Vec<String>,
}

/// Reads what the hardware is, out of band.
#[async_trait]
pub trait InspectInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no hardware.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// The steps of a kind that it offers, those of equal priority in order.
    fn steps(&self, _: StepKind) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    /// Model, serial number and firmware.
    async fn identity(&self, node: &Node) -> Result<Identity, DriverError>;

    /// Finds out what the controller can do, and what says so; goes into `driver_internal_info`.
    async fn capabilities(&self, _: &Node) -> Result<JsonMap, DriverError> {
        Ok(JsonMap::new())
    }

    /// The host's network interfaces. Unsupported where the firmware can't tell: then the
    /// operator's ports stand.
    async fn nics(&self, node: &Node) -> Result<Nics, DriverError>;

    /// All that can be read of the hardware.
    async fn inspect(&self, node: &Node) -> Result<Inspection, DriverError>;
}
