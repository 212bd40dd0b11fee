//! The list of named devices of firmware 2.0 and later (`lsbootDevPrecision`).

use super::{BootChange, BootDevice, BootKind, BootMode, BootOrder, BootStyle, devices, names};
use crate::error::CimcError;
use crate::nics::{HostNic, valid_mac};
use crate::session::{SERVER, Session, absent_as_none};
use crate::xml::Element;

/// What is never written back: naming, and what the controller itself puts on an object.
const NOT_WRITTEN: &[&str] = &["dn", "rn", "status", "childAction", "order", "state"];
/// What every release with precision order takes (2.0(1a); imcsdk 0.9.17 metadata).
const ALWAYS_TAKEN: &[&str] = &["name", "type", "subtype", "slot", "port", "lun"];

fn kind(object: &Element) -> BootKind {
    let subtype = object
        .get("subtype")
        .unwrap_or_default()
        .to_ascii_lowercase();
    match (object.name.as_str(), subtype.as_str()) {
        ("lsbootPxe", _) => BootKind::Network,
        (
            "lsbootHdd" | "lsbootNVMe" | "lsbootPchStorage" | "lsbootSd" | "lsbootEmbeddedStorage",
            _,
        ) => BootKind::Disk,
        ("lsbootCdd", _) | ("lsbootUsb", "usb-cd") => BootKind::Cdrom,
        ("lsbootVMedia", "kvm-mapped-fdd") | ("lsbootUsb", "usb-fdd") => BootKind::Floppy,
        ("lsbootVMedia", "cimc-mapped-hdd" | "kvm-mapped-hdd") | ("lsbootUsb", _) => BootKind::Usb,
        ("lsbootVMedia", _) => BootKind::Cdrom,
        _ => BootKind::Other,
    }
}

pub(super) fn list() -> String {
    format!("{SERVER}/boot-precision")
}

impl Session {
    /// `None` when the firmware has no such list.
    pub(super) async fn precision_boot_order(&mut self) -> Result<Option<BootOrder>, CimcError> {
        let list = list();
        let Some(Some(parent)) = absent_as_none(self.resolve_dn(&list).await)? else {
            return Ok(None);
        };
        let objects = self.resolve_children(&list).await?;
        let boot_mode = parent.known("configuredBootMode").map(BootMode::read);
        Ok(Some(BootOrder {
            style: BootStyle::Precision,
            devices: devices(objects, &list, kind),
            one_time: self.one_time_device().await?,
            boot_mode,
            set_by_bios: parent.get("lastConfiguredBootOrderSource") == Some("BIOS"),
        }))
    }

    /// Puts a device first; all others follow in the order they had.
    pub(super) async fn set_precision_first(
        &mut self,
        order: BootOrder,
        target: BootDevice,
    ) -> Result<BootChange, CimcError> {
        let mut change = BootChange {
            changed: false,
            persistent: true,
            device: target.name.clone(),
            previous_first: order.first().cloned(),
            style: BootStyle::Precision,
        };
        let is_first = match order.devices.as_slice() {
            [first, rest @ ..] => {
                *first == target
                    && target.enabled
                    && rest.iter().all(|device| device.order > first.order)
            }
            [] => false,
        };
        if !is_first || order.set_by_bios {
            let others = order
                .devices
                .iter()
                .filter(|device| device.dn != target.dn)
                .cloned();
            let devices: Vec<BootDevice> = std::iter::once(target.clone()).chain(others).collect();
            self.write_precision(&devices, &target.dn, order.set_by_bios)
                .await?;
            change.changed = true;
        }
        if order.one_time.is_some_and(|name| name != target.name) {
            self.clear_one_time().await?;
            change.changed = true;
        }
        Ok(change)
    }

    /// Writes the whole list in one request and reads it back. Devices that are left out stay on
    /// some releases and vanish on others, so all are sent.
    pub(super) async fn write_precision(
        &mut self,
        devices: &[BootDevice],
        enable: &str,
        reapply: bool,
    ) -> Result<(), CimcError> {
        let list = list();
        let tree = |taken: fn(&str) -> bool| {
            let children = (1..).zip(devices).map(|(position, device)| {
                let enabled = device.enabled || device.dn == enable;
                written(device, position, enabled, taken)
            });
            let parent = Element::new("lsbootDevPrecision")
                .with("reapply", if reapply { "yes" } else { "no" })
                .with("rebootOnUpdate", "no")
                .with("status", "modified")
                .with("dn", &list);
            children.fold(parent, Element::child)
        };
        let all = |name: &str| !NOT_WRITTEN.contains(&name);
        match self.write(&list, tree(all)).await {
            // A property that this release shows but doesn't take.
            Err(error) if error.is_schema_refusal() => {
                tracing::debug!(%error, "writing the boot order with fewer properties");
                self.write(&list, tree(|name| ALWAYS_TAKEN.contains(&name)))
                    .await?;
            }
            result => result?,
        }
        let found = self
            .precision_boot_order()
            .await?
            .map(|order| order.devices);
        let found = found.unwrap_or_default();
        let is_same = found
            .iter()
            .map(|device| &device.dn)
            .eq(devices.iter().map(|d| &d.dn))
            && found
                .iter()
                .all(|device| device.dn != enable || device.enabled);
        if is_same {
            return Ok(());
        }
        Err(self.operation_error(
            &format!("set the boot order to {}", names(devices)),
            format!(
                "boot order was accepted but reads back as {}",
                names(&found)
            ),
        ))
    }

