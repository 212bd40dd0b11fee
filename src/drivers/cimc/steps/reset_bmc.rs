//! `management.reset_bmc`.

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::{InterfaceKind, Time};

/// Who was about to send the command.
const INTENT: &str = "bmc_reset_by";
/// When it was sent.
const SENT: &str = "bmc_reset_sent";
/// The controller has been seen to be away since.
const AWAY: &str = "bmc_reset_away";

/// A controller that was never seen to be away may have come back between two looks; one that still
/// answers after so many has restarted, or won't.
const LOOKS: i32 = 30;
/// Field reports have a CIMC back after two to five minutes; other products wait ten.
const LIMIT: TimeDelta = TimeDelta::minutes(10);

/// Restarts the CIMC, and waits until it answers again; the server runs on
/// (`computeRackUnit.adminPower = bmc-reset-immediate`, Cisco's SDK metadata). It takes all sessions
/// with it, so nothing does it by itself.
///
/// It can't be looked at whether it was done, so the intention is saved, with the name of the process,
/// before it is carried out: a crash in between ends without a second restart.
#[derive(Debug)]
pub(super) struct ResetBmc;

#[async_trait]
impl Step for ResetBmc {
    fn name(&self) -> &'static str {
        "reset_bmc"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Management
    }

    fn priority(&self) -> u32 {
        0
    }

    fn purpose(&self) -> &'static str {
        "restart the CIMC and wait until it answers again"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let sent = ctx.noted(SENT).and_then(serde_json::Value::as_i64);
        if let Some(sent) = sent.and_then(Time::from_timestamp_millis) {
            return look(ctx, ctx.now - sent).await;
        }
        let instance = ctx.settings.instance.clone();
        match ctx.noted(INTENT).and_then(serde_json::Value::as_str) {
            None => {
                ctx.note(INTENT, instance);
                return Ok(StepOutcome::Again);
            }
            Some(by) if by == instance => {
                let management = &ctx.interfaces().management;
                management.reset_bmc(ctx.node).await?;
            }
            // The process that was about to has died: rather no restart than a second one.
            Some(_) => {}
        }
        ctx.note(SENT, ctx.now.timestamp_millis());
        Ok(away(ctx))
    }
}

/// Whether the controller is back. Any answer but a good one is that of a controller that starts.
async fn look(ctx: &mut StepContext<'_>, age: TimeDelta) -> StepResult {
    match ctx.power().state().await {
        Ok(state) => {
            ctx.changes.power_state = Some(state);
            if ctx.noted(AWAY).is_none() && age < poll(ctx) * LOOKS {
                return Ok(away(ctx));
            }
            for note in [INTENT, SENT, AWAY] {
                ctx.forget(note);
            }
            Ok(StepOutcome::Done)
        }
        Err(error) if age >= LIMIT => Ok(StepOutcome::Fail {
            cause: format!(
                "the CIMC has not come back within {} minutes of its restart: {error}; look whether its address answers \
                 at all, and whether power was cut",
                LIMIT.num_minutes()
            ),
        }),
        Err(_) => {
            ctx.note(AWAY, true);
            Ok(away(ctx))
        }
    }
}

fn away(ctx: &StepContext<'_>) -> StepOutcome {
    ctx.wait(poll(ctx), "the CIMC to restart")
}

fn poll(ctx: &StepContext<'_>) -> TimeDelta {
    TimeDelta::from_std(ctx.settings.power_poll).unwrap_or(TimeDelta::seconds(2))
}
