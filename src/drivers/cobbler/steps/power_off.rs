//! Step 1: power off.

use async_trait::async_trait;

use crate::drivers::interfaces::{Step, StepContext, StepResult};
use crate::drivers::reach_power;
use crate::model::InterfaceKind;
use crate::states::PowerTarget;

/// Powers the server off, by its operating system if there is time, else at once.
#[derive(Debug)]
pub struct PowerOff;

#[async_trait]
impl Step for PowerOff {
    fn name(&self) -> &'static str {
        "power_off"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        100
    }

    fn purpose(&self) -> &'static str {
        "power the server off: softly first, hard after the grace time"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let grace =
            chrono::TimeDelta::from_std(ctx.settings.soft_power_off_grace).unwrap_or_default();
        let target = if ctx.power().supports(PowerTarget::SoftOff) && ctx.step_age() < grace {
            PowerTarget::SoftOff
        } else {
            PowerTarget::Off
        };
        reach_power(ctx, target).await
    }
}
