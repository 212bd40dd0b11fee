//! Changes of power that somebody asked for.

use async_trait::async_trait;

use crate::drivers::interfaces::{Requested, Step, StepContext, StepOutcome, StepResult};
use crate::drivers::reach_power;
use crate::model::{InterfaceKind, JsonMap, Node};
use crate::states::{PowerState, PowerTarget};

/// A change whose effect can be seen.
#[derive(Debug)]
pub(super) struct Reach {
    name: &'static str,
    target: PowerTarget,
    priority: u32,
}

impl Reach {
    pub(super) const fn new(name: &'static str, target: PowerTarget, priority: u32) -> Self {
        Self {
            name,
            target,
            priority,
        }
    }
}

#[async_trait]
impl Step for Reach {
    fn name(&self) -> &'static str {
        self.name
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Power
    }

    fn priority(&self) -> u32 {
        self.priority
    }

    fn purpose(&self) -> &'static str {
        "bring the power to the state that was asked for"
    }

    fn check(&self, node: &Node, _: &JsonMap) -> Result<(), String> {
        let goes_off = matches!(self.target, PowerTarget::Off | PowerTarget::SoftOff);
        match goes_off && node.disable_power_off {
            true => Err("disable_power_off is set on the node".to_owned()),
            false => Ok(()),
        }
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        reach_power(ctx, self.target).await
    }
}

/// A reset. It can't be seen in the power state, so the intention is saved, with the name of
/// the process, before it is carried out: a crash in between ends without a second reset.
#[derive(Debug)]
pub(super) struct Reset;

/// The note of it.
const RESET: &str = "reset";

#[async_trait]
impl Step for Reset {
    fn name(&self) -> &'static str {
        "reboot"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Power
    }

    fn priority(&self) -> u32 {
        20
    }

    fn purpose(&self) -> &'static str {
        "reset the server, or power it on if it is off"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let outcome = self.act(ctx).await?;
        if outcome == StepOutcome::Done {
            // A later step of the job may want another.
            ctx.forget(RESET);
        }
        Ok(outcome)
    }
}

impl Reset {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let instance = ctx.settings.instance.clone();
        match ctx.noted(RESET).and_then(serde_json::Value::as_str) {
            None => {
                let state = ctx.power().state().await?;
                ctx.changes.power_state = Some(state);
                ctx.note(
                    RESET,
                    if state == PowerState::On {
                        instance
                    } else {
                        "needless".to_owned()
                    },
                );
                Ok(StepOutcome::Again)
            }
            Some(by) if by == instance => {
                let state = match ctx.power().request(PowerTarget::Reboot).await? {
                    Requested::Reached(state) => state,
                    Requested::Told => PowerState::On,
                };
                ctx.changes.power_state = Some(state);
                Ok(StepOutcome::Done)
            }
            // Off, so power on is all it takes; or the process that was about to do it has died,
            // and whether it did can't be seen: rather none than a second one.
            Some(_) => reach_power(ctx, PowerTarget::On).await,
        }
    }
}
