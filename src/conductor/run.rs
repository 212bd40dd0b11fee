//! One run of one step: what it gets, and how its outcome becomes the node's next saved state.

use chrono::TimeDelta;
use serde_json::Value;
use uuid::Uuid;

use super::Conductor;
use super::jobs::{
    after_failure, after_success, event_type, events_at_success, find_step, forget_instance,
};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{Changes, Step, StepContext, StepOutcome, StepResult};
use crate::model::{HistoryEntry, Job, JobKind, JsonMap, Node, Severity, Time, now};
use crate::states::{ProvisionEvent as Event, ProvisionState as State};
use crate::store::StoreError;

/// The longest pause between two tries; short enough that a controller's return is noticed.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(30);

impl Conductor {
    /// Runs the next step of a claimed node and lets go of it.
    #[tracing::instrument(skip_all, fields(node.uuid = %node.uuid, node.name = node.name))]
    pub(super) async fn run_step(&self, mut node: Node) {
        let mut history = Vec::new();
        if let Err(error) = self.advance(&mut node, &mut history).await {
            // Nothing was saved; the lease ends, and the step runs again.
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "can't read what the step needs"
            );
            node.next_run_at = Some(now() + TimeDelta::seconds(5));
        }
        node.reservation = None;
        node.reserved_until = None;
        match self.inner.store.save_outcome(&node, &history).await {
            Ok(_) => {}
            Err(StoreError::Stale) => {
                tracing::warn!(
                    "another conductor has taken the node meanwhile; this result is dropped"
                );
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "can't save the step's result"
            ),
        }
    }

    async fn advance(
        &self,
        node: &mut Node,
        history: &mut Vec<HistoryEntry>,
    ) -> Result<(), StoreError> {
        let Some(job) = node.job.clone() else {
            node.next_run_at = None;
            return Ok(());
        };
        let Some(planned) = job.current() else {
            self.succeed(node, job.kind, history);
            return Ok(());
        };
        let name = format!("{}.{}", planned.interface, planned.step);
        let interfaces = match self.inner.drivers.interfaces(node) {
            Ok(interfaces) => interfaces,
            Err(error) => {
                self.fail(node, &job, &name, &error.to_string(), history);
                return Ok(());
            }
        };
        let Some(step) = find_step(job.kind, planned, &interfaces) else {
            self.fail(
                node,
                &job,
                &name,
                "this version of the service has no such step; start the operation again",
                history,
            );
            return Ok(());
        };
        let ports = self.inner.store.ports_of(node.uuid).await?;
        let evidence = self.inner.store.evidence(node.uuid, job.id).await?;
        let start = now();
        let saved = node.clone();
        let mut ctx = StepContext::new(
            &saved,
            &ports,
            &job,
            &evidence,
            &self.inner.settings,
            &interfaces,
            start,
        );
        let limit = self.inner.options.step_timeout;
        let result = tokio::time::timeout(limit, step.advance(&mut ctx))
            .await
            .unwrap_or_else(|_| {
                Err(DriverError::Transient(format!(
                    "it did not end within {} s",
                    limit.as_secs()
                )))
            });
        tracing::debug!(step = name, attempt = job.attempt, ?result, "step ran");
        let changes = std::mem::take(&mut ctx.changes);
        let result = match self.make_ports(&changes).await? {
            Some(refused) if !matches!(result, Ok(StepOutcome::Fail { .. })) => {
                Ok(StepOutcome::Fail { cause: refused })
            }
            _ => result,
        };
        take_in(node, changes);
        self.apply(node, &job, step.as_ref(), &name, result, history);
        Ok(())
    }

    /// Makes the ports that a step found, but for those that the node has already. Gives the
    /// reason if another node has one.
    async fn make_ports(&self, changes: &Changes) -> Result<Option<String>, StoreError> {
        for port in &changes.ports {
            match self.inner.store.create_port(port).await {
                Ok(_) => {}
                Err(StoreError::Duplicate { value, .. }) => {
                    let holder = self.inner.store.port_by_address(&value).await?;
                    if holder.node_uuid != port.node_uuid {
                        return Ok(Some(format!(
                            "its MAC address {value} belongs to a port of node {} already; delete that port, or enrol \
                             each server only once",
                            holder.node_uuid
                        )));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn apply(
        &self,
        node: &mut Node,
        job: &Job,
        step: &dyn Step,
        name: &str,
        result: StepResult,
        history: &mut Vec<HistoryEntry>,
    ) {
        let present = now();
        match result {
            Ok(StepOutcome::Done) => {
                resume(node, present);
                if let Some(job) = &mut node.job {
                    job.advance(present);
                }
                match &node.job {
                    Some(job) if job.current().is_none() => self.succeed(node, job.kind, history),
                    _ => node.next_run_at = Some(present),
                }
            }
            Ok(StepOutcome::Again) => node.next_run_at = Some(present),
            Ok(StepOutcome::Wait {
                until,
                for_what,
                on_installer,
            }) => {
                if on_installer {
                    move_by(node, Event::Wait, present);
                } else {
                    resume(node, present);
                }
                if let Some(job) = &mut node.job {
                    job.attempt = 0;
                    job.wait_for(Some(for_what), present);
                }
                node.next_run_at = Some(until);
            }
            Ok(StepOutcome::Fail { cause }) => self.fail(node, job, name, &cause, history),
            Err(error) if error.is_transient() && present - job.step_started_at < limit(step) => {
                tracing::info!(step = name, attempt = job.attempt, %error, "trying again");
                let pause = TimeDelta::seconds(1 << job.attempt.min(5)).min(LONGEST_PAUSE);
                if let Some(job) = &mut node.job {
                    job.attempt += 1;
                    job.wait_for(Some(format!("another try after: {error}")), present);
                }
                node.next_run_at = Some(present + pause);
            }
            Err(error) if error.is_transient() => {
                let cause = format!("{error} (given up after {} tries)", job.attempt + 1);
                self.fail(node, job, name, &cause, history);
            }
            Err(error) => self.fail(node, job, name, &error.to_string(), history),
        }
    }

    /// The job is done.
    fn succeed(&self, node: &mut Node, kind: JobKind, history: &mut Vec<HistoryEntry>) {
        let present = now();
        for event in events_at_success(kind, node) {
            move_by(node, *event, present);
        }
        let took = node
            .job
            .as_ref()
            .map_or(0, |job| (present - job.started_at).num_seconds());
        tracing::info!(job = %kind, state = %node.provision_state, "done");
        history.push(self.entry(
            node,
            kind,
            Severity::Info,
            format!("{kind} done in {took} s"),
            present,
        ));
        match kind {
            JobKind::TearDown => forget_instance(node),
            JobKind::Deploy => {
                node.driver_internal_info
                    .remove(crate::drivers::cobbler::INSTALL_TOKEN);
            }
            JobKind::Power(_) => node.target_power_state = None,
            _ => {}
        }
        self.follow(node, after_success(kind), present);
    }

    /// The job has failed, for good.
    fn fail(
        &self,
        node: &mut Node,
        job: &Job,
        step: &str,
        cause: &str,
        history: &mut Vec<HistoryEntry>,
    ) {
        let present = now();
        let error = explain(node, job, step, cause);
        tracing::warn!(job = %job.kind, step, cause, "failed");
        history.push(self.entry(node, job.kind, Severity::Error, error.clone(), present));
        match job.kind {
            // What is to be made harmless has failed already; the first cause stays to be read.
            JobKind::Abandon => {}
            JobKind::Power(_) => {
                node.target_power_state = None;
                node.last_error = Some(error);
            }
            JobKind::Verify | JobKind::Deploy | JobKind::TearDown | JobKind::Clean => {
                move_by(node, Event::Fail, present);
                node.last_error = Some(error);
            }
        }
        if job.kind == JobKind::TearDown {
            forget_instance(node);
        }
        self.follow(node, after_failure(job.kind), present);
    }

    /// Takes up the job that follows, or none.
    fn follow(&self, node: &mut Node, next: Option<JobKind>, present: Time) {
        // A node whose interfaces can't be found has nothing that could follow.
        node.job = next.and_then(|kind| self.plan(node, kind, present).ok());
        node.next_run_at = node.job.is_some().then_some(present);
    }

    fn entry(
        &self,
        node: &Node,
        kind: JobKind,
        severity: Severity,
        event: String,
        present: Time,
    ) -> HistoryEntry {
        HistoryEntry {
            uuid: Uuid::new_v4(),
            node_uuid: node.uuid,
            event_type: event_type(kind).to_owned(),
            severity,
            event,
            conductor: self.hostname().to_owned(),
            created_at: present,
        }
    }
}

/// `last_error`: which step, and the cause, which says what to do.
fn explain(node: &Node, job: &Job, step: &str, cause: &str) -> String {
    match job.kind {
        JobKind::Verify => format!("Failed to verify node {}: {cause}", node.display_name()),
        JobKind::Power(target) => format!("Failed to set the power state to \"{target}\": {cause}"),
        kind => format!(
            "Step {step} ({} of {} of {kind}) failed: {cause}",
            job.index + 1,
            job.steps.len()
        ),
    }
}

fn limit(step: &dyn Step) -> TimeDelta {
    TimeDelta::from_std(step.limit()).unwrap_or(TimeDelta::MAX)
}

/// Moves a node along the table; an event that its state doesn't have changes nothing (`wait` in
/// `wait call-back`).
fn move_by(node: &mut Node, event: Event, present: Time) {
    match node.provision_state.next(event) {
        Ok(state) => node.enter(state, present),
        Err(refused) => tracing::trace!(%refused, "stays"),
    }
}

/// Back from waiting to working.
fn resume(node: &mut Node, present: Time) {
    if node.provision_state == State::DeployWait {
        move_by(node, Event::Resume, present);
    }
    if let Some(job) = &mut node.job {
        job.wait_for(None, present);
    }
}

/// Puts what a step noted into the node.
fn take_in(node: &mut Node, changes: Changes) {
    if let Some(job) = &mut node.job {
        merge(&mut job.notes, changes.notes);
        if changes.progress.is_some() {
            job.progress = changes.progress;
        }
    }
    merge(&mut node.driver_internal_info, changes.internal_info);
    for (key, value) in changes.properties {
        node.properties.entry(key).or_insert(value);
    }
    if changes.power_state.is_some() {
        node.power_state = changes.power_state;
    }
}

/// Adds what is new; null takes away.
fn merge(into: &mut JsonMap, from: JsonMap) {
    for (key, value) in from {
        match value {
            Value::Null => {
                into.remove(&key);
            }
            value => {
                into.insert(key, value);
            }
        }
    }
}
