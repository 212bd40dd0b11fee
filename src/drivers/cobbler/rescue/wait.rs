//! Waiting for the rescue system, and the boot from disk that follows it.

use chrono::TimeDelta;

use super::profile_of;
use super::system::NO_LINK;
use crate::drivers::DriverError;
use crate::drivers::cobbler::servers::from_cobbler;
use crate::drivers::cobbler::steps::listen;
use crate::drivers::cobbler::tear_down::step;
use crate::drivers::cobbler::{Cobblers, SYSTEM};
use crate::drivers::interfaces::{BootDevice, StepContext, StepOutcome, StepResult};
use crate::evidence::rescue::{Rescue, judge};
use crate::model::{Node, Time};
use crate::states::PowerState;

/// The note that the next boot is one from disk.
const DISK_NEXT: &str = "disk_next";
/// How long a rescue system that runs may take to fetch its password.
const FETCH_LIMIT: TimeDelta = TimeDelta::minutes(5);

step!(
    /// Waits for the rescue system; as soon as it is heard of, the next boot is one from disk.
    WaitRescued, Rescue, "wait_rescued", 40, "wait until the rescue system is heard of; then put the disk first again, and netboot off"
);
step!(
    /// Makes the next boot one from disk.
    BootOwnDisk, Rescue, "boot_own_disk", 60, "put the disk first in the boot order"
);

impl WaitRescued {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let seen = judge(ctx.evidence);
        if seen == Rescue::Nothing {
            if listen::read_log(ctx, &self.cobblers).await {
                return Ok(StepOutcome::Again);
            }
            let deadline = listen::deadline(ctx.settings, ctx.job.step_started_at);
            if ctx.now >= deadline {
                return self.give_up(ctx).await;
            }
            return Ok(listen::wait(ctx, deadline, "the rescue system"));
        }
        if ctx.noted(DISK_NEXT).is_none() {
            disk_next(ctx, &self.cobblers).await?;
            ctx.note(DISK_NEXT, true);
            return Ok(StepOutcome::Again);
        }
        match seen {
            Rescue::Failed(words) => Ok(StepOutcome::Fail {
                cause: format!("the rescue system gave up; its last words: {words}"),
            }),
            Rescue::Runs { since, says } => {
                let by = deadline(ctx, since);
                let link = ctx.noted(NO_LINK).is_none();
                if link && ctx.now < by {
                    let what = "the rescue system to fetch its password";
                    return Ok(listen::wait(ctx, by, what));
                }
                let why = if link {
                    "did not fetch it"
                } else {
                    "has no link"
                };
                ctx.changes.warnings.push(format!(
                    "the server counts as rescued on the word of {says}; it was not given the rescue password, since \
                     profile {} {why}: only the rescue system's own accounts are there",
                    profile_of(ctx.node)?
                ));
                Ok(done(ctx))
            }
            Rescue::Ready | Rescue::Nothing => Ok(done(ctx)),
        }
    }

    async fn give_up(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let words = match listen::hardware_trouble(ctx).await? {
            Some((cause, words)) => format!("{cause}: {words}"),
            None => "the server is on, so it did not boot the profile from the network, or nothing in the profile's \
                     template tells of it; look at its console"
                .to_owned(),
        };
        let reached = match listen::look(ctx, &self.cobblers).await {
            Some((_, what)) => format!("; {what}, which may be its old system"),
            None => String::new(),
        };
        Ok(StepOutcome::Fail {
            cause: format!(
                "nothing was heard of the rescue system of profile {} for {} s; {words}{reached}",
                profile_of(ctx.node)?,
                ctx.step_age().num_seconds()
            ),
        })
    }
}

impl BootOwnDisk {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        self.cobblers.of(ctx.node)?;
        ctx.management()
            .set_boot_device(BootDevice::Disk, true, None)
            .await?;
        Ok(StepOutcome::Done)
    }
}

fn deadline(ctx: &StepContext<'_>, since: Time) -> Time {
    let limit = since.checked_add_signed(FETCH_LIMIT);
    limit
        .unwrap_or(Time::MAX_UTC)
        .min(listen::deadline(ctx.settings, since))
}

fn done(ctx: &mut StepContext<'_>) -> StepOutcome {
    ctx.changes.power_state = Some(PowerState::On);
    StepOutcome::Done
}

/// Disk first, and netboot off: neither waits for the other, as after an install.
async fn disk_next(ctx: &StepContext<'_>, cobblers: &Cobblers) -> Result<(), DriverError> {
    let (off, first) = tokio::join!(
        netboot_off(ctx.node, cobblers),
        ctx.management()
            .set_boot_device(BootDevice::Disk, true, None),
    );
    off?;
    first.map(drop)
}

async fn netboot_off(node: &Node, cobblers: &Cobblers) -> Result<(), DriverError> {
    let Some(system) = node.internal_text(SYSTEM) else {
        return Ok(());
    };
    let switched = cobblers.of(node)?.set_netboot(system, false).await;
    switched.map(drop).map_err(|error| from_cobbler(&error))
}
