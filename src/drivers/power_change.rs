//! Bringing a node's power to a state: the part that all steps about power share.

use chrono::TimeDelta;

use super::DriverError;
use super::interfaces::{Requested, StepContext, StepOutcome, StepResult};
use crate::model::Time;
use crate::states::{PowerState, PowerTarget};

/// A command that shows no effect is given again after so many looks: controllers have been seen
/// to accept one and drop it, while a lag of a few seconds is normal.
const LOOKS_BEFORE_ASKING_AGAIN: i32 = 10;

/// Looks at the power and asks for `target` where it isn't there yet; one of on, off and soft
/// off, whose effect can be seen. Called again and again until it says `Done`.
///
/// # Errors
/// Those of the driver.
pub async fn reach_power(ctx: &mut StepContext<'_>, target: PowerTarget) -> StepResult {
    let since = ctx.job.step_started_at;
    reach_power_since(ctx, target, since).await
}

/// The same for a step that does more than that: it wants the power changed since `since`.
///
/// # Errors
/// Those of the driver.
pub async fn reach_power_since(
    ctx: &mut StepContext<'_>,
    target: PowerTarget,
    since: Time,
) -> StepResult {
    let wanted = target.result();
    let mut state = ctx.power().state().await?;
    if state == wanted {
        // Around a change a CIMC's `operPower` may say this and then that: one reading is no proof.
        state = ctx.power().state().await?;
    }
    ctx.changes.power_state = Some(state);
    let key = format!("asked_{target}");
    if state == wanted {
        // A later step of the job may want the same again.
        ctx.forget(&key);
        return Ok(StepOutcome::Done);
    }
    let waited = ctx.now - since;
    let limit = match ctx.noted("timeout").and_then(serde_json::Value::as_u64) {
        Some(seconds) => std::time::Duration::from_secs(seconds),
        None => ctx.settings.power_wait,
    };
    if waited > delta(limit) {
        return Ok(StepOutcome::Fail {
            cause: format!(
                "the server was told \"{target}\" {} s ago and its controller still says \"{state}\"; look at its \
                 console and at the controller's event log",
                waited.num_seconds()
            ),
        });
    }
    let asked = ctx.noted(&key).and_then(serde_json::Value::as_i64);
    let poll = delta(ctx.settings.power_poll);
    let patience = (poll * LOOKS_BEFORE_ASKING_AGAIN).num_milliseconds();
    if asked.is_none_or(|at| ctx.now.timestamp_millis() - at > patience) {
        if let Requested::Reached(state) = ctx.power().request(target).await? {
            ctx.changes.power_state = Some(state);
            return if state == wanted {
                Ok(StepOutcome::Done)
            } else {
                Err(odd(state))
            };
        }
        ctx.note(&key, ctx.now.timestamp_millis());
    }
    Ok(ctx.wait(
        poll,
        format!("the server's power to be {}", wanted_word(wanted)),
    ))
}

fn odd(state: PowerState) -> DriverError {
    DriverError::Refused(format!(
        "the power driver answered with the state \"{state}\" to a command"
    ))
}

const fn wanted_word(state: PowerState) -> &'static str {
    match state {
        PowerState::On => "on",
        PowerState::Off => "off",
        PowerState::Error => "known",
    }
}

/// A duration as the clock's arithmetic wants it.
fn delta(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
