//! What one controller can do, and by which way in: found by asking it, not by its version alone.

use serde::{Deserialize, Serialize};

/// Something that may be wanted of a controller.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Operation {
    /// Model, serial number, firmware version.
    Identity,
    /// Reading the power state.
    PowerState,
    /// Power on, off, reset.
    Power,
    /// Asking the operating system to shut down.
    SoftPowerOff,
    /// A diagnostic interrupt.
    InjectNmi,
    /// Reading the boot order.
    BootOrder,
    /// Putting a device first for good.
    SetBootDevice,
    /// Putting a device first for the next boot only.
    OneTimeBoot,
    /// The next boot enters the BIOS set-up (`biosUnit.adminAction`, 2.0(2c)).
    BiosSetup,
    /// Reading Legacy or UEFI.
    BootMode,
    /// Setting Legacy or UEFI.
    SetBootMode,
    /// The MAC addresses of the host's network interfaces.
    HostNics,
    /// Processors, memory, disks.
    Inventory,
    /// Versions of the firmware components.
    FirmwareComponents,
    /// BIOS tokens (`biosSettings`).
    BiosSettings,
    /// Temperatures, fans, power supplies.
    Sensors,
    /// The list of faults.
    Faults,
    /// The locator LED.
    LocatorLed,
    /// Mapping an image as virtual media.
    VirtualMedia,
}

/// A way into a controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Way {
    /// The XML API.
    Xml,
    /// The command line over SSH.
    Cli,
    /// The XML API, and the command line for what it leaves out: MAC addresses of mainboard ports.
    XmlAndCli,
}

impl Way {
    /// Whether the XML API is asked.
    pub fn has_xml(self) -> bool {
        matches!(self, Self::Xml | Self::XmlAndCli)
    }
}

/// What is known of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capability {
    /// The operation.
    pub operation: Operation,
    /// The way it works by; `None` where it doesn't.
    pub way: Option<Way>,
    /// What was seen that says so, in words for a person.
    pub evidence: String,
}

/// What one controller can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// The CIMC's firmware version as it tells it.
    pub firmware: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The serial number.
    pub serial: Option<String>,
    /// The boot order's kind: `legacy` or `precision`.
    pub boot_order: Option<String>,
    /// Whether the firmware has a Redfish service (`commRedfish`, 3.0(1c)). Nothing here uses it.
    pub redfish: bool,
    /// Every operation, in the order of [`Operation`].
    pub operations: Vec<Capability>,
    /// The XML API showed no mainboard port; the command line may know them.
    #[serde(skip)]
    pub lacks_ports: bool,
}

impl Capabilities {
    /// The way that an operation works by: `None` where it doesn't, or was not looked at.
    pub fn way(&self, operation: Operation) -> Option<Way> {
        self.operations
            .iter()
            .find(|known| known.operation == operation)
            .and_then(|known| known.way)
    }

    /// Whether the probe has looked at an operation.
    pub fn knows(&self, operation: Operation) -> bool {
        self.operations
            .iter()
            .any(|known| known.operation == operation)
    }

    /// What the command line may know and the XML API doesn't tell.
    pub(crate) fn gaps(&self, cli: &[Operation]) -> Vec<Operation> {
        let is_gap = |operation: &&Operation| {
            self.way(**operation).is_none()
                || (**operation == Operation::HostNics && self.lacks_ports)
        };
        cli.iter().filter(is_gap).copied().collect()
    }

    /// Adds what was found over the command line.
    pub(crate) fn complete(&mut self, other: Self) {
        for more in other.operations {
            let Some(known) = self
                .operations
                .iter_mut()
                .find(|known| known.operation == more.operation)
            else {
                self.operations.push(more);
                continue;
            };
            known.way = match (known.way, more.way) {
                (Some(Way::Xml), Some(Way::Cli)) => Some(Way::XmlAndCli),
                (known, more) => known.or(more),
            };
            known.evidence = format!("{}; command line: {}", known.evidence, more.evidence);
        }
    }

    /// Adds why nothing was found over the command line.
    pub(crate) fn note_on(&mut self, operations: &[Operation], words: &str) {
        for known in &mut self.operations {
            if operations.contains(&known.operation) {
                known.evidence = format!("{}; command line: {words}", known.evidence);
            }
        }
    }

    /// Notes what was found about an operation.
    pub(crate) fn note(
        &mut self,
        operation: Operation,
        way: Option<Way>,
        evidence: impl Into<String>,
    ) {
        self.operations.push(Capability {
            operation,
            way,
            evidence: evidence.into(),
        });
    }
}
