//! A conductor: one running engine.

use super::Time;

/// A process that runs the engine, as `GET /v1/conductors` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conductor {
    /// The name under which it claims nodes.
    pub hostname: String,
    /// The group of nodes it serves; the empty string is the default group.
    pub conductor_group: String,
    /// The hardware types it drives.
    pub drivers: Vec<String>,
    /// When it first registered.
    pub created_at: Time,
    /// Its last heartbeat.
    pub updated_at: Time,
}
