//! Plain types of the domain, in Ironic's words. They import nothing else of Ferric's but
//! [`crate::states`], and know neither a wire format nor a database.

mod conductor;
mod document;
mod evidence;
mod history;
mod inspection_rule;
mod job;
mod name;
mod node;
mod port;
pub mod python;
mod resource;
mod trait_name;

pub use conductor::Conductor;
pub use document::{Document, DocumentKind};
pub use evidence::{Evidence, EvidenceKind, EvidenceSource};
pub use history::{HistoryEntry, Severity};
pub use inspection_rule::{RULE_ACTIONS, RULE_CONDITIONS, RuleOperation};
pub use job::{Job, JobKind, PlannedStep, StepKind};
pub use name::is_logical_name;
pub use node::{InterfaceKind, Interfaces, Node};
pub use port::{Port, normalise_mac};
pub use resource::{Resource, ResourceKind};
pub use trait_name::{MAX_TRAITS_PER_NODE, is_valid_trait};

/// A JSON object, as Ironic's free-form fields (`driver_info`, `extra`, …) hold.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;

/// A point in time, as the database keeps it.
pub type Time = chrono::DateTime<chrono::Utc>;

/// The present time, cut to microseconds: PostgreSQL keeps no more, and what is read back must
/// equal what was written on either database.
pub fn now() -> Time {
    let now = chrono::Utc::now();
    chrono::DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}
