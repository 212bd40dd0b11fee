//! The configured boot order: what the BIOS will take at the next boot.
//!
//! Two styles: up to 1.5 a list of device types (`lsbootDef`, "legacy"), from 2.0 on a list of
//! named devices (`lsbootDevPrecision`, "precision"). What the BIOS last used
//! (`R/bios/bdgep`) is another matter and lags behind every write.

mod legacy;
mod mode;
mod one_time;
mod precision;
mod restore;
mod set;
mod setup;

use crate::dialect::{Feature, Support};
use crate::error::CimcError;
use crate::session::{Session, absent_as_none};
use crate::xml::Element;

pub use mode::BootModes;
pub use restore::SavedBootOrder;
pub(crate) use restore::{arranged, is_as_wanted};
pub use set::BootChange;

/// What a boot device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootKind {
    /// PXE.
    Network,
    /// A local disk behind any controller: SAS, SATA, `NVMe`, SD card.
    Disk,
    /// A CD or DVD: virtual media mapped by the CIMC or from a console, or a real one.
    Cdrom,
    /// A floppy, mapped or on USB.
    Floppy,
    /// A USB stick or another mapped disk.
    Usb,
    /// Anything else: SAN, iSCSI, HTTP, EFI shell.
    Other,
}

/// Which of the two lists is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootStyle {
    /// Device types (`boot-policy`).
    Legacy,
    /// Named devices (`boot-precision`).
    Precision,
}

/// The configured boot mode; it applies at the next boot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BootMode {
    /// BIOS.
    Legacy,
    /// UEFI.
    Uefi,
    /// Another word, or none, as early 2.0 allows.
    Other(String),
}

/// One device of the boot order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootDevice {
    /// What it is.
    pub kind: BootKind,
    /// Its name; in the legacy style the last part of the DN.
    pub name: String,
    /// The DN of the object.
    pub dn: String,
    /// The position, from 1; two devices can have the same.
    pub order: u16,
    /// Whether the BIOS tries it. Always true in the legacy style.
    pub enabled: bool,
    pub(crate) object: Element,
}

/// The configured boot order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootOrder {
    /// Which of the two lists is in force.
    pub style: BootStyle,
    /// The devices in their order, disabled ones too.
    pub devices: Vec<BootDevice>,
    /// The name of the device for the next boot only (3.0(1c) and later), if one is set.
    pub one_time: Option<String>,
    /// The configured boot mode (2.0 and later).
    pub boot_mode: Option<BootMode>,
    /// The BIOS has its own order and keeps it until the CIMC's is pushed again.
    pub(crate) set_by_bios: bool,
}

impl BootOrder {
    /// The device that the next boot tries first: the one-time device if one is set, else the
    /// first that is enabled.
    pub fn next(&self) -> Option<&BootDevice> {
        let named = |name: &String| self.devices.iter().find(|device| device.name == *name);
        self.one_time
            .as_ref()
            .and_then(named)
            .or_else(|| self.first())
    }

    /// The first enabled device, one-time device or not.
    pub fn first(&self) -> Option<&BootDevice> {
        self.devices.iter().find(|device| device.enabled)
    }
}

impl Session {
    /// Reads the configured boot order.
    ///
    /// From 2.0 on the precision list, unless it is empty and the legacy list is not. When the
    /// version is unknown the controller is asked for both.
    ///
    /// # Errors
    ///
    /// Any failure of a read.
    pub async fn boot_order(&mut self) -> Result<BootOrder, CimcError> {
        let support = self.dialect().await?.support(Feature::PrecisionBoot);
        if support == Support::No {
            return self.legacy_boot_order().await;
        }
        let Some(precision) = self.precision_boot_order().await? else {
            return self.legacy_boot_order().await;
        };
        if precision.devices.is_empty()
            && let Some(legacy) = absent_as_none(self.legacy_boot_order().await)?
            && !legacy.devices.is_empty()
        {
            return Ok(legacy);
        }
        Ok(precision)
    }
}

/// The devices among some objects, in their order.
fn devices(objects: Vec<Element>, parent: &str, kind: fn(&Element) -> BootKind) -> Vec<BootDevice> {
    let device = |object: Element| {
        let order = object.known("order")?.parse().ok()?;
        let dn = match (object.get("dn"), object.get("rn")) {
            (Some(dn), _) => dn.to_owned(),
            (None, rn) => format!("{parent}/{}", rn?),
        };
        let last = dn.rsplit('/').next().unwrap_or_default();
        let name = object.known("name").unwrap_or(last).to_owned();
        let enabled = !object
            .get("state")
            .is_some_and(|s| s.eq_ignore_ascii_case("disabled"));
        Some(BootDevice {
            kind: kind(&object),
            name,
            dn,
            order,
            enabled,
            object,
        })
    };
    let mut devices: Vec<BootDevice> = objects.into_iter().filter_map(device).collect();
    devices.sort_by_key(|device| device.order);
    devices
}

/// Names in their order, for messages.
pub(crate) fn names(devices: &[BootDevice]) -> String {
    let names: Vec<&str> = devices.iter().map(|device| device.name.as_str()).collect();
    match names.is_empty() {
        true => "nothing".to_owned(),
        false => names.join(", "),
    }
}
