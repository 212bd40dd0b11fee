//! The end of a tear-down: the boot order as the operator had it.

use async_trait::async_trait;
use serde_json::Value;

use crate::drivers::cobbler::BOOT_ORDER;
use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::InterfaceKind;

/// Puts the boot order back as it was before the first deploy.
#[derive(Debug)]
pub struct RestoreBootOrder;

#[async_trait]
impl Step for RestoreBootOrder {
    fn name(&self) -> &'static str {
        "restore_boot_order"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        70
    }

    fn purpose(&self) -> &'static str {
        "put the boot order back as it was before the first deploy"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let Some(kept) = ctx.node.driver_internal_info.get(BOOT_ORDER) else {
            return Ok(StepOutcome::Done);
        };
        let management = &ctx.interfaces().management;
        match management.restore_boot_order(ctx.node, kept).await {
            Ok(()) => {}
            Err(error) if error.is_transient() => return Err(error),
            // The server is free all the same; what its next deploy needs it sets itself.
            Err(error) => {
                let warning = format!("the boot order was not put back: {error}");
                ctx.changes.warnings.push(warning);
            }
        }
        let done = (BOOT_ORDER.to_owned(), Value::Null);
        ctx.changes.internal_info.extend([done]);
        Ok(StepOutcome::Done)
    }
}
