//! The installer: walks through the answer file as Anaconda does, in much less time.

use std::time::Duration;

use rand::Rng;
use tokio::time::sleep;

use super::kickstart::{self, Ending, Kickstart};
use super::script::Call;
use super::web::{self, BootServer, NetbootSystem};
use super::{Disk, InstallPart, InstalledSystem, Machine, Phase, Quirk};

/// How an installer's run ends by itself.
pub(super) enum Outcome {
    Reboot,
    PowerOff,
}

/// The parts of the whole duration that the parts of an install take.
const PRE: f64 = 0.05;
const PARTITIONING: f64 = 0.10;
const PACKAGES: f64 = 0.65;
const POST: f64 = 0.20;

/// What a script speaks of that makes the installed system report its first boot.
const FIRST_BOOT: &str = "ferric-first-boot";

/// How often progress is reported while packages are installed.
const PROGRESS_REPORTS: usize = 10;

/// Installs the machine as `system`. Doesn't return where a real installer would wait for a
/// person. Dropping the future is what a loss of power does.
pub(super) async fn run(
    machine: &Machine,
    server: &BootServer<'_>,
    system: &NetbootSystem,
) -> Outcome {
    let text = match server.autoinstall(&system.name).await {
        Ok(text) => text,
        Err(why) => return stuck(machine, why).await,
    };
    let kickstart = match kickstart::parse(&text) {
        Ok(kickstart) => kickstart,
        Err(why) => return stuck(machine, why).await,
    };
    if kickstart.rescue {
        return rescue(machine, &kickstart).await;
    }
    machine.state().counters.installs_started += 1;
    machine.state().fetched.clear();
    machine.state().first_boot = None;
    if machine.has(Quirk::HangsBeforePre) {
        return stuck(machine, "hangs before %pre".to_owned()).await;
    }
    let whole = duration(machine);

    begin(machine, InstallPart::Pre);
    let watched = call_all(machine, &kickstart.pre).await;
    sleep(whole.mul_f64(PRE)).await;

    begin(machine, InstallPart::Partitioning);
    machine.state().disk = Disk::Empty;
    sleep(whole.mul_f64(PARTITIONING)).await;

    begin(machine, InstallPart::Packages);
    let packages = whole.mul_f64(PACKAGES);
    if machine.has(Quirk::FailsInPackages) {
        sleep(packages / 2).await;
        call_all(machine, &kickstart.on_error).await;
        return halt(machine).await;
    }
    if machine.has(Quirk::ResetsInPackages) {
        sleep(packages / 2).await;
        return Outcome::Reboot;
    }
    let progress = report_progress(machine, &watched, kickstart.packages.len(), packages);
    tokio::join!(sleep(packages), progress);

    begin(machine, InstallPart::Post);
    call_all(machine, &kickstart.post).await;
    sleep(whole.mul_f64(POST)).await;

    finish(machine, system, text, kickstart).await
}

async fn finish(
    machine: &Machine,
    system: &NetbootSystem,
    text: String,
    kickstart: Kickstart,
) -> Outcome {
    {
        let mut state = machine.state();
        state.counters.installs_finished += 1;
        state.disk = Disk::Installed(InstalledSystem {
            system: system.name.clone(),
            profile: system.profile.clone(),
            hostname: system.hostname.clone(),
            autoinstall: text,
            packages: kickstart.packages,
        });
    }
    match kickstart.end {
        Ending::Reboot => Outcome::Reboot,
        Ending::PowerOff => Outcome::PowerOff,
        Ending::Halt => halt(machine).await,
        Ending::Wait => stuck(machine, "installed, waits for a key to reboot".to_owned()).await,
    }
}

/// Anaconda's rescue mode: the scripts of `%pre`, then a shell until the power goes.
async fn rescue(machine: &Machine, kickstart: &Kickstart) -> Outcome {
    machine.state().fetched.clear();
    call_all(machine, &kickstart.pre).await;
    machine.state().counters.rescues += 1;
    machine.enter(Phase::Rescue);
    std::future::pending().await
}

fn begin(machine: &Machine, part: InstallPart) {
    machine.enter(Phase::Installing(part));
}

async fn stuck(machine: &Machine, why: String) -> Outcome {
    machine.enter(Phase::InstallerStuck(why));
    std::future::pending().await
}

async fn halt(machine: &Machine) -> Outcome {
    machine.enter(Phase::Halted);
    std::future::pending().await
}

fn duration(machine: &Machine) -> Duration {
    let jitter = machine.spec.jitter.clamp(0.0, 1.0);
    let factor = rand::rng().random_range(1.0 - jitter..=1.0 + jitter);
    machine.spec.install.mul_f64(factor)
}

/// Calls the links of a script in their order. Returns those to be told the progress.
async fn call_all(machine: &Machine, calls: &[Call]) -> Vec<String> {
    let client = &machine.spec.client;
    let pause = machine.spec.timing.boot_retry;
    let mut watched = Vec::new();
    for call in calls {
        let done = match call {
            Call::Report { .. } | Call::Watch { .. } if machine.has(Quirk::CannotReport) => false,
            Call::Report { url, message } => web::report(client, url, message, pause).await,
            Call::Fetch { url, file } => match web::fetch(client, url, pause).await {
                Some(text) => {
                    machine.state().fetched.insert(file.clone(), text);
                    true
                }
                None => false,
            },
            Call::Watch { url } => {
                watched.push(url.clone());
                true
            }
            Call::Run { file, url } => {
                let mut state = machine.state();
                let script = state.fetched.get(file);
                if script.is_some_and(|script| script.contains(FIRST_BOOT)) {
                    state.first_boot = Some(url.clone());
                }
                true
            }
            Call::CobblerService { url } => web::fetch(client, url, pause).await.is_some(),
        };
        if !done {
            tracing::debug!(?call, "link in an answer file failed");
            machine.state().counters.reports_failed += 1;
        }
    }
    watched
}

/// POSTs `n/m` to each link in even steps. A slow listener must not make the install longer than
/// the last of its answers.
async fn report_progress(machine: &Machine, watched: &[String], all: usize, whole: Duration) {
    if watched.is_empty() {
        return;
    }
    let steps = u32::try_from(PROGRESS_REPORTS).unwrap_or(1);
    for step in 1..=PROGRESS_REPORTS {
        sleep(whole / (steps + 1)).await;
        let done = all * step / PROGRESS_REPORTS;
        for url in watched {
            let pause = machine.spec.timing.boot_retry;
            web::report(&machine.spec.client, url, &format!("{done}/{all}"), pause).await;
        }
    }
}
