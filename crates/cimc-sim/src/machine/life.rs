//! From power to a running OS, again and again.

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use super::installer::{self, Outcome};
use super::web::{self, BootServer, NetbootSystem};
use super::{Disk, Machine, Phase, Quirk, Signal};
use crate::backend::{BootDevice, BootPlan, BootTarget};

/// Waits for power, lives until it goes, waits again.
pub(super) async fn run(machine: &Machine, mut signals: UnboundedReceiver<Signal>) {
    let mut powered = false;
    loop {
        let signal = if powered {
            tokio::select! {
                biased;
                signal = signals.recv() => signal,
                // On the heap, as most machines of a big rack have no power.
                () = Box::pin(powered_life(machine)) => {
                    machine.board.powered_down();
                    Some(Signal::Off)
                }
            }
        } else {
            signals.recv().await
        };
        match signal {
            None => return,
            Some(Signal::On) => powered = true,
            // The life in progress is dropped, wherever it was; `powered` stays as it is.
            Some(Signal::Reset) => {}
            Some(Signal::Off) => {
                powered = false;
                machine.enter(Phase::Off);
            }
        }
    }
}

/// What becomes of one boot.
enum Next {
    Reboot,
    PowerOff,
}

/// Ends when the machine switches itself off.
async fn powered_life(machine: &Machine) {
    loop {
        machine.enter(Phase::Post);
        let plan = machine.board.begin_post();
        sleep(machine.spec.timing.post).await;
        machine.board.end_post();
        if plan.setup {
            machine.enter(Phase::Setup);
            std::future::pending::<()>().await;
        }
        match boot(machine, &plan).await {
            Next::Reboot => {}
            Next::PowerOff => return,
        }
    }
}

async fn boot(machine: &Machine, plan: &BootPlan) -> Next {
    let mut targets = plan.targets.clone();
    if machine.has(Quirk::IgnoresBootOrder) {
        targets.sort_by_key(|target| target.device != BootDevice::Network);
    }
    loop {
        for target in &targets {
            match target.device {
                BootDevice::Network => {
                    if let Some((server, system)) = network(machine, target).await {
                        booted(machine, BootDevice::Network);
                        return match installer::run(machine, &server, &system).await {
                            Outcome::Reboot => Next::Reboot,
                            Outcome::PowerOff => Next::PowerOff,
                        };
                    }
                }
                BootDevice::Disk => {
                    let installed = matches!(machine.state().disk, Disk::Installed(_));
                    if installed {
                        disk(machine).await;
                        return Next::PowerOff;
                    }
                }
                // The drives are empty and nothing else is connected.
                BootDevice::Cdrom | BootDevice::Other => {}
            }
        }
        machine.enter(Phase::NoBootableDevice);
        if targets
            .iter()
            .all(|target| target.device != BootDevice::Network)
        {
            std::future::pending::<()>().await;
        }
        sleep(machine.spec.timing.boot_retry).await;
    }
}

fn booted(machine: &Machine, device: BootDevice) {
    *machine.state().counters.boots.entry(device).or_default() += 1;
    machine.board.booted(device);
}

/// Runs the OS on disk until somebody presses the power button and it has shut down.
async fn disk(machine: &Machine) {
    machine.enter(Phase::DiskBoot);
    booted(machine, BootDevice::Disk);
    sleep(machine.spec.timing.os_boot).await;
    let button = machine.acpi.notified();
    machine.enter(Phase::OsUp);
    let link = machine.state().first_boot.take();
    if let Some(link) = link.filter(|_| !machine.has(Quirk::CannotReport)) {
        let (client, pause) = (&machine.spec.client, machine.spec.timing.boot_retry);
        web::report(client, &format!("{link}/booted"), "", pause).await;
    }
    button.await;
    sleep(machine.spec.timing.soft_off).await;
}

/// One network boot attempt on the ports that the target means. Cobbler that doesn't answer, or
/// knows no enabled system with these addresses, is a boot that falls to the next device.
async fn network<'a>(
    machine: &'a Machine,
    target: &BootTarget,
) -> Option<(BootServer<'a>, NetbootSystem)> {
    machine.enter(Phase::NetworkBoot);
    machine.state().counters.network_attempts += 1;
    sleep(machine.spec.timing.network_boot).await;
    if machine.has(Quirk::NoDhcp) {
        return None;
    }
    let base = machine.spec.cobbler.as_deref()?.trim_end_matches('/');
    let server = BootServer {
        client: &machine.spec.client,
        base,
    };
    let named = |mac: &&String| target.mac.as_ref().is_none_or(|named| named == *mac);
    for mac in machine.spec.macs.iter().filter(named) {
        match server
            .netboot_system(mac, machine.has(Quirk::StaleNetboot))
            .await
        {
            Ok(Some(system)) => return Some((server, system)),
            Ok(None) => {}
            Err(why) => {
                tracing::debug!(%mac, %why, "network boot failed");
                return None;
            }
        }
    }
    None
}
