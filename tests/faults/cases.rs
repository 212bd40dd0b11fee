//! The table of faults.

use std::fmt;
use std::time::Duration;

use cimc_sim::{Fault, FaultRule};
use ferric::states::ProvisionState as State;

/// What is going on when the fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum During {
    Verify,
    PowerOn,
    Deploy,
}

impl fmt::Display for During {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            During::Verify => "verification",
            During::PowerOn => "power on",
            During::Deploy => "deployment",
        })
    }
}

/// How it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ends {
    /// As if nothing had been.
    Well,
    /// With these words in the node's `last_error`.
    Saying(&'static [&'static str]),
}

/// A fault and what becomes of it.
pub(crate) struct Case {
    /// What the controller does.
    pub(crate) fault: &'static str,
    pub(crate) firmware: &'static str,
    pub(crate) tls: bool,
    pub(crate) during: During,
    pub(crate) rules: fn() -> Vec<FaultRule>,
    pub(crate) ends: Ends,
}

impl Case {
    pub(crate) fn name(&self) -> String {
        format!("{} ({}, {})", self.fault, self.during, self.firmware)
    }

    /// The provision state that the node comes to.
    pub(crate) fn state(&self) -> State {
        match (self.during, self.ends) {
            (During::Verify, Ends::Saying(_)) => State::Enroll,
            (During::Verify, Ends::Well) | (During::PowerOn, _) => State::Manageable,
            (During::Deploy, Ends::Well) => State::Active,
            (During::Deploy, Ends::Saying(_)) => State::DeployFailed,
        }
    }

    /// The same for a person, with the power where that is what matters.
    pub(crate) fn outcome(&self) -> String {
        match (self.during, self.ends) {
            (During::PowerOn, Ends::Well) => "manageable, power on".to_owned(),
            (During::PowerOn, Ends::Saying(_)) => "manageable, power as read".to_owned(),
            _ => self.state().to_string(),
        }
    }
}

const fn case(
    fault: &'static str,
    firmware: &'static str,
    during: During,
    rules: fn() -> Vec<FaultRule>,
    ends: Ends,
) -> Case {
    Case {
        fault,
        firmware,
        tls: false,
        during,
        rules,
        ends,
    }
}

/// The reads of a session: what comes after a login and before the logout.
const READ: &str = "configResolve";
const POWER: &str = "adminPower";
const ORDER: &str = "<lsboot";
const MACS: &str = "EthIf";

fn always(fault: Fault) -> Vec<FaultRule> {
    vec![FaultRule::always(fault)]
}

fn always_on(part: &str, fault: Fault) -> Vec<FaultRule> {
    vec![FaultRule::always(fault).on(part)]
}

fn times_on(count: u32, part: &str, fault: Fault) -> Vec<FaultRule> {
    vec![FaultRule::times(count, fault).on(part)]
}

fn reads(attribute: &str, value: &str) -> Fault {
    Fault::AttributeReads {
        attribute: attribute.to_owned(),
        value: value.to_owned(),
    }
}

