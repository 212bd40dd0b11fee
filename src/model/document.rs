//! What was read of a node's hardware and is kept beside its record.

use serde_json::Value;

use super::Time;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum DocumentKind {
    /// Ironic's inventory, with the plugin's own data: `{"inventory": …, "plugin_data": …}`.
    Inventory,
    /// BIOS settings: `[{"name": …, "value": …}]`.
    Bios,
    /// Firmware components: `[{"component": …, "initial_version": …, "current_version": …,
    /// "vendor": …, "model": …, "serial_number": …}]`.
    Firmware,
}

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Document {
    pub value: Value,
    pub created_at: Time,
    pub updated_at: Option<Time>,
}
