//! Which steps a job has: the driver's own, those that somebody asked for, and those of deploy
//! templates; and whether those that were asked for can be done at all.

mod asked;
mod check;
mod deploy;

pub(super) use asked::read;
pub(super) use check::{check, find};
pub(super) use deploy::deploy;

use crate::drivers::interfaces::Step;
use crate::model::{PlannedStep, StepKind};

/// A step of the driver's own, as it runs without being asked for.
pub(super) fn own(step: &dyn Step, kind: Option<StepKind>) -> PlannedStep {
    PlannedStep {
        interface: step.interface(),
        step: step.name().to_owned(),
        priority: step.priority(),
        args: None,
        abortable: kind.is_some_and(|kind| step.is_abortable(kind)),
    }
}
