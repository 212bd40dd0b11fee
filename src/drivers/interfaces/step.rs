//! A step: the unit that the engine runs, saves and repeats.

use std::time::Duration;

use async_trait::async_trait;

use super::StepContext;
use crate::drivers::DriverError;
use crate::model::{InterfaceKind, JsonMap, Node, StepKind, Time};

/// What a step says when it returns. An error that [`DriverError::is_transient`] is tried again;
/// any other fails the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepOutcome {
    /// Done; the next one may run.
    Done,
    /// Save what was noted, then run this step again at once: how a step marks its intention
    /// before it acts.
    Again,
    /// Nothing to do before `until`, or before something wakes the node.
    Wait {
        /// When to look again at the latest.
        until: Time,
        /// What for, in words for a person.
        for_what: String,
        /// Whether something else than the hardware is waited for, an installer or a time; the node
        /// then shows the state for it (`wait call-back`, `clean wait`, `service wait`).
        on_installer: bool,
    },
    /// Nothing more before somebody says `unhold`; then the next step runs.
    Hold,
    /// It can't be done, and trying again won't help.
    Fail {
        /// What happened, where, and what to do.
        cause: String,
    },
}

/// The result of a step's run.
pub type StepResult = Result<StepOutcome, DriverError>;

/// An argument of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// Its name.
    pub name: &'static str,
    /// What it means, in words for a person.
    pub description: &'static str,
    /// Whether the step can't do without.
    pub required: bool,
}

/// A step of a job.
///
/// It looks before it acts, so that running it twice is the same as once; it takes no input but
/// the saved state; it never sleeps, and holds nothing from one run to the next.
#[async_trait]
pub trait Step: Send + Sync + std::fmt::Debug {
    /// Its name, as `deploy_step` and the history show it.
    fn name(&self) -> &'static str;

    /// The interface it belongs to.
    fn interface(&self) -> InterfaceKind;

    /// Ironic's priority: steps run from the highest to the lowest.
    fn priority(&self) -> u32;

    /// The arguments that it takes.
    fn args(&self) -> &'static [Arg] {
        &[]
    }

    /// Looks at the arguments' values, before anything of the job runs. Their names have been
    /// looked at.
    ///
    /// # Errors
    /// What is wrong with them, in words for a person.
    fn check(&self, _node: &Node, _args: &JsonMap) -> Result<(), String> {
        Ok(())
    }

    /// Whether an abort may end it halfway; else it ends the job after it. Ironic's default: steps of
    /// a deploy may be aborted, others not.
    fn is_abortable(&self, kind: StepKind) -> bool {
        kind == StepKind::Deploy
    }

    /// Whether it needs a ramdisk on the server. There is none here: what Ironic's hardware does from
    /// one, only fake hardware claims to do.
    fn requires_ramdisk(&self) -> bool {
        false
    }

    /// How long it is tried again while each try meets a passing error, before it fails. A
    /// controller that restarts is back within minutes.
    fn patience(&self) -> Duration {
        Duration::from_secs(15 * 60)
    }

    /// What it would do, in one sentence, for a plan.
    fn purpose(&self) -> &'static str;

    /// Looks, acts if need be, and looks again.
    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult;
}
