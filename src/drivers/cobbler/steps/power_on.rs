//! Step 6: power on.

use async_trait::async_trait;

use crate::drivers::interfaces::{Step, StepContext, StepResult};
use crate::drivers::reach_power;
use crate::model::InterfaceKind;
use crate::states::PowerTarget;

/// Powers the server on; a server that is on already is left alone.
#[derive(Debug)]
pub struct PowerOn;

#[async_trait]
impl Step for PowerOn {
    fn name(&self) -> &'static str {
        "power_on"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        50
    }

    fn purpose(&self) -> &'static str {
        "power the server on"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        reach_power(ctx, PowerTarget::On).await
    }
}
