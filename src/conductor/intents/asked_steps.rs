//! `clean` and `service`: work by steps that somebody asks for; and `unhold`.

use serde_json::Value;

use super::provision::{ProvisionRequest, enter};
use crate::conductor::jobs::CLEAN_FAILURE;
use crate::conductor::{Conductor, ConductorError, planning, preflight};
use crate::model::{Job, JobKind, Node, StepKind, Time};
use crate::states::{ProvisionState as State, Verb};

impl Conductor {
    /// Manual cleaning, which ends where it began.
    pub(super) fn begin_clean(
        &self,
        node: &mut Node,
        request: &ProvisionRequest,
        present: Time,
    ) -> Result<(), ConductorError> {
        self.may_begin(node, "cleaning", "cleaning")?;
        let steps = request.clean_steps.as_ref();
        let job = self.asked(
            node,
            JobKind::ManualClean,
            StepKind::Clean,
            steps,
            request,
            present,
        )?;
        enter(node, Verb::Clean, present)?;
        node.target_provision_state = Some(State::Manageable);
        take_up(node, job, present);
        Ok(())
    }

    /// Work on a node whose instance stays.
    pub(super) fn begin_service(
        &self,
        node: &mut Node,
        request: &ProvisionRequest,
        present: Time,
    ) -> Result<(), ConductorError> {
        self.may_begin(node, "service", "servicing")?;
        let steps = request.service_steps.as_ref();
        let job = self.asked(
            node,
            JobKind::Service,
            StepKind::Service,
            steps,
            request,
            present,
        )?;
        enter(node, Verb::Service, present)?;
        take_up(node, job, present);
        Ok(())
    }

    /// What Ironic looks at before it says yes. The steps it looks at afterwards; so does the engine
    /// before the first of them.
    fn may_begin(&self, node: &Node, action: &str, doing: &str) -> Result<(), ConductorError> {
        if node.maintenance {
            return Err(ConductorError::InMaintenance {
                action: action.to_owned(),
                node: node.uuid,
            });
        }
        let power = self.inner.drivers.interfaces(node)?.power;
        power.validate(node).map_err(|error| {
            ConductorError::InvalidParameter(format!(
                "Validation of node {} for {doing} failed: {error}",
                node.uuid
            ))
        })
    }

    fn asked(
        &self,
        node: &Node,
        kind: JobKind,
        steps_kind: StepKind,
        steps: Option<&Value>,
        request: &ProvisionRequest,
        present: Time,
    ) -> Result<Job, ConductorError> {
        let interfaces = self.inner.drivers.interfaces(node)?;
        let steps = planning::read(steps_kind, steps.unwrap_or(&Value::Null), &interfaces)
            .map_err(ConductorError::InvalidParameter)?;
        let mut job = Job::new(kind, steps, present);
        if request.disable_ramdisk == Some(true) {
            job.notes
                .insert(preflight::WITHOUT_RAMDISK.to_owned(), true.into());
        }
        Ok(job)
    }
}

fn take_up(node: &mut Node, job: Job, present: Time) {
    node.job = Some(job);
    node.next_run_at = Some(present);
}

/// On from where somebody stopped it: with the step after the hold.
pub(super) fn unhold(node: &mut Node, present: Time) -> Result<(), ConductorError> {
    enter(node, Verb::Unhold, present)?;
    if let Some(job) = &mut node.job {
        job.advance(present);
        node.next_run_at = Some(present);
    }
    Ok(())
}

/// Somebody has seen what a cleaning left behind: what it had set aside is free again. Maintenance
/// that a person or another fault wants stays.
pub(super) fn acknowledge(node: &mut Node) {
    if node.fault.as_deref() == Some(CLEAN_FAILURE) {
        node.maintenance = false;
        node.maintenance_reason = None;
        node.fault = None;
    }
}
