//! One QEMU process: from power or reset to the next reset or the loss of power.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::command::{self, Description, Start};
use super::home::Home;
use super::qmp::Qmp;
use super::spec::QemuError;

/// How long QEMU may take until it listens. It took 0.1 s, and 0.5 s on a host with a load of
/// eight a processor.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How long it may take to end by itself. It took less than 0.1 s.
const QUIT_LIMIT: Duration = Duration::from_secs(10);
/// How often the socket is tried while QEMU is starting.
const START_PAUSE: Duration = Duration::from_millis(20);

/// A running guest. Dropped, it is killed.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    qmp: Qmp,
}

/// What a guest did with itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// It wants to begin anew; it stands still until then.
    Reboot,
    /// It is off.
    PowerOff,
    /// QEMU is gone without being asked, or doesn't say anything sensible any more.
    Lost,
}

impl Process {
    /// Starts a guest. Its processor stands still until [`Process::resume`].
    pub(super) async fn start(
        machine: &Description,
        home: &Home,
        start: &Start,
    ) -> Result<Self, QemuError> {
        end_leftover(&home.control()).await;
        let program = &machine.spec.program;
        let spawned = OpenOptions::new()
            .create(true)
            .append(true)
            .open(home.error_log())
            .and_then(|log| {
                Command::new(program)
                    .args(command::arguments(machine, home, start))
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(log)
                    // Ctrl-C at the terminal is the simulator's affair.
                    .process_group(0)
                    .kill_on_drop(true)
                    .spawn()
            });
        let mut child = spawned.map_err(|source| QemuError::Spawn {
            program: program.clone(),
            source,
        })?;
        let mut qmp = connect(&mut child, home).await?;
        for port in command::unplugged(machine) {
            qmp.execute("set_link", json!({"name": port, "up": false}))
                .await?;
        }
        Ok(Self { child, qmp })
    }

    /// The process as the system knows it.
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Lets the processor run.
    pub(super) async fn resume(&mut self) -> Result<(), QemuError> {
        self.qmp.execute("cont", json!({})).await
    }

    /// Presses the power button. An OS without ACPI doesn't care.
    pub(super) async fn press_power_button(&mut self) -> Result<(), QemuError> {
        self.qmp.execute("system_powerdown", json!({})).await
    }

    /// A non-maskable interrupt.
    pub(super) async fn interrupt(&mut self) -> Result<(), QemuError> {
        self.qmp.execute("inject-nmi", json!({})).await
    }

    /// Waits until the guest does something with itself. Can be given up and waited for again.
    pub(super) async fn deed(&mut self) -> Deed {
        loop {
            match self.qmp.event().await {
                Ok(event) if event.name == "SHUTDOWN" => {
                    return match event.reason.as_str() {
                        "guest-reset" => Deed::Reboot,
                        "guest-shutdown" => Deed::PowerOff,
                        _ => Deed::Lost,
                    };
                }
                Ok(_) => {}
                Err(_) => return Deed::Lost,
            }
        }
    }

    /// Takes power away and waits until the process is gone.
    pub(super) async fn stop(mut self) {
        // It may be gone before it has answered, or already.
        let _ = self.qmp.execute("quit", json!({})).await;
        if timeout(QUIT_LIMIT, self.child.wait()).await.is_err() {
            tracing::warn!(
                pid = self.pid(),
                "QEMU didn't end when told to and is killed"
            );
            if let Err(error) = self.child.kill().await {
                tracing::warn!(%error, "killing QEMU failed");
            }
        }
    }
}

/// Ends the guest that a killed simulator has left behind. Nobody else has one here, as the
/// directory is locked.
async fn end_leftover(control: &Path) {
    if let Ok(mut qmp) = Qmp::connect(control).await {
        tracing::warn!(socket = %control.display(), "a guest was left behind; it is told to end");
        if qmp.execute("quit", json!({})).await.is_ok() {
            // The socket closes as the last of its ends.
            let _ = timeout(QUIT_LIMIT, async { while qmp.event().await.is_ok() {} }).await;
        }
    }
}

async fn connect(child: &mut Child, home: &Home) -> Result<Qmp, QemuError> {
    let deadline = Instant::now() + START_LIMIT;
    loop {
        let source = match Qmp::connect(&home.control()).await {
            Ok(qmp) => return Ok(qmp),
            Err(source) => source,
        };
        if matches!(child.try_wait(), Ok(Some(_)) | Err(_)) {
            return Err(QemuError::Ended {
                said: last_words(&home.error_log()).await,
            });
        }
        if Instant::now() >= deadline {
            return Err(QemuError::Qmp {
                command: "its start".to_owned(),
                source,
            });
        }
        sleep(START_PAUSE).await;
    }
}

/// The end of what QEMU complained about.
async fn last_words(log: &Path) -> String {
    let text = tokio::fs::read(log).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    last.unwrap_or("nothing").to_owned()
}
