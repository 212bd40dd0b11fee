//! The work that a node has in hand: a saved list of steps and how far it has come. Everything
//! the engine needs to go on after a restart is in here or in the node beside it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{InterfaceKind, JsonMap, Time};
use crate::states::PowerTarget;

/// What a job is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobKind {
    /// `enroll` to `manageable`.
    Verify,
    /// To `active`.
    Deploy,
    /// `manageable` and back, with what the hardware is.
    Inspect,
    /// From `active` to `cleaning`.
    TearDown,
    /// Automated cleaning: to `available`, by the driver's own steps.
    Clean,
    /// Manual cleaning: from `manageable` and back, by the steps that were asked for.
    #[strum(serialize = "manual clean")]
    ManualClean,
    /// From `active` and back, by the steps that were asked for.
    Service,
    /// Making a deploy harmless that failed or was aborted.
    Abandon,
    /// From `manageable` to `active`, with what runs on the server already.
    Adopt,
    /// To `rescue`.
    Rescue,
    /// From `rescue` back to `active`.
    Unrescue,
    /// Making a rescue harmless that failed or was aborted.
    RescueCleanUp,
    /// A change of power that somebody asked for.
    Power(PowerTarget),
}

impl JobKind {
    /// What Ironic calls its steps; none of what has no such steps there.
    pub const fn steps(self) -> Option<StepKind> {
        match self {
            Self::Verify => Some(StepKind::Verify),
            Self::Clean | Self::ManualClean => Some(StepKind::Clean),
            Self::Deploy => Some(StepKind::Deploy),
            Self::Service => Some(StepKind::Service),
            Self::Inspect
            | Self::TearDown
            | Self::Abandon
            | Self::Adopt
            | Self::Rescue
            | Self::Unrescue
            | Self::RescueCleanUp
            | Self::Power(_) => None,
        }
    }
}

/// Ironic's kinds of steps, which a node's interfaces offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Ironic's own words.
pub enum StepKind {
    Clean,
    Deploy,
    Service,
    Verify,
}

/// One step of a job, as it was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// The interface that knows the step.
    pub interface: InterfaceKind,
    /// Its name there.
    pub step: String,
    /// Ironic's priority; the higher comes first. Steps that were asked for by cleaning and service
    /// run in the order in which they were given.
    pub priority: u32,
    /// What somebody asked for with it; none for a step that the driver has of its own.
    #[serde(default)]
    pub args: Option<JsonMap>,
    /// Whether an abort may end it halfway. Jobs that were saved before this was are installs, which
    /// may.
    #[serde(default = "yes")]
    pub abortable: bool,
}

const fn yes() -> bool {
    true
}

impl PlannedStep {
    /// Ironic's name of the step, `INTERFACE.STEP`.
    pub fn id(&self) -> String {
        format!("{}.{}", self.interface, self.step)
    }
}

/// A node's work in hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Identifies this piece of work; evidence carries it, so that a late report of an earlier
    /// install can't speak for a later one.
    pub id: Uuid,
    /// What it is for.
    pub kind: JobKind,
    /// The steps, fixed when the job began.
    pub steps: Vec<PlannedStep>,
    /// The step that runs next, counted from 0.
    pub index: usize,
    /// Somebody wants it aborted, which it is as soon as the present step is done.
    #[serde(default)]
    pub abort_after: bool,
    /// How often the present step has asked to be tried again.
    pub attempt: u32,
    /// Since when each of its tries has met an error.
    #[serde(default)]
    pub failing_since: Option<Time>,
    /// When the job began.
    pub started_at: Time,
    /// When the present step began.
    pub step_started_at: Time,
    /// What the present step waits for, in words for a person.
    pub waiting_for: Option<String>,
    /// Since when it waits for that.
    pub waiting_since: Option<Time>,
    /// How far the present step is, in words for a person (`packages 12/40`).
    pub progress: Option<String>,
    /// What the steps noted for themselves before they acted; dropped with the job.
    pub notes: JsonMap,
    /// A job that somebody has put on hold and that this one, a change of power, gives back at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Box<Job>>,
}

impl Job {
    /// A new job at its first step.
    pub fn new(kind: JobKind, steps: Vec<PlannedStep>, now: Time) -> Self {
        Self {
            id: Uuid::new_v4(),
            kind,
            steps,
            index: 0,
            abort_after: false,
            attempt: 0,
            failing_since: None,
            started_at: now,
            step_started_at: now,
            waiting_for: None,
            waiting_since: None,
            progress: None,
            notes: JsonMap::new(),
            held: None,
        }
    }

    /// The step that runs next, or `None` when all are done.
    pub fn current(&self) -> Option<&PlannedStep> {
        self.steps.get(self.index)
    }

    /// A try without an error: what failed before no longer counts.
    pub fn recover(&mut self) {
        self.attempt = 0;
        self.failing_since = None;
    }

    /// Goes on to the next step.
    pub fn advance(&mut self, now: Time) {
        self.index += 1;
        self.step_started_at = now;
        self.progress = None;
        self.wait_for(None, now);
    }

    /// Notes what the present step waits for; the same words again leave the time as it was.
    pub fn wait_for(&mut self, what: Option<String>, now: Time) {
        if self.waiting_for != what {
            self.waiting_since = what.is_some().then_some(now);
            self.waiting_for = what;
        }
    }
}
