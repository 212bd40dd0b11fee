//! Waiting for a call from outside.

use chrono::TimeDelta;

use super::interfaces::{StepContext, StepOutcome};

/// How long Ironic waits for a call (`clean_callback_timeout`, `service_callback_timeout` and
/// `deploy_callback_timeout` at their defaults, Ironic 39.0.0).
const LIMIT: TimeDelta = TimeDelta::seconds(1800);

/// Waits until an abort, or the time that Ironic waits, ends it: no ramdisk runs on the server whose
/// call could.
pub fn await_call(ctx: &StepContext<'_>) -> StepOutcome {
    let limit = ctx.job.step_started_at + LIMIT;
    if ctx.now < limit {
        return StepOutcome::Wait {
            until: limit,
            for_what: "a call from the server, or an abort".to_owned(),
            on_installer: true,
        };
    }
    StepOutcome::Fail {
        cause: format!(
            "no call came within {} s; nothing on the server makes one unless somebody has put it there",
            LIMIT.num_seconds()
        ),
    }
}
