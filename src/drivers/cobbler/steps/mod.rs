//! The steps of the install sequence, one a file.

mod base;
mod boot_disk;
mod boot_network;
mod ensure_profile;
mod ensure_system;
mod learn_macs;
mod power_off;
mod power_on;
mod restore_boot_order;
mod wait_installed;

pub use boot_disk::BootDisk;
pub use boot_network::BootNetwork;
pub use ensure_profile::EnsureProfile;
pub(super) use ensure_profile::profile_of;
pub use ensure_system::EnsureSystem;
pub use learn_macs::LearnMacs;
pub use power_off::PowerOff;
pub use power_on::PowerOn;
pub use restore_boot_order::RestoreBootOrder;
pub use wait_installed::WaitInstalled;

use crate::drivers::interfaces::{StepContext, StepOutcome};
use crate::model::Time;

/// Waits for word of the installer; every report wakes the node, the time is only for those that
/// never come. Fails when the silence since `last_seen` is longer than the limit.
fn wait_for_installer(
    ctx: &StepContext<'_>,
    last_seen: Time,
    for_what: &str,
    advice: &str,
) -> StepOutcome {
    let limit = chrono::TimeDelta::from_std(ctx.settings.install_silence_limit)
        .unwrap_or(chrono::TimeDelta::MAX);
    let deadline = last_seen + limit;
    if ctx.now >= deadline {
        return StepOutcome::Fail {
            cause: format!(
                "nothing was heard of the installer for {} s, while waiting for {for_what}; {advice}",
                limit.num_seconds()
            ),
        };
    }
    StepOutcome::Wait {
        until: deadline,
        for_what: for_what.to_owned(),
        on_installer: true,
    }
}
