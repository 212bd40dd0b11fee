//! Step 5: boot from the network.

use async_trait::async_trait;

use crate::drivers::cobbler::{BOOT_ORDER, PXE_MAC};
use crate::drivers::interfaces::{BootDevice, Step, StepContext, StepOutcome, StepResult};
use crate::model::InterfaceKind;

/// Sets the network as the next boot device; the driver reads it back.
#[derive(Debug)]
pub struct BootNetwork;

#[async_trait]
impl Step for BootNetwork {
    fn name(&self) -> &'static str {
        "boot_network"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        60
    }

    fn purpose(&self) -> &'static str {
        "put the network first in the boot order, for one boot where the firmware can"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let management = &ctx.interfaces().management;
        // The operator's order is kept before the first change of it, and saved before that is made.
        if !ctx.node.driver_internal_info.contains_key(BOOT_ORDER)
            && let Some(order) = management.keep_boot_order(ctx.node).await?
        {
            ctx.changes
                .internal_info
                .insert(BOOT_ORDER.to_owned(), order);
            return Ok(StepOutcome::Again);
        }
        let mac = ctx.node.internal_text(PXE_MAC);
        ctx.management()
            .set_boot_device(BootDevice::Pxe, false, mac)
            .await?;
        Ok(StepOutcome::Done)
    }
}
