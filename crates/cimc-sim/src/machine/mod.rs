//! The model machine: it does what a server does when switched on, without being one.
//!
//! It boots by its controller's boot order, asks a Cobbler server over the network as a PXE
//! client would, reads the answer file, calls the links in its scripts, and reboots when done.

mod installer;
mod kickstart;
mod life;
mod script;
mod state;
mod web;
mod xmlrpc;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::backend::{Backend, Board};
use crate::timing::Timing;

pub use state::{Counters, Disk, InstallPart, InstalledSystem, MachineState, Phase, Quirk};
pub(crate) use web::client;

/// What a model machine is made of.
#[derive(Debug, Clone)]
pub(crate) struct MachineSpec {
    /// Lower case, in the order in which the firmware tries them.
    pub(crate) macs: Vec<String>,
    /// `http://host:port` of Cobbler; without one every network boot fails.
    pub(crate) cobbler: Option<Arc<str>>,
    /// What is on its disk to begin with.
    pub(crate) disk: Disk,
    pub(crate) install: Duration,
    /// The part of `install` that it may vary by, 0.1 for ten percent.
    pub(crate) jitter: f64,
    pub(crate) timing: Arc<Timing>,
    pub(crate) client: reqwest::Client,
}

/// A model machine. It has no strong tie to its controller but the board it was given.
#[derive(Debug)]
pub(crate) struct Machine {
    spec: MachineSpec,
    board: Arc<dyn Board>,
    state: Mutex<MachineState>,
    quirks: Mutex<Vec<Quirk>>,
    signals: mpsc::UnboundedSender<Signal>,
    acpi: Notify,
}

/// What comes over the power wires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    On,
    Off,
    Reset,
}

impl Machine {
    /// A machine and the task that it lives in, which ends when cancelled.
    pub(crate) fn new(
        spec: MachineSpec,
        board: Arc<dyn Board>,
        cancelled: CancellationToken,
    ) -> (Arc<Self>, impl Future<Output = ()> + Send) {
        let (signals, received) = mpsc::unbounded_channel();
        let state = MachineState::new(spec.disk.clone());
        let machine = Arc::new(Self {
            spec,
            board,
            state: Mutex::new(state),
            quirks: Mutex::new(Vec::new()),
            signals,
            acpi: Notify::new(),
        });
        let task = Arc::clone(&machine);
        let life = async move {
            cancelled
                .run_until_cancelled(life::run(&task, received))
                .await;
        };
        (machine, life)
    }

    /// The machine as it is now.
    pub(crate) fn snapshot(&self) -> MachineState {
        self.state().clone()
    }

    /// Makes the machine misbehave from the next time the matter comes up.
    pub(crate) fn set_quirks(&self, quirks: impl IntoIterator<Item = Quirk>) {
        let mut current = self.quirks.lock().unwrap_or_else(PoisonError::into_inner);
        *current = quirks.into_iter().collect();
    }

    fn has(&self, quirk: Quirk) -> bool {
        self.quirks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&quirk)
    }

    fn state(&self) -> MutexGuard<'_, MachineState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        self.state().phase = phase;
    }

    fn signal(&self, signal: Signal) {
        // The receiver is gone only when the rack is shutting down.
        let _ = self.signals.send(signal);
    }
}

impl Backend for Machine {
    fn power_on(&self) {
        self.signal(Signal::On);
    }

    fn power_off(&self) {
        self.signal(Signal::Off);
    }

    fn soft_off(&self) {
        // Nobody waits for the button but a running OS.
        self.acpi.notify_waiters();
    }

    fn reset(&self) {
        self.signal(Signal::Reset);
    }

    fn interrupt(&self) {
        self.state().counters.interrupts += 1;
    }
}
