//! Scopes and commands: what a line does.

use std::sync::Arc;

use super::pages;
use crate::boot;
use crate::chassis::Chassis;
use crate::event::Event;
use crate::fault::Fault;
use crate::power;
use crate::session::Role;
use crate::tree::RACK_UNIT;

const POWER_QUESTION: &str = "This operation will change the server's power state.\n\
                              Do you want to continue?[y|N]";
const BOOT_ORDER_NOTE: &str = "To manage boot-order:\n\
    - Reboot server to have your boot-order settings take place\n\
    - Do not disable boot options via BIOS screens\n\
    - If a specified device type is not seen by the BIOS, it will be removed\n  \
      from the boot order configured on the BMC\n\
    - Your boot order sequence will be applied subject to the previous rule.\n  \
      The configured list will be appended by the additional device types\n  \
      seen by the BIOS";
/// What scripts against these controllers look for.
const NO_SUCH_OBJECT: &str = "Error: Managed object does not exist";

/// What comes of a line.
#[derive(Debug)]
pub(super) enum Reply {
    Text(String),
    /// Wait for `y`, then [`Mode::confirmed`].
    Question(String),
    /// No prompt comes.
    Silence,
    Exit,
}

impl Reply {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// What was set and not committed.
#[derive(Debug, Clone)]
enum Change {
    BootOrder(Vec<String>),
    LocatorLed(&'static str),
}

/// The state of one command line.
#[derive(Debug)]
pub(super) struct Mode {
    chassis: Arc<Chassis>,
    /// The name in the prompt.
    name: String,
    role: Role,
    /// Words of `scope …`, from the top: `chassis`, `adapter MLOM`.
    scopes: Vec<String>,
    pending: Option<Change>,
}

impl Mode {
    pub(super) fn new(chassis: Arc<Chassis>, name: String, role: Role) -> Self {
        Self {
            chassis,
            name,
            role,
            scopes: Vec::new(),
            pending: None,
        }
    }

    pub(super) fn prompt(&self) -> String {
        let path: String = self
            .scopes
            .iter()
            .map(|scope| format!("/{}", scope.split(' ').next().unwrap_or_default()))
            .collect();
        match (path.is_empty(), self.pending.is_some()) {
            (true, _) => format!("{}# ", self.name),
            (false, false) => format!("{} {path} # ", self.name),
            (false, true) => format!("{} {path} *# ", self.name),
        }
    }

    pub(super) fn execute(&mut self, line: &str) -> Reply {
        self.chassis.journal.note_line(line);
        if let Some(reply) = self.fault(line) {
            return reply;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => Reply::text(""),
            ["top"] => {
                self.scopes.clear();
                Reply::text("")
            }
            ["exit"] => match self.scopes.pop() {
                Some(_) => Reply::text(""),
                None => Reply::Exit,
            },
            ["scope", scope @ ..] => self.scope(&scope.join(" ")),
            ["show", what @ ..] => self.show(what),
            ["set", ..] | ["power", ..] | ["commit"] if self.role == Role::ReadOnly => {
                Reply::text("Error: insufficient privileges")
            }
            ["set", property, value] => self.set(property, value),
            ["discard"] => {
                self.pending = None;
                Reply::text("")
            }
            ["commit"] => self.commit(),
            ["power", word] if self.is_in("chassis") && admin_power(word).is_some() => {
                Reply::Question(POWER_QUESTION.to_owned())
            }
            _ => Reply::text(format!("Unknown command: {line}")),
        }
    }

    /// A command that asked, and was answered with yes.
    pub(super) fn confirmed(&mut self, command: &str) -> Reply {
        if command == "commit" {
            return self.apply();
        }
        let word = command.strip_prefix("power ").and_then(admin_power);
        if let Some(word) =
            word.filter(|_| !self.chassis.faults.strikes(command, &Fault::PowerIgnored))
        {
            power::accept(&self.chassis, word);
        }
        Reply::text("")
    }

    /// The faults that a command line can have; those of the web server leave it alone.
    fn fault(&self, line: &str) -> Option<Reply> {
        self.chassis.faults.take(line, |fault| match fault {
            Fault::Hang if !line.is_empty() => Some(Reply::Silence),
            Fault::Error { text, .. } => Some(Reply::text(format!("Error: {text}"))),
            _ => None,
        })
    }

    fn is_in(&self, scopes: &str) -> bool {
        let kinds: Vec<_> = self
            .scopes
            .iter()
            .map(|scope| scope.split(' ').next().unwrap_or_default())
            .collect();
        kinds.join("/") == scopes
    }

