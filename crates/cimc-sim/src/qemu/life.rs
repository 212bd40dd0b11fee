//! From power to power: every POST is a QEMU process of its own.
//!
//! A guest that reboots is ended and started again. Its boot order can't be changed in between
//! otherwise: QEMU hands it to the firmware at the moment of the reset, and SeaBIOS, finding its
//! own copy in memory, resets the machine a second time, so that one reboot looks like two and
//! uses a one-time boot device up before it was tried.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::command::Start;
use super::process::{Deed, Process};
use super::spec::{QemuError, QemuFirmware};
use super::watch::{Step, Watch};
use super::{Guest, Signal, command};
use crate::backend::{BootDevice, BootPlan};
use crate::machine::{Phase, Quirk};

/// When POST counts as over although the firmware's log says nothing of it.
const POST_LIMIT: Duration = Duration::from_secs(120);

/// Waits for power, lives until it goes, waits again; until cancelled.
pub(super) async fn run(
    guest: &Guest,
    mut signals: UnboundedReceiver<Signal>,
    cancelled: CancellationToken,
) {
    while let Some(Some(signal)) = cancelled.run_until_cancelled(signals.recv()).await {
        match signal {
            Signal::On => {
                if !powered(guest, &mut signals, &cancelled).await {
                    guest.board.powered_down();
                }
            }
            Signal::Off => {}
            // It switched itself off while the controller still took it for powered.
            Signal::SoftOff | Signal::Reset | Signal::Interrupt => guest.board.powered_down(),
        }
    }
}

/// What follows a boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// POST, with whatever the boot order is then.
    Post,
    /// The same devices again, as firmware does that found nothing.
    Retry,
    /// The controller took the power.
    Off,
    /// The machine went off by itself.
    OffByItself,
}

/// Ends with the power. False if the controller has not heard of that yet.
async fn powered(
    guest: &Guest,
    signals: &mut UnboundedReceiver<Signal>,
    cancelled: &CancellationToken,
) -> bool {
    let mut plan = guest.board.begin_post();
    guest.update(|state| state.problem = None);
    loop {
        guest.enter(Phase::Post);
        let next = match boot(guest, &plan, signals, cancelled).await {
            Ok(next) => next,
            Err(error) => {
                let why = with_cause(&error);
                tracing::error!(machine = %guest.machine.name, %why, "a guest has no power");
                guest.update(|state| state.problem = Some(why));
                Next::OffByItself
            }
        };
        guest.update(|state| state.pid = None);
        match next {
            Next::Post => plan = guest.board.begin_post(),
            Next::Retry => {}
            Next::Off | Next::OffByItself => {
                guest.enter(Phase::Off);
                return next == Next::Off;
            }
        }
    }
}

/// One process, from its start to its end.
async fn boot(
    guest: &Guest,
    plan: &BootPlan,
    signals: &mut UnboundedReceiver<Signal>,
    cancelled: &CancellationToken,
) -> Result<Next, QemuError> {
    let mut plan = plan.clone();
    if guest.has(Quirk::IgnoresBootOrder) {
        plan.targets
            .sort_by_key(|target| target.device != BootDevice::Network);
    }
    let firmware = guest.adopt(plan.mode);
    let start = Start {
        order: command::boot_order(&guest.machine, &plan),
        dhcp: !guest.has(Quirk::NoDhcp),
        ovmf: match firmware {
            QemuFirmware::Bios => None,
            QemuFirmware::Uefi => Some(guest.home.uefi()?),
        },
    };
    let order = &start.order;
    let mut watch = Watch::begin(guest.progress_log(firmware)).await;
    let started = Process::start(&guest.machine, &guest.home, &start);
    // Dropped in the middle, the process is killed.
    let Some(started) = cancelled.run_until_cancelled(started).await else {
        return Ok(Next::Off);
    };
    let mut process = started?;
    guest.update(|state| state.pid = process.pid());
    if order.is_empty() {
        // Firmware would try what is there; a machine in its set-up menu stands still, too.
        guest.board.end_post();
        guest.enter(match plan.setup {
            true => Phase::Setup,
            false => Phase::NoBootableDevice,
        });
    } else {
        process.resume().await?;
    }
    let can_retry = order.iter().any(|device| device.starts_with("nic"));
    let mut boot = Boot {
        guest,
        posting: !order.is_empty(),
        gave_up: false,
    };
    let next = loop {
        let retries = boot.gave_up && can_retry;
        let pause = if retries {
            guest.boot_retry
        } else {
            POST_LIMIT
        };
        tokio::select! {
            biased;
            () = cancelled.cancelled() => break Next::Off,
            signal = signals.recv() => match signal {
                None | Some(Signal::Off) => break Next::Off,
                Some(Signal::On) => {}
                Some(Signal::Reset) => break Next::Post,
                Some(Signal::SoftOff) => heed(process.press_power_button().await),
                Some(Signal::Interrupt) => {
                    guest.update(|state| state.counters.interrupts += 1);
                    heed(process.interrupt().await);
                }
            },
            deed = process.deed() => match deed {
                Deed::Reboot => break Next::Post,
                Deed::PowerOff => break Next::OffByItself,
                Deed::Lost => {
                    let log = guest.home.error_log();
                    tracing::warn!(log = %log.display(), "QEMU ended by itself");
                    break Next::OffByItself;
                }
            },
            step = watch.step() => boot.took(step),
            () = sleep(pause), if retries || boot.posting => {
                if retries {
                    break Next::Retry;
                }
                boot.end_post();
            }
        }
    };
    process.stop().await;
    Ok(next)
}

/// What QEMU refuses or doesn't answer is not the end of it: if it is gone, that is noticed.
fn heed(done: Result<(), QemuError>) {
    if let Err(error) = done {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a guest didn't obey"
        );
    }
}

fn with_cause(error: &QemuError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// How far a boot has come.
struct Boot<'a> {
    guest: &'a Guest,
    posting: bool,
    gave_up: bool,
}

impl Boot<'_> {
    fn took(&mut self, step: Step) {
        self.end_post();
        match step {
            Step::Tries(device) => self.enter(device),
            Step::HandsOver(device) => {
                self.enter(device);
                self.guest.update(|state| {
                    if device == BootDevice::Network {
                        state.counters.network_attempts += 1;
                    }
                    *state.counters.boots.entry(device).or_default() += 1;
                    state.last_boot = Some(device);
                });
                self.guest.board.booted(device);
            }
            Step::GivesUp => {
                self.gave_up = true;
                self.guest.enter(Phase::NoBootableDevice);
            }
        }
    }

    fn enter(&self, device: BootDevice) {
        match device {
            BootDevice::Network => self.guest.enter(Phase::NetworkBoot),
            BootDevice::Disk => self.guest.enter(Phase::DiskBoot),
            BootDevice::Cdrom | BootDevice::Other => {}
        }
    }

    fn end_post(&mut self) {
        if std::mem::take(&mut self.posting) {
            self.guest.board.end_post();
        }
    }
}
