//! The list of device types of firmware 1.4 and 1.5 (`lsbootDef`).

use super::{BootChange, BootDevice, BootKind, BootOrder, BootStyle, devices, names};
use crate::error::CimcError;
use crate::session::{SERVER, Session};
use crate::xml::Element;

/// Class, last part of the DN and access of the object for a kind (imcsdk 0.9.17 metadata).
const OBJECTS: &[(BootKind, &str, &str, &str)] = &[
    (BootKind::Network, "lsbootLan", "lan-read-only", "read-only"),
    (
        BootKind::Disk,
        "lsbootStorage",
        "storage-read-write",
        "read-write",
    ),
    (
        BootKind::Cdrom,
        "lsbootVirtualMedia",
        "vm-read-only",
        "read-only",
    ),
    (
        BootKind::Floppy,
        "lsbootVirtualMedia",
        "vm-read-write",
        "read-write",
    ),
];

fn kind(object: &Element) -> BootKind {
    match (object.name.as_str(), object.get("access")) {
        ("lsbootLan", _) => BootKind::Network,
        ("lsbootStorage", _) => BootKind::Disk,
        ("lsbootVirtualMedia", Some("read-only")) => BootKind::Cdrom,
        ("lsbootVirtualMedia", _) => BootKind::Floppy,
        _ => BootKind::Other,
    }
}

fn policy() -> String {
    format!("{SERVER}/boot-policy")
}

impl Session {
    pub(super) async fn legacy_boot_order(&mut self) -> Result<BootOrder, CimcError> {
        let policy = policy();
        let devices = devices(self.resolve_children(&policy).await?, &policy, kind);
        Ok(BootOrder {
            style: BootStyle::Legacy,
            devices,
            one_time: None,
            boot_mode: None,
            set_by_bios: false,
        })
    }

    /// One request per device: the parent does not take children on all releases.
    pub(super) async fn set_legacy_first(
        &mut self,
        order: BootOrder,
        kind: BootKind,
    ) -> Result<BootChange, CimcError> {
        let Some((_, class, rn, access)) = OBJECTS.iter().find(|(known, ..)| *known == kind) else {
            let why = "this firmware boots only from network, disk, CD and floppy".to_owned();
            return Err(self.unsupported(&format!("boot from {kind:?}"), why));
        };
        let dn = format!("{}/{rn}", policy());
        let mut change = BootChange {
            changed: false,
            persistent: true,
            device: (*rn).to_owned(),
            previous_first: order.first().cloned(),
            style: BootStyle::Legacy,
        };
        if is_only_first(&order.devices, &dn) {
            return Ok(change);
        }
        self.forbid_reboot_on_update().await?;
        let status = match order.devices.iter().any(|device| device.dn == dn) {
            true => "modified",
            false => "created",
        };
        let object = Element::new(class).with("access", access);
        self.write_position(object, 1, status, &dn).await?;
        change.changed = true;
        let found = self.legacy_boot_order().await?.devices;
        if is_only_first(&found, &dn) {
            return Ok(change);
        }
        self.repair_legacy_order(&order.devices, &dn).await?;
        let found = self.legacy_boot_order().await?.devices;
        if is_only_first(&found, &dn) {
            return Ok(change);
        }
        let positions: Vec<String> = found
            .iter()
            .map(|device| format!("{} {}", device.order, device.name))
            .collect();
        Err(self.operation_error(
            &format!("put {rn} first"),
            format!(
                "boot order was accepted but reads back as {}",
                positions.join(", ")
            ),
        ))
    }

    /// Whether writing a position shifts the device that has it is not recorded: where two have
    /// the same, the others get theirs one by one, in the order they had.
    async fn repair_legacy_order(
        &mut self,
        before: &[BootDevice],
        first: &str,
    ) -> Result<(), CimcError> {
        tracing::debug!(
            order = names(before),
            "repairing a boot order with equal positions"
        );
        let others = before.iter().filter(|device| device.dn != first);
        for (position, device) in (2..).zip(others) {
            let mut object = Element::new(&device.object.name);
            if let Some(access) = device.object.get("access") {
                object = object.with("access", access);
            }
            self.write_position(object, position, "modified", &device.dn)
                .await?;
        }
        Ok(())
    }

    /// Gives each device its position, one by one, and reads the order back.
    pub(super) async fn write_legacy_order(
        &mut self,
        present: &[BootDevice],
        wanted: &[BootDevice],
    ) -> Result<(), CimcError> {
        self.forbid_reboot_on_update().await?;
        // A second round settles positions that the first one shifted.
        let mut found = present.to_vec();
        for _ in 0..2 {
            for (position, device) in (1..).zip(wanted) {
                let mut object = Element::new(&device.object.name);
                if let Some(access) = device.object.get("access") {
                    object = object.with("access", access);
                }
                self.write_position(object, position, "modified", &device.dn)
                    .await?;
            }
            found = self.legacy_boot_order().await?.devices;
            let same = found
                .iter()
                .map(|device| &device.dn)
                .eq(wanted.iter().map(|device| &device.dn));
            if same && found.windows(2).all(|pair| pair[0].order < pair[1].order) {
                return Ok(());
            }
        }
        Err(self.operation_error(
            &format!("set the boot order to {}", names(wanted)),
            format!(
                "boot order was accepted but reads back as {}",
                names(&found)
            ),
        ))
    }

    async fn write_position(
        &mut self,
        object: Element,
        position: u16,
        status: &str,
        dn: &str,
    ) -> Result<(), CimcError> {
        let object = object
            .with("order", &position.to_string())
            .with("status", status)
            .with("dn", dn);
        self.write(dn, object).await
    }

    /// The devices don't carry the switch, so a `yes` that somebody left on the policy would
    /// restart the server with the first of them.
    async fn forbid_reboot_on_update(&mut self) -> Result<(), CimcError> {
        let policy = policy();
        let object = self.resolve_dn(&policy).await?;
        if object.is_some_and(|object| object.get("rebootOnUpdate") == Some("no")) {
            return Ok(());
        }
        let object = Element::new("lsbootDef")
            .with("rebootOnUpdate", "no")
            .with("status", "modified")
            .with("dn", &policy);
        self.write(&policy, object).await
    }
}

fn is_only_first(devices: &[BootDevice], dn: &str) -> bool {
    let Some(own) = devices.iter().find(|device| device.dn == dn) else {
        return false;
    };
    devices
        .iter()
        .all(|device| device.dn == dn || device.order > own.order)
}