    fn scope(&mut self, scope: &str) -> Reply {
        let kinds: Vec<_> = self.scopes.iter().map(String::as_str).collect();
        let features = pages::Features::of(self.chassis.personality());
        let known = match (kinds.as_slice(), scope) {
            ([], "chassis" | "bios" | "cimc") | (["chassis"], "adapter MLOM") => true,
            (["chassis"], "network-adapter L") => features.network_adapter,
            (["chassis"], "storageadapter MRAID") => features.storage_adapter,
            (["chassis"], other) if other.contains(' ') => return Reply::text(NO_SUCH_OBJECT),
            _ => false,
        };
        if known {
            self.scopes.push(scope.to_owned());
            return Reply::text("");
        }
        Reply::text(format!("Unknown command: scope {scope}"))
    }

    fn show(&self, what: &[&str]) -> Reply {
        let scopes: Vec<_> = self.scopes.iter().map(String::as_str).collect();
        match pages::page(&self.chassis, &scopes, what) {
            Some(page) => Reply::text(page),
            None => Reply::text(format!("Unknown command: show {}", what.join(" "))),
        }
    }

    fn set(&mut self, property: &str, value: &str) -> Reply {
        let is_list = self.chassis.personality().has_boot_types();
        match property {
            "boot-order" if self.is_in("bios") && is_list => {
                let words: Vec<_> = value.split(',').map(str::to_uppercase).collect();
                if !words.iter().all(|word| device_of(word).is_some()) {
                    return Reply::text(format!("Invalid value: {value}"));
                }
                self.pending = Some(Change::BootOrder(words));
                Reply::text(BOOT_ORDER_NOTE)
            }
            "locator-led" if self.is_in("chassis") => {
                let state = match value {
                    "on" => "on",
                    "off" => "off",
                    _ => return Reply::text(format!("Invalid value: {value}")),
                };
                self.pending = Some(Change::LocatorLed(state));
                Reply::text("")
            }
            _ => Reply::text(format!("Unknown command: set {property}")),
        }
    }

    /// Scripts against newer releases answer a question here; the guides of 1.x show none. Both
    /// are played.
    fn commit(&mut self) -> Reply {
        if self.pending.is_some() && self.chassis.personality().asks_at_commit() {
            return Reply::Question("Changes will be applied.\nContinue?[y|N]".to_owned());
        }
        self.apply()
    }

    fn apply(&mut self) -> Reply {
        match self.pending.take() {
            None => {}
            Some(Change::BootOrder(words)) => {
                let faults = &self.chassis.faults;
                let is_lost = faults.strikes("set boot-order", &Fault::BootOrderNotStored);
                if is_lost {
                    return Reply::text("");
                }
                write_boot_order(&self.chassis, &words);
            }
            Some(Change::LocatorLed(state)) => {
                let mut chassis = self.chassis.state();
                if let Some(led) = chassis.tree.get_mut(&format!("{RACK_UNIT}/locator-led")) {
                    led.set("operState", state);
                }
            }
        }
        Reply::text("")
    }
}

/// The value of `adminPower` that does the same.
fn admin_power(word: &str) -> Option<&'static str> {
    Some(match word {
        "on" => "up",
        "off" => "down",
        "cycle" => "cycle-immediate",
        "hard-reset" => "hard-reset-immediate",
        "shutdown" => "soft-shut-down",
        _ => return None,
    })
}

/// The words of a boot order and the objects that they stand for.
pub(super) const BOOT_WORDS: &[(&str, &str)] = &[
    ("CDROM", "vm-read-only"),
    ("FDD", "vm-read-write"),
    ("HDD", "storage-read-write"),
    ("PXE", "lan-read-only"),
    ("EFI", "efi-read-only"),
];

fn device_of(word: &str) -> Option<&'static str> {
    let (_, device) = BOOT_WORDS.iter().find(|(known, _)| *known == word)?;
    Some(device)
}

/// The devices in this order, then those that were not named; those that the BIOS doesn't see are
/// left out.
fn write_boot_order(chassis: &Chassis, words: &[String]) {
    let mut state = chassis.state();
    let named = words.iter().filter_map(|word| device_of(word));
    let mut written = Vec::new();
    for (order, rn) in (1_u32..).zip(named) {
        let dn = format!("{}/{rn}", boot::POLICY);
        if let Some(device) = state.tree.get_mut(&dn) {
            device.set("order", order.to_string());
            written.push(dn);
        }
    }
    boot::renumber(&mut state.tree, boot::POLICY, &written);
    state.log.add(Event::BootOrderChanged);
}
