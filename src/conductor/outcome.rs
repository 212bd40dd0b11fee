//! How a step's outcome becomes the node's next saved state.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Conductor;
use super::intents::adopt::not_adopted;
use super::intents::reports::proof;
use super::intents::rescue::{forget_rescue, not_cleaned_up};
use super::jobs::{
    after_failure, after_success, event_type, events_at_success, fault, forget_instance,
};
use super::preflight;
use crate::drivers::DriverError;
use crate::drivers::cobbler::{FIRST_BOOT, INSTALL_TOKEN};
use crate::drivers::interfaces::{Step, StepOutcome, StepResult};
use crate::model::{HistoryEntry, Job, JobKind, Node, Severity, StepKind, Time, now};
use crate::states::ProvisionEvent as Event;

/// The longest pause between two tries; short enough that a controller's return is noticed.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(30);

impl Conductor {
    /// Takes a step's result into the node.
    pub(super) fn apply(
        &self,
        node: &mut Node,
        job: &Job,
        step: &dyn Step,
        name: &str,
        result: StepResult,
        history: &mut Vec<HistoryEntry>,
    ) {
        let present = now();
        if let (Ok(_), Some(job)) = (&result, &mut node.job) {
            job.recover();
        }
        let failing_since = job.failing_since.unwrap_or(present);
        let session_wait = self.inner.settings.session_wait;
        match result {
            Ok(StepOutcome::Done) => {
                resume(node, present);
                if job.abort_after {
                    let before = node.clone();
                    self.stop(node, present);
                    history.extend(self.aborted(&before, node, present));
                    return;
                }
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
                    job.wait_for(Some(for_what), present);
                }
                node.next_run_at = Some(until);
            }
            Ok(StepOutcome::Hold) => {
                move_by(node, Event::Hold, present);
                if let Some(job) = &mut node.job {
                    job.wait_for(Some("somebody to say unhold".to_owned()), present);
                }
                node.next_run_at = None;
            }
            Ok(StepOutcome::Fail { cause }) => self.fail(node, job, name, &cause, history),
            Err(error)
                if error.is_transient()
                    && present - failing_since < patience(step, &error, session_wait) =>
            {
                tracing::info!(step = name, attempt = job.attempt, %error, "trying again");
                let pause = pause(&error, job.attempt);
                if let Some(job) = &mut node.job {
                    job.attempt += 1;
                    job.failing_since = Some(failing_since);
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
    pub(super) fn succeed(&self, node: &mut Node, kind: JobKind, history: &mut Vec<HistoryEntry>) {
        let present = now();
        resume(node, present);
        let took = node
            .job
            .as_ref()
            .map_or(0, |job| (present - job.started_at).num_seconds());
        let event = format!("{kind} done in {took} s");
        // As in a failure's entry, the state is the one in which it was done.
        history.push(self.entry(node, kind, Severity::Info, event, present));
        for event in events_at_success(kind, node) {
            move_by(node, *event, present);
        }
        tracing::info!(job = %kind, state = %node.provision_state, "done");
        match kind {
            JobKind::TearDown => forget_instance(node),
            JobKind::Deploy => self.keep_proof_of_token(node),
            JobKind::Power(_) => node.target_power_state = None,
            JobKind::Inspect => node.inspection_finished_at = Some(present),
            JobKind::Rescue | JobKind::Unrescue => forget_rescue(node),
            _ => {}
        }
        self.follow(node, after_success(kind), present);
    }

    /// An install's token ends with it; the first boot from disk may still be reported.
    fn keep_proof_of_token(&self, node: &mut Node) {
        let token = node.driver_internal_info.remove(INSTALL_TOKEN);
        let (Some(Value::String(token)), Some(job)) = (token, &node.job) else {
            return;
        };
        if !self.inner.settings.wait_for_first_boot {
            let kept = json!({"proof": proof(&token), "job": job.id});
            node.driver_internal_info
                .insert(FIRST_BOOT.to_owned(), kept);
        }
    }

    /// The job has failed, for good.
    pub(super) fn fail(
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
            JobKind::RescueCleanUp => not_cleaned_up(node, error),
            JobKind::Power(_) => {
                node.target_power_state = None;
                node.last_error = Some(error);
            }
            JobKind::Verify
            | JobKind::Inspect
            | JobKind::Deploy
            | JobKind::TearDown
            | JobKind::Clean
            | JobKind::ManualClean
            | JobKind::Service
            | JobKind::Adopt
            | JobKind::Rescue
            | JobKind::Unrescue => {
                move_by(node, Event::Fail, present);
                if step != preflight::NAME {
                    set_aside(node, job.kind, &error);
                }
                node.last_error = Some(error);
            }
        }
        match job.kind {
            JobKind::TearDown => forget_instance(node),
            JobKind::Adopt => not_adopted(node),
            JobKind::Rescue | JobKind::Unrescue => forget_rescue(node),
            _ => {}
        }
        self.follow(node, after_failure(job.kind), present);
    }

    /// Takes up the job that follows, or none.
    pub(super) fn follow(&self, node: &mut Node, next: Option<JobKind>, present: Time) {
        forget_steps(node);
        let over = node.job.take();
        if let Some(held) = over.and_then(|job| job.held) {
            node.job = Some(*held);
            node.next_run_at = None;
            return;
        }
        // A node whose interfaces can't be found has nothing that could follow.
        node.job = next.and_then(|kind| self.plan(node, kind, present).ok());
        node.next_run_at = node.job.is_some().then_some(present);
    }

    pub(super) fn entry(
        &self,
        node: &Node,
        kind: JobKind,
        severity: Severity,
        event: String,
        present: Time,
    ) -> HistoryEntry {
        let word = event_type(kind);
        HistoryEntry::about(node, word, severity, event, self.hostname(), present)
    }
}

/// `last_error`: which step, and the cause, which says what to do.
fn explain(node: &Node, job: &Job, step: &str, cause: &str) -> String {
    match job.kind {
        JobKind::Adopt => {
            format!(
                "Error while attempting to adopt node {}: {cause}",
                node.display_name()
            )
        }
        JobKind::Verify => format!("Failed to verify node {}: {cause}", node.display_name()),
        JobKind::Inspect => format!("Failed to inspect node {}: {cause}", node.display_name()),
        JobKind::ManualClean if step == preflight::NAME => {
            format!("Cannot clean node {}: {cause}", node.uuid)
        }
        JobKind::Service if step == preflight::NAME => {
            format!("Cannot service node {}: {cause}", node.uuid)
        }
        kind if step == preflight::NAME => {
            format!("The {kind} did not begin, and nothing was touched: {cause}")
        }
        JobKind::Power(target) => format!("Failed to set the power state to \"{target}\": {cause}"),
        kind => format!(
            "Step {step} ({} of {} of {kind}) failed: {cause}",
            job.index + 1,
            job.steps.len()
        ),
    }
}

/// How long a step is tried again. Errors that go on for longer are no passing ones, however long
/// the step may wait for other things.
///
/// A session that somebody else has lost on a controller takes its place for ten minutes, and no
/// step may fail sooner for want of one.
fn patience(step: &dyn Step, error: &DriverError, session_wait: Duration) -> TimeDelta {
    let patience = match error {
        DriverError::SessionLimit { .. } => step.patience().max(session_wait),
        _ => step.patience(),
    };
    TimeDelta::from_std(patience).unwrap_or(TimeDelta::MAX)
}

/// How long to wait before the next try.
fn pause(error: &DriverError, attempt: u32) -> TimeDelta {
    match error {
        DriverError::SessionLimit { retry_after, .. } => {
            TimeDelta::from_std(*retry_after).unwrap_or(LONGEST_PAUSE)
        }
        _ => TimeDelta::seconds(1 << attempt.min(5)).min(LONGEST_PAUSE),
    }
}

/// Moves a node along the table; an event that its state doesn't have changes nothing (`wait` in
/// `wait call-back`).
pub(super) fn move_by(node: &mut Node, event: Event, present: Time) {
    match node.provision_state.next(event) {
        Ok(state) => node.enter(state, present),
        Err(refused) => tracing::trace!(%refused, "stays"),
    }
}

/// Steps that stopped halfway may have left the hardware in any state: nobody shall be given the node
/// before somebody has looked.
fn set_aside(node: &mut Node, kind: JobKind, error: &str) {
    let Some(fault) = fault(kind) else { return };
    node.maintenance = true;
    node.fault = Some(fault.to_owned());
    node.maintenance_reason.get_or_insert(error.to_owned());
}

/// The steps that are over are shown as Ironic shows them: as null, under their key.
fn forget_steps(node: &mut Node) {
    let kind = node.job.as_ref().and_then(|job| job.kind.steps());
    if let Some(kind) = kind.filter(|kind| *kind != StepKind::Verify) {
        node.driver_internal_info
            .insert(format!("{kind}_steps"), Value::Null);
    }
}

/// Back from waiting to working; a state that waits for nothing stays.
fn resume(node: &mut Node, present: Time) {
    move_by(node, Event::Resume, present);
    if let Some(job) = &mut node.job {
        job.wait_for(None, present);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conductor::steps;
    use crate::drivers::Settings;

    fn no_session() -> DriverError {
        DriverError::SessionLimit {
            message: "CIMC 10.0.0.1 has no free session".to_owned(),
            retry_after: Duration::from_secs(60),
        }
    }

    #[test]
    fn a_full_session_table_is_waited_for_as_long_as_the_controller_says() {
        assert_eq!(pause(&no_session(), 0), TimeDelta::seconds(60));
        let passing = DriverError::Transient(String::new());
        let pauses = [0, 1, 2, 9].map(|attempt| pause(&passing, attempt).num_seconds());
        assert_eq!(pauses, [1, 2, 4, 30]);
    }

    #[test]
    fn no_step_gives_up_before_a_lost_session_has_ended() {
        for step in steps::verify() {
            assert!(
                patience(
                    step.as_ref(),
                    &no_session(),
                    Settings::default().session_wait
                ) > TimeDelta::seconds(600)
            );
        }
    }
}
