//! One controller's state: objects, sessions, power, log. The [`Board`] of its machine.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use secrecy::SecretString;
use tokio::sync::Notify;

use crate::backend::{Board, BootDevice, BootPlan};
use crate::boot;
use crate::event::{Event, EventLog};
use crate::fault::{Fault, Faults};
use crate::identity::Identity;
use crate::inventory;
use crate::journal::Journal;
use crate::personality::Personality;
use crate::power::PowerCommand;
use crate::session::{Role, SessionTable};
use crate::timing::Timing;
use crate::tree::{ManagedObject, ObjectTree, Pool, RACK_UNIT};
use crate::upgrade;

/// Somebody who may log in.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) user: String,
    pub(crate) password: SecretString,
    pub(crate) role: Role,
}

/// Whether the controller answers, as it comes back from its own reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Availability {
    /// No connection.
    Closed,
    /// A web server without the XML API.
    WebOnly,
    /// The XML API without its users: logins fail with 551.
    NoUsers,
    Ready,
}

/// What a controller is made of. The same times and accounts serve a whole rack.
#[derive(Debug)]
pub(crate) struct ChassisSpec {
    pub(crate) personality: &'static Personality,
    pub(crate) index: u16,
    pub(crate) name: String,
    /// The IP address that the controller believes to have.
    pub(crate) address: String,
    pub(crate) timing: Arc<Timing>,
    pub(crate) accounts: Arc<[Account]>,
}

/// A controller without its network side.
#[derive(Debug)]
pub(crate) struct Chassis {
    personality: RwLock<&'static Personality>,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) identity: Identity,
    pub(crate) timing: Arc<Timing>,
    pub(crate) accounts: Arc<[Account]>,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    state: Mutex<State>,
    pending: Mutex<Option<PowerCommand>>,
    pub(crate) power_wanted: Notify,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) tree: ObjectTree,
    pub(crate) sessions: SessionTable,
    pub(crate) log: EventLog,
    /// Whether the machine has power; `operPower` may lag behind.
    pub(crate) powered: bool,
    /// BIOS set-up was asked for and waits for the next POST.
    pub(crate) enter_setup: bool,
    /// The machine has been through a POST since the controller began.
    pub(crate) has_posted: bool,
    /// What a flapping power reading said last.
    flapped_to: &'static str,
    controller_reset: Option<Instant>,
}

impl Chassis {
    /// A new controller; what it has in common with those in the pool is shared with them.
    pub(crate) fn new(spec: ChassisSpec, pool: &mut Pool) -> Self {
        let identity = Identity::new(spec.index);
        let state = State {
            tree: inventory::objects(spec.personality, &identity, &spec.name, &spec.address, pool),
            sessions: SessionTable::new(spec.timing.session_idle),
            log: EventLog::new(),
            powered: false,
            enter_setup: false,
            has_posted: false,
            flapped_to: "off",
            controller_reset: None,
        };
        Self {
            personality: RwLock::new(spec.personality),
            name: spec.name,
            address: spec.address,
            identity,
            timing: spec.timing,
            accounts: spec.accounts,
            faults: Faults::new(spec.index),
            journal: Journal::default(),
            state: Mutex::new(state),
            pending: Mutex::new(None),
            power_wanted: Notify::new(),
        }
    }

    /// The firmware that it plays now: an upgrade changes it.
    pub(crate) fn personality(&self) -> &'static Personality {
        *self
            .personality
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a command for the power task. One that still waits is replaced: the later wins.
    pub(crate) fn want_power(&self, command: PowerCommand) {
        *self.pending.lock().unwrap_or_else(PoisonError::into_inner) = Some(command);
        self.power_wanted.notify_one();
    }

    pub(crate) fn take_wanted(&self) -> Option<PowerCommand> {
        self.pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    pub(crate) fn set_powered(&self, powered: bool) {
        let mut state = self.state();
        if state.powered != powered {
            state.powered = powered;
            state.log.add(if powered {
                Event::PoweredOn
            } else {
                Event::PoweredOff
            });
        }
    }

    /// Makes `operPower` read what is true.
    pub(crate) fn show_power(&self) {
        let mut state = self.state();
        let (power, post) = if state.powered {
            ("on", None)
        } else {
            ("off", Some("unknown"))
        };
        state.set_rack_unit("operPower", power);
        if let Some(post) = post {
            state.set_rack_unit("biosPostState", post);
        }
    }

    /// The next of the power readings that contradict each other.
    pub(crate) fn flap(&self) -> &'static str {
        let mut state = self.state();
        state.flapped_to = match state.flapped_to {
            "on" => "off",
            _ => "on",
        };
        state.flapped_to
    }

