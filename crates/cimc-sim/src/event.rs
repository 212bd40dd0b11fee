//! What happened at a controller, for tests and for people who watch.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::backend::BootDevice;

/// Something that happened at a controller or its machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A power command was accepted: the value of `adminPower`.
    PowerCommand(String),
    /// The machine has power.
    PoweredOn,
    /// The machine has no power any more, by command or by itself.
    PoweredOff,
    /// POST began, after power or reset.
    PostBegan,
    /// The machine booted from a device.
    Booted(BootDevice),
    /// A write to the boot order or the one-time device was stored.
    BootOrderChanged,
    /// A non-maskable interrupt was sent.
    Interrupted,
    /// The controller itself was restarted.
    ControllerReset,
    /// Another firmware was installed: its version.
    FirmwareChanged(&'static str),
}

/// An [`Event`] with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// Since the controller was started.
    pub after: Duration,
    /// What happened.
    pub event: Event,
}

/// The newest entries are kept; a long-running rack must not fill its memory.
const KEPT: usize = 1000;

#[derive(Debug)]
pub(crate) struct EventLog {
    start: Instant,
    entries: Vec<LogEntry>,
}

impl EventLog {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            entries: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, event: Event) {
        if self.entries.len() >= KEPT {
            self.entries.drain(..KEPT / 2);
        }
        self.entries.push(LogEntry {
            after: self.start.elapsed(),
            event,
        });
    }

    pub(crate) fn entries(&self) -> Vec<LogEntry> {
        self.entries.clone()
    }
}
