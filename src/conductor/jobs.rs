//! Jobs: which steps they have, and what their end means for the node.

use std::sync::Arc;

use super::Conductor;
use super::planning;
use super::steps;
use crate::drivers::interfaces::{NodeInterfaces, Step};
use crate::model::{Job, JobKind, Node, PlannedStep, Time};
use crate::states::ProvisionEvent as Event;

/// The steps that a job of this kind has without being asked for any.
pub(super) fn steps_of(kind: JobKind, interfaces: &NodeInterfaces) -> Vec<Arc<dyn Step>> {
    let own = kind.steps().map_or_else(Vec::new, |kind| {
        let mut steps = interfaces.steps(kind);
        steps.retain(|step| step.priority() > 0);
        steps
    });
    let mut steps = match kind {
        JobKind::Verify => [steps::verify(), own].concat(),
        JobKind::Deploy | JobKind::Clean => own,
        JobKind::ManualClean | JobKind::Service => Vec::new(),
        JobKind::Inspect => steps::inspect(),
        JobKind::TearDown => interfaces.deploy.tear_down_steps(),
        JobKind::Abandon => interfaces.deploy.abandon_steps(),
        JobKind::Adopt => [steps::adopt(), interfaces.deploy.adopt_steps()].concat(),
        JobKind::Rescue => interfaces.rescue.rescue_steps(),
        JobKind::Unrescue => interfaces.rescue.unrescue_steps(),
        JobKind::RescueCleanUp => interfaces.rescue.clean_up_steps(),
        JobKind::Power(target) => steps::power(target),
    };
    // A stable sort: steps of equal priority keep the interfaces' order.
    steps.sort_by_key(|step| std::cmp::Reverse(step.priority()));
    steps
}

impl Conductor {
    /// A new job of this kind for a node, its steps fixed.
    pub(super) fn plan(
        &self,
        node: &Node,
        kind: JobKind,
        now: Time,
    ) -> Result<Job, crate::drivers::DriverError> {
        let interfaces = self.inner.drivers.interfaces(node)?;
        // Ironic's default is to clean; a node may opt out.
        let steps = match kind == JobKind::Clean && node.automated_clean == Some(false) {
            true => Vec::new(),
            false => steps_of(kind, &interfaces),
        };
        Ok(job_of(kind, &steps, now))
    }
}

/// A new job of these steps.
pub(super) fn job_of(kind: JobKind, steps: &[Arc<dyn Step>], now: Time) -> Job {
    let planned = steps
        .iter()
        .map(|step| planning::own(step.as_ref(), kind.steps()))
        .collect();
    Job::new(kind, planned, now)
}

/// The implementation of a planned step; `None` if this version doesn't have it any more.
pub(super) fn find_step(
    kind: JobKind,
    planned: &PlannedStep,
    interfaces: &NodeInterfaces,
) -> Option<Arc<dyn Step>> {
    let offered = kind
        .steps()
        .and_then(|kind| planning::find(kind, planned, interfaces));
    offered.or_else(|| {
        steps_of(kind, interfaces)
            .into_iter()
            .find(|step| step.name() == planned.step && step.interface() == planned.interface)
    })
}

/// What happens to the node when its job ends: the transitions, in order.
pub(super) fn events_at_success(kind: JobKind, node: &Node) -> &'static [Event] {
    match kind {
        JobKind::Verify
        | JobKind::Inspect
        | JobKind::Deploy
        | JobKind::Service
        | JobKind::Adopt
        | JobKind::Rescue
        | JobKind::Unrescue => &[Event::Done],
        JobKind::TearDown => &[Event::Clean],
        JobKind::ManualClean => &[Event::Manage],
        // A node that is to be taken away is not to be given to anybody (Ironic).
        JobKind::Clean if node.retired => &[Event::Manage],
        JobKind::Clean => &[Event::Done],
        JobKind::Abandon | JobKind::RescueCleanUp | JobKind::Power(_) => &[],
    }
}

/// The job that follows one that ended well.
pub(super) const fn after_success(kind: JobKind) -> Option<JobKind> {
    match kind {
        JobKind::TearDown => Some(JobKind::Clean),
        _ => None,
    }
}

/// The job that follows one that failed.
pub(super) const fn after_failure(kind: JobKind) -> Option<JobKind> {
    match kind {
        JobKind::Deploy => Some(JobKind::Abandon),
        JobKind::Rescue => Some(JobKind::RescueCleanUp),
        _ => None,
    }
}

/// Ironic's word for a kind of work, in a node's history.
pub(super) const fn event_type(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Verify => "verify",
        JobKind::Inspect => "introspection",
        JobKind::Deploy | JobKind::Abandon => "deploying",
        JobKind::TearDown => "unprovision",
        JobKind::Clean | JobKind::ManualClean => "cleaning",
        JobKind::Service => "servicing",
        JobKind::Adopt => "adoption",
        JobKind::Rescue | JobKind::Unrescue | JobKind::RescueCleanUp => "rescue",
        JobKind::Power(_) => "power",
    }
}

/// Ironic's fault of a node whose steps failed halfway: the hardware may be in any state.
pub(super) const fn fault(kind: JobKind) -> Option<&'static str> {
    match kind {
        JobKind::Clean | JobKind::ManualClean => Some(CLEAN_FAILURE),
        JobKind::Service => Some("service failure"),
        _ => None,
    }
}

/// See [`fault`].
pub(super) const CLEAN_FAILURE: &str = "clean failure";

/// What an instance leaves behind on its node, and what a tear-down takes away: also one that
/// failed, as Ironic 39.0.0 does.
pub(super) fn forget_instance(node: &mut Node) {
    node.instance_info.clear();
    node.instance_uuid = None;
    node.instance_name = None;
    node.allocation_uuid = None;
}
