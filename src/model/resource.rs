//! What the API keeps beside nodes and ports, each kind with fields of its own.

use serde_json::Value;
use uuid::Uuid;

use super::{JsonMap, Time};

/// A kind of resource.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Ironic's own words.
pub enum ResourceKind {
    Chassis,
    Portgroup,
    DeployTemplate,
    Runbook,
    Allocation,
    VolumeConnector,
    VolumeTarget,
    InspectionRule,
}

impl ResourceKind {
    /// Ironic's word for one of the kind, as its error texts begin with it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Chassis => "Chassis",
            Self::Portgroup => "Portgroup",
            Self::DeployTemplate => "Deploy template",
            Self::Runbook => "Runbook",
            Self::Allocation => "Allocation",
            Self::VolumeConnector => "Volume connector",
            Self::VolumeTarget => "Volume target",
            Self::InspectionRule => "Rule",
        }
    }
}

/// One of them. The fields that every kind has are here by name; what the kind has of its own is in
/// [`Resource::fields`], under Ironic's names and with every field present.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Order of creation; Ironic's default sort key.
    pub id: i64,
    /// Identifier.
    pub uuid: Uuid,
    /// What it is.
    pub kind: ResourceKind,
    /// Its name, unique within the kind.
    pub name: Option<String>,
    /// The node it belongs to.
    pub node_uuid: Option<Uuid>,
    /// The kind's own fields.
    pub fields: JsonMap,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Option<Time>,
    /// Grows with every save; a save of an older one is refused.
    pub version: i64,
}

impl Resource {
    /// One without fields, under a new UUID.
    pub fn new(kind: ResourceKind, now: Time) -> Self {
        Self {
            id: 0,
            uuid: Uuid::new_v4(),
            kind,
            name: None,
            node_uuid: None,
            fields: JsonMap::new(),
            created_at: now,
            updated_at: None,
            version: 0,
        }
    }

    /// A text of its fields, or `None` where it is absent or no text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    /// The texts of a list of its fields.
    pub fn texts(&self, field: &str) -> Vec<&str> {
        let items = self.fields.get(field).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// What else but UUID and name no other of the kind may have (Ironic 39.0.0, its database's
    /// constraints).
    pub fn claim(&self) -> Option<String> {
        match self.kind {
            ResourceKind::Portgroup => self.text("address").map(str::to_owned),
            ResourceKind::VolumeConnector => Some(format!(
                "{} and connector ID {}",
                self.text("type")?,
                self.text("connector_id")?
            )),
            ResourceKind::VolumeTarget => Some(format!(
                "{} {}",
                self.node_uuid?,
                self.fields.get("boot_index")?
            )),
            _ => None,
        }
    }
}
