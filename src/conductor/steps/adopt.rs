//! Adoption: the part that is the same for every driver.

use std::time::Duration;

use async_trait::async_trait;

use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::InterfaceKind;

/// As for a verification: who adopts a server waits for the answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks whether the server's power can be read, and changes nothing.
#[derive(Debug)]
pub(super) struct ReadPower;

#[async_trait]
impl Step for ReadPower {
    fn name(&self) -> &'static str {
        "read_power"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Power
    }

    fn priority(&self) -> u32 {
        100
    }

    fn patience(&self) -> Duration {
        PATIENCE
    }

    fn purpose(&self) -> &'static str {
        "read the power state, which stays as it is"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        ctx.power().validate()?;
        ctx.interfaces().boot.validate(ctx.node)?;
        ctx.changes.power_state = Some(ctx.power().state().await?);
        Ok(StepOutcome::Done)
    }
}
