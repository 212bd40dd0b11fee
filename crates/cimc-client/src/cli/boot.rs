//! The boot order of device types: `Boot Order:` of the BIOS, and `set boot-order` in its scope.
//!
//! It is the same list as `lsbootDef` of the XML API, so the devices have the names that they have
//! there, and an order that was kept by one way can be put back by the other.

use super::shell::Shell;
use crate::boot::{
    BootChange, BootDevice, BootKind, BootMode, BootModes, BootOrder, BootStyle, SavedBootOrder,
    arranged, is_as_wanted, names,
};
use crate::error::CimcError;
use crate::session::SERVER;
use crate::xml::Element;

/// Word, kind, and the last part of the DN of the object that stands for it in the XML API.
const WORDS: &[(&str, BootKind, &str)] = &[
    ("PXE", BootKind::Network, "lan-read-only"),
    ("HDD", BootKind::Disk, "storage-read-write"),
    ("CDROM", BootKind::Cdrom, "vm-read-only"),
    ("FDD", BootKind::Floppy, "vm-read-write"),
    ("EFI", BootKind::Other, "efi-read-only"),
];

impl Shell {
    /// Reads the configured boot order.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] where the BIOS has no list of device types, as from 2.0 on;
    /// any failure of a command.
    pub async fn boot_order(&mut self) -> Result<BootOrder, CimcError> {
        let bios = self.bios().await?;
        let Some(list) = bios.get("Boot Order") else {
            let why = "`show detail` of its BIOS has no Boot Order";
            return Err(self.unsupported("tell the boot order", why));
        };
        let words = list
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty());
        Ok(BootOrder {
            style: BootStyle::Legacy,
            devices: (1..)
                .zip(words)
                .map(|(order, word)| device(order, word))
                .collect(),
            one_time: None,
            boot_mode: None,
            set_by_bios: false,
        })
    }

    /// Puts a kind of device first for good and reads back that it is; the others stay, in their
    /// order. Nothing is written when it is first already. The server is never restarted.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] for other kinds than network, disk, CD and floppy;
    /// [`CimcError::Operation`] when it was accepted and reads back as another.
    pub async fn set_boot_device(&mut self, kind: BootKind) -> Result<BootChange, CimcError> {
        let order = self.boot_order().await?;
        let Some((word, _, _)) = WORDS
            .iter()
            .find(|(_, known, _)| *known == kind && kind != BootKind::Other)
        else {
            let why = "its command line boots only from network, disk, CD and floppy";
            return Err(self.unsupported(&format!("boot from {kind:?}"), why));
        };
        let present = order
            .devices
            .iter()
            .find(|device| device.kind == kind)
            .cloned();
        let first = present.unwrap_or_else(|| device(1, word));
        let mut change = BootChange {
            changed: false,
            persistent: true,
            device: first.name.clone(),
            previous_first: order.first().cloned(),
            style: BootStyle::Legacy,
        };
        if order
            .first()
            .is_some_and(|device| device.name == first.name)
        {
            return Ok(change);
        }
        let others = order
            .devices
            .into_iter()
            .filter(|device| device.name != first.name);
        let wanted: Vec<_> = std::iter::once(first.clone()).chain(others).collect();
        self.write_order(&wanted).await?;
        change.changed = true;
        Ok(change)
    }

    /// Puts a kept boot order back and reads it back; `false` when it was so already.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] when it was kept as a list of named devices;
    /// [`CimcError::Operation`] when it was accepted and reads back as another.
    pub async fn restore_boot_order(&mut self, saved: &SavedBootOrder) -> Result<bool, CimcError> {
        let order = self.boot_order().await?;
        if !saved.is_of(BootStyle::Legacy) {
            let why = "it was kept as a list of named devices, and its command line has one of device types";
            return Err(self.unsupported("put the boot order back", why));
        }
        let wanted = arranged(&order.devices, saved);
        if is_as_wanted(&order.devices, &wanted) {
            return Ok(false);
        }
        self.write_order(&wanted).await?;
        Ok(true)
    }

    /// Firmware whose command line is used for this boots by its BIOS alone (below 2.0).
    ///
    /// # Errors
    ///
    /// Those of [`Shell::boot_order`], which is there below 2.0 only.
    pub async fn boot_modes(&mut self) -> Result<BootModes, CimcError> {
        self.boot_order().await?;
        Ok(BootModes {
            configured: Some(BootMode::Legacy),
            actual: None,
        })
    }

    async fn write_order(&mut self, wanted: &[BootDevice]) -> Result<(), CimcError> {
        let words: Vec<_> = wanted.iter().map(|device| typed(&device.name)).collect();
        // `boot_order` has entered the scope.
        self.set(&format!("set boot-order {}", words.join(",")))
            .await?;
        let found = self.boot_order().await?.devices;
        let same = |a: &BootDevice, b: &BootDevice| a.name.eq_ignore_ascii_case(&b.name);
        // Devices that the BIOS doesn't see are taken out or put at the end, says the guide: what
        // counts is that the first is first.
        if found
            .first()
            .zip(wanted.first())
            .is_some_and(|(a, b)| same(a, b))
        {
            return Ok(());
        }
        let answer = format!(
            "boot order was accepted but reads back as {}",
            names(&found)
        );
        Err(self.operation_error(&format!("set the boot order to {}", names(wanted)), answer))
    }
}

/// `CDROM`, or `CDROM:Virtual-CD` where a device of a type is named.
fn device(order: u16, word: &str) -> BootDevice {
    let kind_of = word.split(':').next().unwrap_or_default();
    let known = WORDS
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(kind_of));
    let (kind, last) = known.map_or((BootKind::Other, word), |(_, kind, last)| (*kind, *last));
    let last = if word.contains(':') { word } else { last };
    BootDevice {
        kind,
        name: word.to_owned(),
        dn: format!("{SERVER}/boot-policy/{last}"),
        order,
        enabled: true,
        object: Element::new("lsbootDef"),
    }
}

/// The guides print types in capitals and type them in small letters.
fn typed(word: &str) -> String {
    match word.contains(':') {
        true => word.to_owned(),
        false => word.to_ascii_lowercase(),
    }
}
