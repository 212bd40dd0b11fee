//! A node's history, as `GET /v1/nodes/{node}/history` shows it from API 1.78 on.

use uuid::Uuid;

use super::{Node, Time};

/// How grave an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Severity {
    /// Something went as it should.
    Info,
    /// Something failed.
    Error,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its identifier.
    pub uuid: Uuid,
    /// The node it is about.
    pub node_uuid: Uuid,
    /// Ironic's word for the kind of work: `deploying`, `cleaning`, `verify`, ….
    pub event_type: String,
    /// How grave it is.
    pub severity: Severity,
    /// What happened, whole.
    pub event: String,
    /// The state that the node was in, in Ironic's words (API 1.115).
    pub state: Option<String>,
    /// The state that it was on its way to.
    pub target_provision_state: Option<String>,
    /// For how many seconds it had been in its state.
    pub duration_seconds: Option<i64>,
    /// The conductor that wrote it.
    pub conductor: String,
    /// When.
    pub created_at: Time,
}

impl HistoryEntry {
    /// An entry about a node as it is at `now`: its state and for how long it has been in it.
    pub fn about(
        node: &Node,
        event_type: &str,
        severity: Severity,
        event: String,
        conductor: &str,
        now: Time,
    ) -> Self {
        let duration = node.provision_updated_at.map(|since| now - since);
        Self {
            uuid: Uuid::new_v4(),
            node_uuid: node.uuid,
            event_type: event_type.to_owned(),
            severity,
            event,
            state: Some(node.provision_state.to_string()),
            target_provision_state: node.target_provision_state.map(|state| state.to_string()),
            duration_seconds: duration.map(|duration| duration.num_seconds()),
            conductor: conductor.to_owned(),
            created_at: now,
        }
    }
}
