//! A firmware upgrade: another release on the same machine.
//!
//! The classes and attributes become those of the new release. The boot list goes along: from
//! 2.0(1a) on the legacy list is migrated to precision devices with names that nobody chose, and
//! is then empty (Cisco's configuration guides say so of the upgrade to 2.0). A downgrade below 2.0
//! leaves the factory's list; what a CIMC does then no source says.

use crate::boot::{self, ONE_TIME, POLICY, PRECISION};
use crate::chassis::Chassis;
use crate::inventory;
use crate::personality::{BootDialect, Personality};
use crate::schema;
use crate::tree::{ManagedObject, ObjectTree, Pool, RACK_UNIT};

/// What people have set and what the machine is doing: kept through an upgrade.
const KEPT: &[(&str, &str)] = &[
    (RACK_UNIT, "operPower"),
    (RACK_UNIT, "usrLbl"),
    (RACK_UNIT, "assetTag"),
    (RACK_UNIT, "biosPostState"),
    ("sys/rack-unit-1/locator-led", "operState"),
];

/// The objects of `chassis` after an upgrade to another release.
pub(crate) fn tree(
    chassis: &Chassis,
    old: &ObjectTree,
    from: &Personality,
    to: &Personality,
) -> ObjectTree {
    let mut new = inventory::objects(
        to,
        &chassis.identity,
        &chassis.name,
        &chassis.address,
        &mut Pool::default(),
    );
    for (dn, attribute) in KEPT {
        let value = old.get(dn).map(|o| o.get(attribute).to_owned());
        let known = new
            .get(dn)
            .and_then(|o| schema::find(o.class, to.release))
            .is_some_and(|class| class.attribute(attribute, to.release).is_some());
        if let (Some(value), true, Some(object)) =
            (value.filter(|v| !v.is_empty()), known, new.get_mut(dn))
        {
            object.set(attribute, value);
        }
    }
    let devices = match (from.boot, to.boot) {
        (BootDialect::Legacy, BootDialect::Legacy) => devices(old, POLICY),
        (BootDialect::Precision, BootDialect::Precision) => devices(old, PRECISION),
        (BootDialect::Legacy, BootDialect::Precision) => devices(old, POLICY)
            .iter()
            .enumerate()
            .map(|(number, device)| migrated(number, device))
            .collect(),
        (BootDialect::Precision, BootDialect::Legacy) => return new,
    };
    let root = boot::root(to.boot);
    for factory in self::devices(&new, root) {
        new.remove(&factory.dn);
    }
    for device in devices {
        new.insert(device);
    }
    if let Some(one_time) = new.get_mut(ONE_TIME) {
        one_time.set("device", "");
    }
    new
}

/// The devices of an order, first to last.
fn devices(tree: &ObjectTree, root: &str) -> Vec<ManagedObject> {
    let mut devices: Vec<_> = tree
        .children(root)
        .filter(|o| o.class != "lsbootBootSecurity")
        .cloned()
        .collect();
    devices.sort_by_key(ManagedObject::order);
    devices
}

/// The precision device that takes the place of a legacy one.
fn migrated(number: usize, legacy: &ManagedObject) -> ManagedObject {
    let (class, prefix, kind) = match legacy.class {
        "lsbootLan" => ("lsbootPxe", "pxe", "PXE"),
        "lsbootStorage" => ("lsbootHdd", "hdd", "LOCALHDD"),
        "lsbootEfi" => ("lsbootUefiShell", "uefishell", "UEFISHELL"),
        _ => ("lsbootVMedia", "vm", "VMEDIA"),
    };
    let short = match kind {
        "LOCALHDD" => "HDD",
        other => other,
    };
    let name = format!("Migrated{short}{number}");
    let device = ManagedObject::new(class, format!("{PRECISION}/{prefix}-{name}"))
        .with("name", name)
        .with("order", (number + 1).to_string())
        .with("state", "Enabled")
        .with("type", kind);
    match class {
        "lsbootPxe" => device
            .with("subtype", "PXE")
            .with("slot", "L")
            .with("port", "1"),
        "lsbootHdd" => device.with("slot", "MRAID"),
        "lsbootVMedia" if legacy.get("access") == "read-write" => {
            device.with("subtype", "kvm-mapped-fdd")
        }
        "lsbootVMedia" => device.with("subtype", "kvm-mapped-dvd"),
        _ => device,
    }
}
