//! The look before the first step. Of a deploy: what its steps would find out only after the server is
//! off is found out while it still runs. Of a cleaning or a service by somebody's steps: whether they
//! can be done at all.

use std::time::Duration;

use super::planning;
use crate::drivers::DriverError;
use crate::drivers::interfaces::NodeInterfaces;
use crate::model::{Job, JobKind, Node, Port, StepKind};

/// Its name in messages, and in the job's notes once it has passed.
pub(super) const NAME: &str = "preflight";

/// Whether the job's next step may run only after it.
pub(super) fn is_due(job: &Job) -> bool {
    let looks = matches!(
        job.kind,
        JobKind::Deploy | JobKind::ManualClean | JobKind::Service
    );
    looks && job.index == 0 && !job.notes.contains_key(NAME)
}

/// The note of a job that has to do without a ramdisk.
pub(super) const WITHOUT_RAMDISK: &str = "without_ramdisk";

/// Looks at what a job of this kind needs.
pub(super) async fn of_job(
    job: &Job,
    interfaces: &NodeInterfaces,
    node: &Node,
    ports: &[Port],
    limit: Duration,
) -> Result<(), DriverError> {
    of_asked(job, interfaces, node).map_err(DriverError::InvalidParameter)?;
    match job.kind {
        JobKind::Deploy => run(interfaces, node, ports, limit).await,
        _ => Ok(()),
    }
}

/// Looks whether the steps can be done that somebody asked for, if that has not been looked at yet.
pub(super) fn of_asked(job: &Job, interfaces: &NodeInterfaces, node: &Node) -> Result<(), String> {
    match job.kind.steps() {
        Some(kind @ (StepKind::Clean | StepKind::Service)) if is_due(job) => {
            let without_ramdisk = job.notes.contains_key(WITHOUT_RAMDISK);
            planning::check(kind, &job.steps, node, interfaces, without_ramdisk)
        }
        _ => Ok(()),
    }
}

/// Looks at what a deploy needs, for `limit` at the longest.
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
