//! A node's history, as `GET /v1/nodes/{node}/history` shows it from API 1.78 on.

use uuid::Uuid;

use super::Time;

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
    /// The conductor that wrote it.
    pub conductor: String,
    /// When.
    pub created_at: Time,
}
