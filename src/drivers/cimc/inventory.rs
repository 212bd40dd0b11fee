//! From what a controller tells to Ironic's inventory document and a node's `properties`.

use cimc_client::{FirmwareComponent, Identity, Inventory};
use serde_json::{Value, json};

use crate::drivers::interfaces::{Inspection, Nic, Nics};
use crate::model::JsonMap;

/// CIMC tells no instruction set; every C-Series server is of this one.
const ARCHITECTURE: &str = "x86_64";

/// Ironic's document (API 1.81), with what it has no place for as the plugin's data.
pub(super) fn document(
    address: &str,
    identity: &Identity,
    hardware: &Inventory,
    firmware: &[FirmwareComponent],
    nics: Nics,
) -> Inspection {
    let version = |component: &str| {
        firmware
            .iter()
            .find(|one| one.component == component)
            .map(|one| &one.version)
    };
    let disks: Vec<Value> = hardware
        .disks
        .iter()
        .map(|disk| {
            json!({
                "name": disk.name, "model": disk.model, "size": disk.size, "rotational": disk.rotational,
                "serial": disk.serial, "vendor": disk.vendor, "wwn": null, "hctl": null, "by_path": null,
            })
        })
        .collect();
    let first = hardware.processors.first();
    let inventory = json!({
        "interfaces": nics.all.iter().map(interface).collect::<Vec<_>>(),
        "cpu": {
            "model_name": first.and_then(|one| one.model.as_ref()),
            "frequency": first.and_then(|one| one.speed_mhz).map(|speed| speed.to_string()),
            "count": cpus(identity, hardware),
            "architecture": ARCHITECTURE,
            "flags": [],
        },
        "memory": {
            "total": hardware.memory_mb.map(|mb| mb.saturating_mul(1 << 20)),
            "physical_mb": hardware.memory_mb,
        },
        "disks": disks,
        "bmc_address": address,
        "system_vendor": {
            "manufacturer": "Cisco Systems Inc",
            "product_name": identity.model,
            "serial_number": identity.serial,
            "firmware": {"vendor": "Cisco Systems, Inc.", "version": version("bios"), "build_date": null},
        },
        "boot": {"pxe_interface": nics.boots.as_ref().map(|boots| &boots.mac)},
    });
    let plugin_data = json!({
        "processors": hardware.processors,
        "memory_modules": hardware.modules,
        "disks": hardware.disks,
        "firmware": firmware,
        "uuid": identity.uuid,
        "pxe_interface_why": nics.boots.as_ref().map(|boots| &boots.why),
        "not_read": hardware.notes,
    });
    Inspection {
        inventory,
        plugin_data,
        properties: properties(identity, hardware),
        nics,
        notes: Vec::new(),
    }
}

fn interface(nic: &Nic) -> Value {
    json!({
        "name": nic.name, "mac_address": nic.mac, "has_carrier": nic.link, "ipv4_address": null,
        "ipv6_address": null, "lldp": null, "vendor": null, "product": null, "client_id": null,
        "biosdevname": null, "speed_mbps": null,
    })
}

/// What Ironic counts as CPUs: threads.
fn cpus(identity: &Identity, hardware: &Inventory) -> Option<u32> {
    let threads: u32 = hardware
        .processors
        .iter()
        .filter_map(|one| one.threads)
        .sum();
    (threads > 0)
        .then_some(threads)
        .or(identity.threads)
        .or(identity.cores)
}

fn properties(identity: &Identity, hardware: &Inventory) -> JsonMap {
    // The disk that is booted from: virtual boot drives come first.
    let gigabytes = hardware.disks.first().map(|disk| disk.size >> 30);
    let facts = [
        ("cpu_arch", Some(json!(ARCHITECTURE))),
        ("cpus", cpus(identity, hardware).map(Value::from)),
        ("memory_mb", hardware.memory_mb.map(Value::from)),
        ("local_gb", gigabytes.filter(|gb| *gb > 0).map(Value::from)),
        ("vendor", Some(json!("Cisco"))),
    ];
    let known = facts
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    known.collect()
}
