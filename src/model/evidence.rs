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
    /// The node's script was handed out to somebody with the install's token.
    Fetched,
    /// The installation is complete; the node is about to reboot.
    Done,
    /// The installer gave up; the message holds its last lines.
    Failed,
    /// The installed system has booted from disk.
    Booted,
    /// Something answers at the node's address; the message says what. Looked for as the last
    /// resort, when everybody is silent.
    Reachable,
}

/// Who says something, from the most to the least trusted.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum EvidenceSource {
    /// The hooks in the answer file and the first-boot hook; they prove themselves by the install's
    /// token.
    Installer,
    /// A template that reports as Ironic's own for Anaconda does; it proves itself by the same token.
    Heartbeat,
    /// Cobbler's install log, which anybody on the provisioning network can write to.
    Cobbler,
    /// An SSH server's greeting at the node's address.
    Ssh,
    /// An open port at the node's address, without a greeting.
    Tcp,
}

impl EvidenceSource {
    /// Whether it has shown the install's token.
    pub const fn is_proven(self) -> bool {
        matches!(self, Self::Installer | Self::Heartbeat)
    }
}

/// One thing that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The node it is about.
    pub node_uuid: Uuid,
    /// The deploy it belongs to ([`super::Job::id`]).
    pub job_id: Uuid,
    /// Who says so.
    pub source: EvidenceSource,
    /// What is said.
    pub kind: EvidenceKind,
    /// The words that came with it, or nothing.
    pub message: String,
    /// When it reached us.
    pub seen_at: Time,
}
