//! The reserved step `wait`.

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::Value;

use crate::drivers::await_call;
use crate::drivers::interfaces::{Arg, Step, StepContext, StepOutcome, StepResult};
use crate::model::{InterfaceKind, JsonMap, Node, StepKind, Time};

/// A longer wait is a mistyped one. Ironic cuts it at 30 s, since a worker of its sleeps meanwhile;
/// here nobody does.
const LONGEST: u64 = 24 * 60 * 60;

/// Lets a time pass, or waits for a call where none is given.
#[derive(Debug)]
pub(super) struct WaitFor;

#[async_trait]
impl Step for WaitFor {
    fn name(&self) -> &'static str {
        "wait"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        0
    }

    fn args(&self) -> &'static [Arg] {
        &[Arg {
            name: "seconds",
            description: "how long to wait",
            required: false,
        }]
    }

    fn check(&self, _: &Node, args: &JsonMap) -> Result<(), String> {
        match args.get("seconds") {
            None => Ok(()),
            Some(given) => match seconds(given) {
                Some(_) => Ok(()),
                None => Err(format!("seconds must be a whole number up to {LONGEST}")),
            },
        }
    }

    /// Nothing is halfway done.
    fn is_abortable(&self, _: StepKind) -> bool {
        true
    }

    fn purpose(&self) -> &'static str {
        "let a time pass"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let Some(seconds) = ctx.args().get("seconds").and_then(seconds) else {
            return Ok(await_call(ctx));
        };
        let over = ctx
            .job
            .step_started_at
            .checked_add_signed(seconds)
            .unwrap_or(Time::MAX_UTC);
        if ctx.now >= over {
            return Ok(StepOutcome::Done);
        }
        Ok(StepOutcome::Wait {
            until: over,
            for_what: format!("{} s to pass", seconds.num_seconds()),
            on_installer: true,
        })
    }
}

/// A number, or the text of one.
fn seconds(given: &Value) -> Option<TimeDelta> {
    let number = match given {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    let number = number.filter(|number| *number <= LONGEST)?;
    TimeDelta::try_seconds(i64::try_from(number).ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_a_whole_number_of_seconds_and_no_more_than_a_day() {
        for good in [json!(0), json!(30), json!("30"), json!(86400)] {
            assert!(seconds(&good).is_some(), "{good}");
        }
        for bad in [
            json!(-1),
            json!(1.5),
            json!("soon"),
            json!(86401),
            json!(null),
        ] {
            assert!(seconds(&bad).is_none(), "{bad}");
        }
    }
}
