//! One controller with its machine, as a rack hands it out.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::Serialize;

use crate::backend::Backend;
use crate::chassis::Chassis;
use crate::cli;
use crate::event::LogEntry;
use crate::fault::Faults;
use crate::machine::{Machine, MachineState, Quirk};
use crate::personality::Personality;
use crate::power::PowerCommand;
use crate::qemu::{Guest, GuestState};

/// A running simulated controller and its machine.
#[derive(Debug, Clone)]
pub struct Controller {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    pub(crate) certificate: Option<String>,
    pub(crate) ssh: Option<cli::Door>,
    pub(crate) chassis: Arc<Chassis>,
    pub(crate) machine: Behind,
}

/// What is behind a controller.
#[derive(Debug, Clone)]
pub(crate) enum Behind {
    Model(Arc<Machine>),
    Guest(Arc<Guest>),
}

impl Behind {
    pub(crate) fn backend(&self) -> Arc<dyn Backend> {
        match self {
            Self::Model(machine) => machine.clone(),
            Self::Guest(guest) => guest.clone(),
        }
    }
}

/// How the sessions of a controller have been used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SessionCounters {
    /// Sessions open now.
    pub open: usize,
    /// The most sessions that were open at one time.
    pub most_open: usize,
    /// Successful logins.
    pub logins: u64,
}

impl Controller {
    /// The name that the controller gives itself (`topSystem.name`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Where the XML API is: `http://127.0.0.1:40001/nuova`.
    pub fn url(&self) -> String {
        format!(
            "{}://{}/nuova",
            if self.is_tls() { "https" } else { "http" },
            self.address
        )
    }

    /// Whether it speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.certificate.is_some()
    }

    /// The certificate that it shows, as PEM text, if it speaks TLS.
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Where its command line is, if it was asked for.
    pub fn ssh_address(&self) -> Option<SocketAddr> {
        self.ssh.as_ref().map(|door| door.address)
    }

    /// The fingerprint of its SSH host key, as OpenSSH writes it.
    pub fn ssh_fingerprint(&self) -> Option<&str> {
        self.ssh.as_ref().map(|door| door.fingerprint.as_str())
    }

    /// The firmware it plays; an [upgrade](Self::upgrade) changes it.
    pub fn personality(&self) -> &'static Personality {
        self.chassis.personality()
    }

    /// The machine's serial number.
    pub fn serial(&self) -> &str {
        &self.chassis.identity.serial
    }

    /// The MAC addresses of the machine's NICs in lower case: the LOM ports, then the VIC's. The
    /// first is the one that the factory's boot order boots from.
    pub fn macs(&self) -> &[String] {
        &self.chassis.identity.macs
    }

    /// The machine as it is now. Of a guest only phase and counters of its boots are known.
    pub fn machine(&self) -> MachineState {
        match &self.machine {
            Behind::Model(machine) => machine.snapshot(),
            Behind::Guest(guest) => guest.snapshot(),
        }
    }

    /// The QEMU guest, if one is behind this controller.
    pub fn guest(&self) -> Option<GuestState> {
        match &self.machine {
            Behind::Model(_) => None,
            Behind::Guest(guest) => Some(guest.guest_state()),
        }
    }

    /// Makes the machine misbehave; replaces what was set before.
    pub fn set_quirks(&self, quirks: impl IntoIterator<Item = Quirk>) {
        match &self.machine {
            Behind::Model(machine) => machine.set_quirks(quirks),
            Behind::Guest(guest) => guest.set_quirks(quirks),
        }
    }

    /// Whether the machine has power, whatever the controller says.
    pub fn is_powered(&self) -> bool {
        self.chassis.state().powered
    }

    /// The controller's fault rules.
    pub fn faults(&self) -> &Faults {
        &self.chassis.faults
    }

    /// How its sessions have been used.
    pub fn sessions(&self) -> SessionCounters {
        let mut state = self.chassis.state();
        let open = state.sessions.list().len();
        let table = &state.sessions;
        SessionCounters {
            open,
            most_open: table.most_open,
            logins: table.logins,
        }
    }

    /// Installs another firmware: the boot list is migrated, the controller restarts, its sessions
    /// are gone, the machine goes on.
    pub fn upgrade(&self, to: &'static Personality) {
        self.chassis.upgrade(to);
    }

    /// Restarts the controller, as `bmc-reset-immediate` does.
    pub fn restart(&self) {
        self.chassis.reset_controller();
    }

    /// Presses the power button at the machine, briefly: what has no power gets some, a running OS
    /// shuts down, and anything else goes on.
    pub fn press_power_button(&self) {
        self.chassis.want_power(match self.is_powered() {
            true => PowerCommand::SoftShutDown,
            false => PowerCommand::Up,
        });
    }

    /// Keeps what is asked from now on, for [`Controller::take_requests`].
    pub fn keep_requests(&self) {
        self.chassis.journal.keep();
    }

    /// What was asked since the last time, in its order: requests of the XML API as text, without
    /// cookies and passwords, and lines of the command line. Empty unless they are kept.
    pub fn take_requests(&self) -> Vec<String> {
        self.chassis.journal.take()
    }

    /// What happened so far, oldest first; the newest thousand entries at most.
    pub fn events(&self) -> Vec<LogEntry> {
        self.chassis.state().log.entries()
    }
}
