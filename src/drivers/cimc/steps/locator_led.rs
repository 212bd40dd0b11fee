//! `management.set_locator_led`.

use async_trait::async_trait;

use super::{choice, chosen};
use crate::drivers::interfaces::{Arg, IndicatorState, Step, StepContext, StepOutcome, StepResult};
use crate::model::{InterfaceKind, JsonMap, Node};

/// Switches the light by which a person finds the server: before a `hold`, and after it
/// (`equipmentLocatorLed.adminState`, Cisco's SDK metadata).
#[derive(Debug)]
pub(super) struct SetLocatorLed;

fn on(args: &JsonMap) -> Result<bool, String> {
    match choice(args, "state", "on, off")? {
        IndicatorState::On => Ok(true),
        IndicatorState::Off => Ok(false),
        _ => Err("state must be one of on, off".to_owned()),
    }
}

#[async_trait]
impl Step for SetLocatorLed {
    fn name(&self) -> &'static str {
        "set_locator_led"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Management
    }

    fn priority(&self) -> u32 {
        0
    }

    fn args(&self) -> &'static [Arg] {
        &[Arg {
            name: "state",
            description: "on or off",
            required: true,
        }]
    }

    fn check(&self, _: &Node, args: &JsonMap) -> Result<(), String> {
        on(args).map(drop)
    }

    fn purpose(&self) -> &'static str {
        "switch the locator LED on or off"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let on = chosen!(on(ctx.args()));
        let management = &ctx.interfaces().management;
        management.set_indicator(ctx.node, on).await?;
        Ok(StepOutcome::Done)
    }
}
