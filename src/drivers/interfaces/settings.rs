//! BIOS settings and firmware components: read, and kept beside the node's record.

use std::sync::Arc;

use async_trait::async_trait;

use super::Step;
use crate::drivers::DriverError;
use crate::model::{Node, StepKind};

/// A BIOS setting and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct BiosSetting {
    pub name: String,
    pub value: String,
}

/// Reads BIOS settings.
#[async_trait]
pub trait BiosInterface: Send + Sync + std::fmt::Debug {
    /// Whether the node's record has what is needed; touches no hardware.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// The steps of a kind that it offers, those of equal priority in order.
    fn steps(&self, _: StepKind) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    /// The settings as they are configured.
    async fn settings(&self, node: &Node) -> Result<Vec<BiosSetting>, DriverError>;
}

/// A component that has firmware, and the version that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmwareComponent {
    /// Ironic's kind of name: `bmc`, `bios`, `nic:MLOM`.
    pub component: String,
    /// The version that runs.
    pub version: String,
    /// Who made the part that it runs in, where the controller tells (API 1.114).
    pub vendor: Option<String>,
    /// Which part it is.
    pub model: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
}

/// Reads the versions of firmware.
#[async_trait]
pub trait FirmwareInterface: Send + Sync + std::fmt::Debug {
    /// Whether the node's record has what is needed; touches no hardware.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// The steps of a kind that it offers, those of equal priority in order.
    fn steps(&self, _: StepKind) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    /// The components and their versions.
    async fn components(&self, node: &Node) -> Result<Vec<FirmwareComponent>, DriverError>;
}
