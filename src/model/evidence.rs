//! What has been seen of a running install, and by whom.

use uuid::Uuid;

use super::Time;

/// What a piece of evidence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum EvidenceKind {
    /// The installer runs: its `%pre` has called us.
    Started,
    /// Disks are being partitioned.
    Partitioning,
    /// Packages are being installed; the message holds `n/m` where known.
    Packages,
    /// The `%post` scripts have begun.
    Post,
    /// The installation is complete; the node is about to reboot.
    Done,
    /// The installer gave up; the message holds its last lines.
    Failed,
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The node it is about.
    pub node_uuid: Uuid,
    /// The deploy it belongs to ([`super::Job::id`]).
    pub job_id: Uuid,
    /// Who says so: `installer`, `heartbeat`, ….
    pub source: String,
    /// What is said.
    pub kind: EvidenceKind,
    /// The words that came with it, or nothing.
    pub message: String,
    /// When it reached us.
    pub seen_at: Time,
}
