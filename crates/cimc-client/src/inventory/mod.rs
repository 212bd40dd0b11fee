//! What is in a server: processors, memory, disks, firmware, and how it is.
//!
//! All values are as the firmware tells them, in the units named; what it doesn't tell is `None`.

mod bios;
mod components;
mod faults;
mod hardware;
mod led;
mod sensors;

use serde::{Deserialize, Serialize};

use crate::error::CimcError;
use crate::session::Session;
use crate::xml::Element;

pub use faults::Health;
pub use led::LedState;

/// A processor (`processorUnit`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Processor {
    pub socket: String,
    pub model: Option<String>,
    pub vendor: Option<String>,
    pub cores: Option<u32>,
    pub threads: Option<u32>,
    /// MHz.
    pub speed_mhz: Option<u32>,
}

/// A memory module (`memoryUnit`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct MemoryModule {
    pub location: String,
    /// MB.
    pub capacity_mb: u64,
    pub kind: Option<String>,
    pub clock_mhz: Option<u32>,
    pub serial: Option<String>,
}

/// A disk as the operating system sees it: a virtual drive, or a physical one where there is no
/// virtual drive (`storageVirtualDrive`, `storageLocalDisk`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Disk {
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// `true` for a virtual drive.
    pub is_virtual: bool,
    /// Whether it is the boot drive, where the firmware says (2.0(1a)).
    pub boot: Option<bool>,
    pub model: Option<String>,
    pub serial: Option<String>,
    pub vendor: Option<String>,
    /// `Some(false)` for an SSD.
    pub rotational: Option<bool>,
    pub health: Option<String>,
}

/// A component with firmware of its own (`firmwareRunning`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirmwareComponent {
    /// Ironic's kind of name: `bmc`, `bios`, `nic:MLOM`, `raid:MRAID`, …
    pub component: String,
    /// The version that runs.
    pub version: String,
    /// Who made the part, what it is and its serial number: of adapters (`adaptorUnit`) and RAID
    /// controllers (`storageController`), as far as those objects say.
    pub vendor: Option<String>,
    #[allow(missing_docs)]
    pub model: Option<String>,
    #[allow(missing_docs)]
    pub serial: Option<String>,
}

/// A BIOS token (`biosVf…`): its property and its value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct BiosSetting {
    pub name: String,
    pub value: String,
}

/// A sensor's reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Sensor {
    /// Ironic's groups: `Temperature`, `Power`, `Fan`, `Voltage`, `Current`.
    pub group: String,
    pub name: String,
    /// A number, where it is one.
    pub value: Option<f64>,
    /// `C`, `W`, `V`, `A`, or empty.
    pub unit: String,
    /// The firmware's word for the state, such as `operable`.
    pub status: Option<String>,
}

/// A fault that is raised (`faultInst`); those that are cleared are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RaisedFault {
    pub code: String,
    pub severity: String,
    pub description: String,
    /// The distinguished name of what it concerns.
    pub affected: String,
    /// As the controller's clock told it; that clock may be decades off.
    pub created: String,
}

/// All that inspection reads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Inventory {
    pub processors: Vec<Processor>,
    /// MB in all (`totalMemory`).
    pub memory_mb: Option<u64>,
    pub modules: Vec<MemoryModule>,
    pub disks: Vec<Disk>,
    /// What could not be read, and why: a part that is missing is not an inspection that failed.
    pub notes: Vec<String>,
}

impl Session {
    /// The objects of a class; nothing, with a note, where this firmware has no such class or the
    /// part is still starting (2003 for some minutes after power on).
    async fn part(
        &mut self,
        class: &str,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Element>, CimcError> {
        match self.resolve_class(class).await {
            Err(error @ CimcError::Busy { .. }) => {
                notes.push(error.to_string());
                Ok(Vec::new())
            }
            Err(error) if error.is_schema_refusal() => {
                notes.push(error.to_string());
                Ok(Vec::new())
            }
            other => other,
        }
    }
}

/// A text, unless it says "nothing".
fn text(object: &Element, name: &str) -> Option<String> {
    object.known(name).map(str::to_owned)
}

/// A number, unless it is none.
fn number<T: std::str::FromStr>(object: &Element, name: &str) -> Option<T> {
    object.known(name)?.parse().ok()
}

/// The last part of a DN.
fn last(object: &Element) -> &str {
    object
        .get("dn")
        .and_then(|dn| dn.rsplit('/').next())
        .unwrap_or_default()
}

/// Whether the object stands for something that is not there.
fn is_missing(object: &Element) -> bool {
    object
        .get("presence")
        .is_some_and(|presence| presence != "equipped")
}