fn refusal(code: &str, text: &str) -> Fault {
    Fault::Error {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

/// A bit of everything that passes.
fn noise() -> Vec<FaultRule> {
    let quick = Duration::from_millis(5);
    let most = Duration::from_millis(100);
    [
        FaultRule::always(Fault::DelayBetween { least: quick, most }).with_probability(0.5, 1),
        FaultRule::always(Fault::Html).with_probability(0.02, 2),
        FaultRule::always(Fault::HttpStatus(503)).with_probability(0.02, 3),
        FaultRule::always(Fault::Refuse).with_probability(0.02, 4),
        FaultRule::always(Fault::Truncated)
            .on(READ)
            .with_probability(0.02, 5),
        FaultRule::always(Fault::SessionLost)
            .on(READ)
            .with_probability(0.02, 6),
        FaultRule::always(Fault::LostAnswer)
            .on("configConfMo")
            .with_probability(0.05, 7),
        FaultRule::always(Fault::NulPadding).with_probability(0.5, 8),
    ]
    .into()
}

use During::{Deploy, PowerOn, Verify};
use Ends::{Saying, Well};

/// All faults, by what they are about.
#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    // Slow, hanging, or not there.
    case("takes 0.2 s for each answer", "1.5", Deploy,
        || always(Fault::Delay(Duration::from_millis(200))), Well),
    case("never answers one read", "2.0", Verify, || times_on(1, READ, Fault::Hang), Well),
    case("never answers a read", "2.0", Verify, || always_on(READ, Fault::Hang),
        Saying(&["no answer in time", "given up"])),
    case("takes no connection", "1.5", Verify, || always(Fault::Refuse), Saying(&["no connection", "given up"])),
    case("breaks the connection twice", "3.0", Verify, || times_on(2, READ, Fault::LostRequest), Well),
    case("breaks kept connections at the next request", "4.0", Deploy, || always(Fault::StaleKeepAlive), Well),
    Case {
        tls: true,
        ..case("ends every TLS handshake", "3.0", Verify, || always(Fault::HandshakeFails),
            Saying(&["no common TLS version or cipher"]))
    },
    // Not the XML API.
    case("answers HTTP 503 twice", "2.0", Verify, || vec![FaultRule::times(2, Fault::HttpStatus(503))], Well),
    case("answers HTTP 503", "1.5", Verify, || always(Fault::HttpStatus(503)), Saying(&["HTTP 503", "isn't ready"])),
    case("answers HTTP 404", "4.1", Verify, || always(Fault::HttpStatus(404)), Saying(&["has no XML API"])),
    case("answers with a web page", "3.0", Verify, || always(Fault::Html), Saying(&["a web page instead of an answer"])),
    case("answers with a web page twice", "3.0", Deploy, || times_on(2, ORDER, Fault::Html), Well),
    case("answers with nothing", "4.0", Verify, || always_on(READ, Fault::EmptyBody), Saying(&["no usable answer"])),
    case("sends half of an answer", "4.2", Verify, || always_on(READ, Fault::Truncated), Saying(&["no usable answer"])),
    case("sends half of an answer once", "1.4", Verify, || times_on(1, READ, Fault::Truncated), Well),
    case("answers with another element", "4.3", Verify, || always_on(READ, Fault::WrongRoot),
        Saying(&["no usable answer", "configUnexpected"])),
    case("pads its answers with NUL bytes", "2.0", Deploy, || always(Fault::NulPadding), Well),
    // Sessions.
    case("has all four sessions taken", "2.0", Verify, || always(Fault::ForeignSessions(4)),
        Saying(&["has no free session", "Maximum sessions reached"])),
    case("has all four sessions taken for two logins", "3.0", Deploy,
        || vec![FaultRule::times(2, Fault::ForeignSessions(4))], Well),
    case("refuses the password", "1.5", Verify,
        || always_on("aaaLogin", refusal("551", "Authentication failed")),
        Saying(&["551", "check the user name and the password"])),
    case("loses the session once", "4.0", Verify, || times_on(1, READ, Fault::SessionLost), Well),
    case("loses the session at a write", "2.0", Deploy, || times_on(1, "configConfMo", Fault::SessionLost), Well),
    case("loses every session", "2.0", Verify, || always_on(READ, Fault::SessionLost),
        Saying(&["ended the session", "552"])),
    // Power.
    case("ignores power commands", "1.5", PowerOn, || always_on(POWER, Fault::PowerIgnored),
        Saying(&["was told \"power on\"", "still says \"power off\""])),
    case("ignores one power command", "4.1", PowerOn, || times_on(1, POWER, Fault::PowerIgnored), Well),
    case("reads off whatever the power is", "3.0", PowerOn, || always(Fault::PowerReads("off".to_owned())),
        Saying(&["was told \"power on\"", "still says \"power off\""])),
    case("reads no known power state", "2.0", PowerOn, || always(Fault::PowerReads("unknown".to_owned())),
        Saying(&["was told \"power on\"", "still says \"error\""])),
    case("reads on and off in turn", "1.5", PowerOn, || always(Fault::PowerFlaps),
        Saying(&["was told \"power on\"", "still says \"power off\""])),
    case("reads on once while it is off", "4.0", PowerOn, || vec![FaultRule::times(1, Fault::PowerReads("on".to_owned()))], Well),
    case("loses the power again each time", "2.0", PowerOn, || always(Fault::PowerFailsBack),
        Saying(&["was told \"power on\"", "still says \"power off\"", "event log"])),
    case("carries a command out without an answer", "1.5", PowerOn, || times_on(1, POWER, Fault::LostAnswer), Well),
    case("loses a command", "4.2", PowerOn, || times_on(1, POWER, Fault::LostRequest), Well),
    case("isn't ready twice (2003)", "4.3", PowerOn,
        || times_on(2, POWER, refusal("2003", "Operation failed. not ready yet")), Well),
    case("refuses a power command", "2.0", PowerOn,
        || always_on(POWER, refusal("2001", "Operation failed. Power supply missing")),
        Saying(&["2001", "Power supply missing"])),
    // The boot order.
    case("doesn't store the boot order", "1.5", Deploy, || always(Fault::BootOrderNotStored),
        Saying(&["boot_network", "boot order"])),
    case("doesn't store the boot order", "2.0", Deploy, || always(Fault::BootOrderNotStored),
        Saying(&["boot_network", "boot order"])),
    case("stores the boot order the other way round", "2.0", Deploy, || always(Fault::BootOrderReversed),
        Saying(&["boot_network", "boot order"])),
    case("disables all boot devices", "2.0", Deploy, || always(Fault::BootDevicesDisabled),
        Saying(&["boot_network", "boot order"])),
    case("has a BIOS that puts the disk first, which is empty", "2.0", Deploy,
        || always(Fault::BiosChangesBootOrder), Well),
    // MAC addresses.
    case("has no MAC classes", "2.0", Deploy, || always_on(MACS, Fault::NotInSchema),
        Saying(&["learn_macs", "no port to boot from", "openstack baremetal port create"])),
    case("shows no interfaces", "3.0", Deploy, || always_on(MACS, Fault::NoObjects),
        Saying(&["learn_macs", "no port to boot from", "openstack baremetal port create"])),
    case("reads N/A for every MAC address", "1.5", Deploy, || always_on(MACS, reads("mac", "N/A")),
        Saying(&["learn_macs", "no port to boot from", "openstack baremetal port create"])),
    case("reads nothing for every MAC address", "4.0", Deploy, || always_on(MACS, reads("mac", "")),
        Saying(&["learn_macs", "no port to boot from", "openstack baremetal port create"])),
    case("doesn't show LOM ports before the first POST", "4.1", Deploy, || always(Fault::LomHiddenUntilPost), Well),
    // Restarts.
    case("restarts in the middle of a read", "2.0", Verify, || times_on(1, READ, Fault::ControllerRestarts), Well),
    case("restarts as it carries a power command out", "3.0", PowerOn,
        || times_on(1, POWER, Fault::ControllerRestarts), Well),
    case("restarts as it stores the boot order", "1.5", Deploy,
        || times_on(1, ORDER, Fault::ControllerRestarts), Well),
    case("restarts as it stores the boot order", "4.0", Deploy,
        || times_on(1, ORDER, Fault::ControllerRestarts), Well),
    // Text.
    case("has a label of special characters", "4.2", Verify, || always(reads("usrLbl", "<&'\"> \u{e9}")), Well),
    // All at once.
    case("does a bit of everything that passes", "1.5", Deploy, noise, Well),
    case("does a bit of everything that passes", "2.0", Deploy, noise, Well),
    case("does a bit of everything that passes", "4.2", Deploy, noise, Well),
];
