//! A virtual machine in the place of the model: one QEMU guest a controller.
//!
//! Power is a running process; the boot order is QEMU's `bootindex`. What the guest boots, an
//! installer that somebody else serves on the bridge, a system on its disk, is its own affair.

mod command;
mod home;
mod life;
mod process;
mod qmp;
mod spec;
mod watch;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::command::Description;
use self::home::Home;
use crate::backend::{Backend, Board, BootDevice, BootMode};
use crate::identity::Identity;
use crate::machine::{Counters, Disk, MachineState, Phase, Quirk};
use crate::personality::Personality;

pub use spec::{QemuAccel, QemuError, QemuFirmware, QemuSpec};

/// A guest at one moment, and where it keeps its things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuestState {
    /// The process of the running QEMU; another one after each reset. None without power.
    pub pid: Option<u32>,
    /// What boots it: since its last POST, as its controller's boot mode was then.
    pub firmware: QemuFirmware,
    /// What the firmware has handed over to last. A network port counts even if nobody answers
    /// it there: the next device follows then.
    pub last_boot: Option<BootDevice>,
    /// Why it got no power when it was last to have some.
    pub problem: Option<String>,
    /// The disk image, if it has a disk.
    pub disk: Option<PathBuf>,
    /// A Unix socket that is the guest's serial port, while it has power: for `socat`.
    pub console: PathBuf,
    /// What the guest wrote to its serial port, of all boots.
    pub serial_log: PathBuf,
    /// What a BIOS says of its work; UEFI says it on the serial port.
    pub firmware_log: PathBuf,
    /// What QEMU complains about.
    pub error_log: PathBuf,
}

/// A QEMU guest. It has no strong tie to its controller but the board it was given.
#[derive(Debug)]
pub(crate) struct Guest {
    machine: Description,
    home: Home,
    board: Arc<dyn Board>,
    /// How long firmware waits that found nothing to boot.
    boot_retry: Duration,
    state: Mutex<State>,
    quirks: Mutex<Vec<Quirk>>,
    signals: mpsc::UnboundedSender<Signal>,
}

/// What changes.
#[derive(Debug)]
struct State {
    phase: Phase,
    firmware: QemuFirmware,
    counters: Counters,
    pid: Option<u32>,
    last_boot: Option<BootDevice>,
    problem: Option<String>,
}

/// What comes over the wires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    On,
    Off,
    SoftOff,
    Reset,
    Interrupt,
}

/// What a guest has of its controller.
#[derive(Debug)]
pub(crate) struct GuestSpec<'a> {
    pub(crate) qemu: &'a QemuSpec,
    pub(crate) name: &'a str,
    pub(crate) identity: &'a Identity,
    pub(crate) personality: &'static Personality,
    pub(crate) boot_retry: Duration,
}

impl Guest {
    /// A guest without power and the task that it lives in, which ends when cancelled. Its
    /// directory and disk are there then.
    pub(crate) fn new(
        spec: &GuestSpec<'_>,
        board: Arc<dyn Board>,
        cancelled: CancellationToken,
    ) -> Result<(Arc<Self>, impl Future<Output = ()> + Send + use<>), QemuError> {
        let firmware = spec.qemu.firmware(spec.personality);
        let (signals, received) = mpsc::unbounded_channel();
        let guest = Arc::new(Self {
            home: Home::prepare(spec.qemu, spec.name, firmware)?,
            machine: Description {
                name: spec.name.to_owned(),
                model: spec.personality.model(),
                identity: spec.identity.clone(),
                spec: spec.qemu.clone(),
            },
            board,
            boot_retry: spec.boot_retry,
            state: Mutex::new(State {
                phase: Phase::Off,
                firmware,
                counters: Counters::default(),
                pid: None,
                last_boot: None,
                problem: None,
            }),
            quirks: Mutex::new(Vec::new()),
            signals,
        });
        let task = Arc::clone(&guest);
        let life = async move { life::run(&task, received, cancelled).await };
        Ok((guest, life))
    }

    /// The guest as it is now.
    pub(crate) fn guest_state(&self) -> GuestState {
        let state = self.state();
        GuestState {
            pid: state.pid,
            firmware: state.firmware,
            last_boot: state.last_boot,
            problem: state.problem.clone(),
            disk: (self.machine.spec.disk_gib > 0).then(|| self.home.disk()),
            console: self.home.console(),
            serial_log: self.home.serial_log(),
            firmware_log: self.home.firmware_log(),
            error_log: self.home.error_log(),
        }
    }

    /// What can be known of it that is known of a model machine.
    pub(crate) fn snapshot(&self) -> MachineState {
        let state = self.state();
        MachineState {
            phase: state.phase.clone(),
            counters: state.counters.clone(),
            ..MachineState::new(Disk::Image)
        }
    }

    /// Makes the guest misbehave from its next boot. It can do without DHCP and ignore the boot
    /// order; what its installer does is its own affair.
    pub(crate) fn set_quirks(&self, quirks: impl IntoIterator<Item = Quirk>) {
        let mut current = self.quirks.lock().unwrap_or_else(PoisonError::into_inner);
        *current = quirks.into_iter().collect();
    }

    fn has(&self, quirk: Quirk) -> bool {
        let quirks = self.quirks.lock().unwrap_or_else(PoisonError::into_inner);
        quirks.contains(&quirk)
    }

    /// Takes the mode that the controller has configured, where it knows one.
    fn adopt(&self, mode: Option<BootMode>) -> QemuFirmware {
        let mut state = self.state();
        match mode {
            Some(BootMode::Legacy) => state.firmware = QemuFirmware::Bios,
            Some(BootMode::Uefi) => state.firmware = QemuFirmware::Uefi,
            None => {}
        }
        state.firmware
    }

    /// Where the firmware says what it does. The OVMF of distributions is a release build, which
    /// says it on the console alone.
    fn progress_log(&self, firmware: QemuFirmware) -> PathBuf {
        match firmware {
            QemuFirmware::Bios => self.home.firmware_log(),
            QemuFirmware::Uefi => self.home.serial_log(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
    }

    fn enter(&self, phase: Phase) {
        self.state().phase = phase;
    }

    fn signal(&self, signal: Signal) {
        // The receiver is gone only when the rack is shutting down.
        let _ = self.signals.send(signal);
    }
}

impl Backend for Guest {
    fn power_on(&self) {
        self.signal(Signal::On);
    }

    fn power_off(&self) {
        self.signal(Signal::Off);
    }

    fn soft_off(&self) {
        self.signal(Signal::SoftOff);
    }

    fn reset(&self) {
        self.signal(Signal::Reset);
    }

    fn interrupt(&self) {
        self.signal(Signal::Interrupt);
    }
}
