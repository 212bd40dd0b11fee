//! Step 7: boot from disk.

use async_trait::async_trait;

use super::listen;
use crate::drivers::DriverError;
use crate::drivers::cobbler::servers::from_cobbler;
use crate::drivers::cobbler::{Cobblers, SYSTEM};
use crate::drivers::interfaces::{BootDevice, Step, StepContext, StepOutcome, StepResult};
use crate::evidence::{Verdict, judge};
use crate::model::{InterfaceKind, Node};

/// Makes the next boot one from disk, as soon as the installer runs and not before: a server that
/// is still in POST may pick up the new order and never reach the network.
#[derive(Debug)]
pub struct BootDisk {
    cobblers: Cobblers,
}

impl BootDisk {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }

    async fn netboot_off(&self, node: &Node) -> Result<(), DriverError> {
        let Some(system) = node.internal_text(SYSTEM) else {
            return Ok(());
        };
        let switched = self.cobblers.of(node)?.set_netboot(system, false).await;
        switched.map(drop).map_err(|error| from_cobbler(&error))
    }

    async fn give_up(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let (cause, words) = listen::never_started(ctx, &self.cobblers).await?;
        let reached = match listen::look(ctx, &self.cobblers).await {
            Some((_, what)) => format!("; {what}, so it may have booted its old system from disk"),
            None => String::new(),
        };
        Ok(StepOutcome::Fail {
            cause: format!(
                "{cause}: nothing was heard of the installer for {} s, while waiting for the first sign of it; \
                 {words}{reached}",
                ctx.step_age().num_seconds()
            ),
        })
    }
}

#[async_trait]
impl Step for BootDisk {
    fn name(&self) -> &'static str {
        "boot_disk"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        40
    }

    fn purpose(&self) -> &'static str {
        "once the installer is heard of: put the disk first in the boot order, and netboot off in Cobbler"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        if judge(ctx.evidence) == Verdict::Nothing {
            if listen::read_log(ctx, &self.cobblers).await {
                return Ok(StepOutcome::Again);
            }
            let deadline = listen::deadline(ctx.settings, ctx.job.step_started_at);
            if ctx.now >= deadline {
                return self.give_up(ctx).await;
            }
            return Ok(listen::wait(
                ctx,
                deadline,
                "the first sign of the installer",
            ));
        }
        // Side by side: either alone keeps the server from installing itself again, so neither waits
        // for the other, which may be down or have a queue.
        let (off, first) = tokio::join!(
            self.netboot_off(ctx.node),
            ctx.management()
                .set_boot_device(BootDevice::Disk, true, None),
        );
        off?;
        first?;
        Ok(StepOutcome::Done)
    }
}
