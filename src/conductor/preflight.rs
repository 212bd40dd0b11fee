//! The look before the first step of a deploy. The steps stay as the deploy interface gives them;
//! what they would find out only after the server is off is found out while it still runs.

use std::time::Duration;

use crate::drivers::DriverError;
use crate::drivers::interfaces::NodeInterfaces;
use crate::model::{Job, JobKind, Node, Port};

/// Its name in messages, and in the job's notes once it has passed.
pub(super) const NAME: &str = "preflight";

/// Whether the job's next step may run only after it.
pub(super) fn is_due(job: &Job) -> bool {
    job.kind == JobKind::Deploy && job.index == 0 && !job.notes.contains_key(NAME)
}

/// Looks, for `limit` at the longest.
pub(super) async fn run(
    interfaces: &NodeInterfaces,
    node: &Node,
    ports: &[Port],
    limit: Duration,
) -> Result<(), DriverError> {
    tokio::time::timeout(limit, interfaces.deploy.preflight(node, ports))
        .await
        .unwrap_or_else(|_| {
            Err(DriverError::Transient(format!(
                "it could not be looked within {} s whether anything speaks against it",
                limit.as_secs()
            )))
        })
}