    /// The device for the interface with a MAC address: by its own MAC address (3.0(4a) and
    /// later), by slot and port, by slot.
    pub(super) async fn network_device(
        &mut self,
        devices: &[&BootDevice],
        mac: &str,
    ) -> Result<NetworkDevice, CimcError> {
        let own_mac = |device: &&&BootDevice| {
            device
                .object
                .get("macAddress")
                .and_then(valid_mac)
                .as_deref()
                == Some(mac)
        };
        if let Some(device) = devices.iter().find(own_mac) {
            return Ok(NetworkDevice::Found((*device).clone()));
        }
        let slot = |device: &BootDevice| device.object.known("slot").map(str::to_owned);
        if devices.iter().all(|device| slot(device).is_none()) {
            return Ok(NetworkDevice::Any);
        }
        let nics = absent_as_none(self.host_nics().await)?.unwrap_or_default();
        if let Some(device) = by_slot(devices, &nics, mac) {
            return Ok(NetworkDevice::Found(device.clone()));
        }
        let own = nics.iter().find(|nic| nic.mac == mac);
        let is_other = |device: &&BootDevice| {
            own.is_some_and(|nic| slot(device).is_some_and(|s| s != nic.slot))
        };
        Ok(match devices.iter().all(is_other) {
            true => NetworkDevice::AllOthers,
            false => NetworkDevice::Any,
        })
    }

    /// A device to be created; its place in the list comes later.
    pub(super) async fn new_device(
        &mut self,
        kind: BootKind,
        mac: Option<&str>,
    ) -> Result<BootDevice, CimcError> {
        let object = match kind {
            BootKind::Network => {
                let nics = absent_as_none(self.host_nics().await)?.unwrap_or_default();
                let mac = mac.and_then(valid_mac);
                let own = nics.iter().find(|nic| Some(&nic.mac) == mac.as_ref());
                let Some(nic) = own.or(nics.first()) else {
                    return Err(self.unsupported(
                        "boot from the network",
                        "the boot order has no PXE device and no interface is known to make one; \
                         add one on the CIMC"
                            .to_owned(),
                    ));
                };
                Element::new("lsbootPxe")
                    .with("name", "ferric-pxe")
                    .with("port", &nic.port.unwrap_or_default().to_string())
                    .with("slot", &nic.slot)
                    .with("subtype", "PXE")
                    .with("type", "PXE")
            }
            BootKind::Disk => Element::new("lsbootHdd")
                .with("name", "ferric-disk")
                .with("type", "LOCALHDD"),
            BootKind::Cdrom => virtual_media("ferric-cd", "cimc-mapped-dvd"),
            BootKind::Floppy => virtual_media("ferric-floppy", "kvm-mapped-fdd"),
            BootKind::Usb | BootKind::Other => {
                let why = "the boot order has no such device; add one on the CIMC".to_owned();
                return Err(self.unsupported(&format!("boot from {kind:?}"), why));
            }
        };
        let prefix = match object.name.as_str() {
            "lsbootPxe" => "pxe",
            "lsbootHdd" => "hdd",
            _ => "vm",
        };
        let name = object.get("name").unwrap_or_default().to_owned();
        let dn = format!("{}/{prefix}-{name}", list());
        Ok(BootDevice {
            kind,
            name,
            dn,
            order: 0,
            enabled: false,
            object,
        })
    }
}

/// Which of the PXE devices boots from an interface.
pub(super) enum NetworkDevice {
    /// This one.
    Found(BootDevice),
    /// It can't be told.
    Any,
    /// None: each names another slot than the interface is in, or there are none.
    AllOthers,
}

fn virtual_media(name: &str, subtype: &str) -> Element {
    Element::new("lsbootVMedia")
        .with("name", name)
        .with("subtype", subtype)
        .with("type", "VMEDIA")
}

/// The object to send for a device. Empty values are left out: they are shown but not taken.
/// The case of `state` differs by release in what is shown; this one is taken everywhere.
fn written(device: &BootDevice, position: u16, enabled: bool, taken: fn(&str) -> bool) -> Element {
    let mut element = Element::new(&device.object.name)
        .with("order", &position.to_string())
        .with("state", if enabled { "Enabled" } else { "Disabled" });
    for (name, _) in &device.object.attributes {
        if let Some(value) = device.object.known(name).filter(|_| taken(name)) {
            element = element.with(name, value);
        }
    }
    element.attributes.sort();
    element.with("dn", &device.dn)
}

/// Ports of a slot may be counted from 0 here and from 1 there: when the boot order has a port 0
/// and the interfaces of that slot have none, the boot order is taken to count from 0.
fn by_slot<'d>(devices: &[&'d BootDevice], nics: &[HostNic], mac: &str) -> Option<&'d BootDevice> {
    let nic = nics.iter().find(|nic| nic.mac == mac)?;
    let port = |device: &BootDevice| device.object.known("port")?.parse::<u32>().ok();
    let in_slot: Vec<&BootDevice> = devices
        .iter()
        .copied()
        .filter(|device| device.object.known("slot") == Some(nic.slot.as_str()))
        .collect();
    let from_zero = in_slot.iter().any(|device| port(device) == Some(0))
        && nics
            .iter()
            .all(|other| other.slot != nic.slot || other.port != Some(0));
    let wanted = nic
        .port
        .map(|port| port.saturating_sub(u32::from(from_zero)));
    let exact = in_slot
        .iter()
        .find(|device| wanted.is_some() && port(device) == wanted);
    exact.or(in_slot.first()).copied()
}