    /// Restarts the controller: its sessions are gone, the machine goes on.
    pub(crate) fn reset_controller(&self) {
        let mut state = self.state();
        state.sessions.close_all();
        state.controller_reset = Some(Instant::now());
        state.log.add(Event::ControllerReset);
    }

    /// Upgrades the firmware, which restarts the controller. The machine goes on, and its BIOS sees
    /// the migrated boot list at its next POST.
    pub(crate) fn upgrade(&self, to: &'static Personality) {
        let from = self.personality();
        let mut state = self.state();
        state.tree = upgrade::tree(self, &state.tree, from, to);
        state.log.add(Event::FirmwareChanged(to.firmware()));
        *self
            .personality
            .write()
            .unwrap_or_else(PoisonError::into_inner) = to;
        drop(state);
        self.reset_controller();
    }

    pub(crate) fn availability(&self) -> Availability {
        let Some(reset) = self.state().controller_reset else {
            return Availability::Ready;
        };
        let since = reset.elapsed();
        let timing = &self.timing;
        if since < timing.controller_down {
            Availability::Closed
        } else if since < timing.controller_down + timing.controller_web {
            Availability::WebOnly
        } else if since < timing.controller_down + timing.controller_web + timing.controller_users {
            Availability::NoUsers
        } else {
            Availability::Ready
        }
    }

    /// Enters a fault of the server into the controller's list. Code and words are those of UCS
    /// Manager's `fltComputeBoardPowerError`; what a CIMC says no source has.
    pub(crate) fn report_power_fault(&self) {
        let fault = ManagedObject::new("faultInst", format!("{RACK_UNIT}/board/fault-F0310"))
            .with("code", "F0310")
            .with("severity", "critical")
            .with("cause", "power-problem")
            .with("descr", "Motherboard of server 1 power: failed")
            .with("affectedDN", format!("{RACK_UNIT}/board"))
            .with("created", "Thu Jan  1 00:10:00 1970")
            .with("ack", "no")
            .with("rule", "fltComputeBoardPowerError")
            .with("type", "environmental");
        let mut state = self.state();
        state.tree.remove(&fault.dn);
        state.tree.insert(fault);
    }

    /// Puts the boot order back to the factory's (`cmos-reset-immediate`).
    pub(crate) fn reset_boot_order(&self) {
        let mut state = self.state();
        let personality = self.personality();
        let root = boot::root(personality.boot);
        let old: Vec<_> = state.tree.children(root).map(|o| o.dn.clone()).collect();
        for dn in old {
            state.tree.remove(&dn);
        }
        let factory = ObjectTree::new(
            inventory::boot_order(personality),
            personality,
            &mut Pool::default(),
        );
        let devices: Vec<_> = factory.children(root).cloned().collect();
        for device in devices {
            state.tree.insert(device);
        }
        state.log.add(Event::BootOrderChanged);
    }
}

impl State {
    fn set_rack_unit(&mut self, name: &'static str, value: &str) {
        if let Some(unit) = self.tree.get_mut(RACK_UNIT) {
            // A release without the attribute has no object that carries it.
            if name != "biosPostState" || !unit.get(name).is_empty() {
                unit.set(name, value.to_owned());
            }
        }
    }
}

impl Board for Chassis {
    fn begin_post(&self) -> BootPlan {
        let dialect = self.personality().boot;
        let mut state = self.state();
        let setup = std::mem::take(&mut state.enter_setup);
        state.log.add(Event::PostBegan);
        state.set_rack_unit("biosPostState", "pending");
        if self.faults.strikes("", &Fault::BiosChangesBootOrder) {
            boot::prefer_disks(&mut state.tree, boot::root(dialect));
        }
        boot::post(&mut state.tree, dialect, setup)
    }

    fn end_post(&self) {
        let mut state = self.state();
        state.has_posted = true;
        state.set_rack_unit("biosPostState", "completed");
    }

    fn booted(&self, device: BootDevice) {
        self.state().log.add(Event::Booted(device));
    }

    fn powered_down(&self) {
        self.set_powered(false);
        self.show_power();
    }
}
