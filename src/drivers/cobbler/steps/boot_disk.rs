//! Step 7: boot from disk.

use async_trait::async_trait;

use super::wait_for_installer;
use crate::drivers::cobbler::servers::from_cobbler;
use crate::drivers::cobbler::{Cobblers, SYSTEM};
use crate::drivers::interfaces::{BootDevice, Step, StepContext, StepOutcome, StepResult};
use crate::evidence::{Verdict, judge};
use crate::model::InterfaceKind;

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
            return Ok(wait_for_installer(
                ctx,
                ctx.job.step_started_at,
                "the first sign of the installer",
                "look at the server's console: it got no DHCP answer, could not fetch its kickstart, or did not boot \
                 from the network at all",
            ));
        }
        // Cobbler first: should the controller fail now, the server still can't install itself twice.
        let cobbler = self.cobblers.of(ctx.node)?;
        if let Some(system) = ctx.node.internal_text(SYSTEM) {
            cobbler
                .set_netboot(system, false)
                .await
                .map_err(|error| from_cobbler(&error))?;
        }
        ctx.management()
            .set_boot_device(BootDevice::Disk, true, None)
            .await?;
        Ok(StepOutcome::Done)
    }
}
