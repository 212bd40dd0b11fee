//! From the configured boot order to what the firmware tries.

use crate::backend::{BootDevice, BootMode, BootPlan, BootTarget};
use crate::personality::BootDialect;
use crate::tree::{ManagedObject, ObjectTree, RACK_UNIT};

pub(crate) const POLICY: &str = "sys/rack-unit-1/boot-policy";
pub(crate) const PRECISION: &str = "sys/rack-unit-1/boot-precision";
pub(crate) const ONE_TIME: &str = "sys/rack-unit-1/one-time-precision-boot";
const ACTUAL: &str = "sys/rack-unit-1/bios/bdgep";

/// Whether a DN is part of the configured boot order.
pub(crate) fn is_boot_order(dn: &str) -> bool {
    [POLICY, PRECISION, ONE_TIME]
        .iter()
        .any(|root| dn.starts_with(root))
}

/// Where the boot devices of a dialect are.
pub(crate) fn root(dialect: BootDialect) -> &'static str {
    match dialect {
        BootDialect::Legacy => POLICY,
        BootDialect::Precision => PRECISION,
    }
}

/// The configured devices in their order.
fn devices(tree: &ObjectTree, dialect: BootDialect) -> Vec<ManagedObject> {
    let mut devices: Vec<_> = tree
        .children(root(dialect))
        .filter(|o| o.class != "lsbootBootSecurity" && o.get("state") != "Disabled")
        .cloned()
        .collect();
    devices.sort_by_key(ManagedObject::order);
    devices
}

/// POST: copies the configured order and mode to the actual ones, takes the one-time device and a
/// request for BIOS set-up, and says what to try.
pub(crate) fn post(tree: &mut ObjectTree, dialect: BootDialect, setup: bool) -> BootPlan {
    let devices = devices(tree, dialect);
    write_actual(tree, dialect, &devices);
    let mut targets: Vec<_> = devices.iter().map(|device| target(tree, device)).collect();
    if let Some(one_time) = tree.get_mut(ONE_TIME) {
        let name = one_time.get("device").to_owned();
        one_time.set("device", "");
        if let Some(position) = targets.iter().position(|t| t.name == name) {
            let chosen = targets.remove(position);
            targets.insert(0, chosen);
        }
    }
    BootPlan {
        targets,
        setup,
        mode: mode(tree),
    }
}

fn mode(tree: &ObjectTree) -> Option<BootMode> {
    match tree.get(PRECISION)?.get("configuredBootMode") {
        "Legacy" => Some(BootMode::Legacy),
        "Uefi" => Some(BootMode::Uefi),
        _ => None,
    }
}

/// Sets the mode as the factory or an owner has left it. A release without the setting keeps quiet
/// about it.
pub(crate) fn set_mode(tree: &mut ObjectTree, mode: BootMode) {
    let word = match mode {
        BootMode::Legacy => "Legacy",
        BootMode::Uefi => "Uefi",
    };
    if let Some(order) = tree.get_mut(PRECISION) {
        order.set("configuredBootMode", word);
    }
    if let Some(actual) = tree.get_mut(&format!("{ACTUAL}/boot-mode")) {
        actual.set("actualBootMode", word);
    }
}

fn write_actual(tree: &mut ObjectTree, dialect: BootDialect, devices: &[ManagedObject]) {
    let old: Vec<_> = tree
        .children(ACTUAL)
        .filter(|o| o.class != "biosBootMode")
        .map(|o| o.dn.clone())
        .collect();
    for dn in old {
        tree.remove(&dn);
    }
    for (position, device) in devices.iter().enumerate() {
        let order = (position + 1).to_string();
        let actual = match dialect {
            BootDialect::Legacy => {
                ManagedObject::new("biosBootDev", format!("{ACTUAL}/bdv-{order}"))
                    .with("order", order)
                    .with("descr", description(device))
            }
            BootDialect::Precision => {
                let kind = match device.get("type") {
                    "LOCALHDD" => "HDD",
                    other => other,
                };
                ManagedObject::new("biosBootDevPrecision", format!("{ACTUAL}/bdvp-{order}"))
                    .with("order", order)
                    .with("name", device.get("name").to_owned())
                    .with("type", kind.to_owned())
                    .with("descr", description(device))
            }
        };
        tree.insert(actual);
    }
    let mode = tree
        .get(PRECISION)
        .map(|o| o.get("configuredBootMode").to_owned());
    if let (Some(mode), Some(actual)) = (mode, tree.get_mut(&format!("{ACTUAL}/boot-mode"))) {
        actual.set("actualBootMode", mode);
    }
}

fn kind(device: &ManagedObject) -> BootDevice {
    match device.class {
        "lsbootLan" | "lsbootPxe" => BootDevice::Network,
        "lsbootStorage" | "lsbootHdd" | "lsbootPchStorage" | "lsbootNVMe" => BootDevice::Disk,
        "lsbootVMedia" | "lsbootCdd" => BootDevice::Cdrom,
        "lsbootVirtualMedia" if device.get("access") == "read-only" => BootDevice::Cdrom,
        _ => BootDevice::Other,
    }
}

fn description(device: &ManagedObject) -> &'static str {
    match kind(device) {
        BootDevice::Network => "IBA GE Slot 0100 v1553",
        BootDevice::Disk => "(Bus 0D Dev 00)PCI RAID Adapter",
        BootDevice::Cdrom => "Cisco Virtual CD/DVD",
        BootDevice::Other => "Other",
    }
}

fn target(tree: &ObjectTree, device: &ManagedObject) -> BootTarget {
    let name = match device.get("name") {
        "" => device.get("type"),
        name => name,
    };
    BootTarget {
        device: kind(device),
        name: name.to_owned(),
        mac: port_mac(tree, device),
    }
}

/// The port that a precision PXE device names, by address or by slot and port. LOM ports count
/// from one; an unknown port is as good as none: the firmware tries them all.
fn port_mac(tree: &ObjectTree, device: &ManagedObject) -> Option<String> {
    if device.class != "lsbootPxe" {
        return None;
    }
    let written = device.get("macAddress");
    if !written.is_empty() {
        return Some(written.to_lowercase());
    }
    let port = device.get("port");
    let dn = match device.get("slot") {
        "L" => format!("{RACK_UNIT}/network-adapter-L/eth-{port}"),
        "MLOM" => format!("{RACK_UNIT}/adaptor-MLOM/host-eth-eth{port}"),
        _ => return None,
    };
    tree.get(&dn).map(|o| o.get("mac").to_lowercase())
}

/// Brings the orders below `root` to 1, 2, 3 ... The devices in `written` get the places that they
/// ask for; the others keep their order around them.
pub(crate) fn renumber(tree: &mut ObjectTree, root: &str, written: &[String]) {
    let devices = tree
        .children(root)
        .filter(|o| o.class != "lsbootBootSecurity");
    let (mut newcomers, mut order): (Vec<_>, Vec<_>) = devices
        .map(|o| (o.order(), o.dn.clone()))
        .partition(|(_, dn)| written.contains(dn));
    newcomers.sort();
    order.sort();
    for newcomer in newcomers {
        let place = usize::try_from(newcomer.0)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        order.insert(place.min(order.len()), newcomer);
    }
    for (position, (_, dn)) in order.into_iter().enumerate() {
        if let Some(device) = tree.get_mut(&dn) {
            device.set("order", (position + 1).to_string());
        }
    }
}

/// Turns the order below `root` around.
pub(crate) fn reverse(tree: &mut ObjectTree, root: &str) {
    reorder(tree, root, |device| std::cmp::Reverse(device.order()));
}

/// Puts disks first, as a person in BIOS set-up would.
pub(crate) fn prefer_disks(tree: &mut ObjectTree, root: &str) {
    reorder(tree, root, |device| {
        (kind(device) != BootDevice::Disk, device.order())
    });
    if let Some(order) = tree.get_mut(PRECISION) {
        order.set("lastConfiguredBootOrderSource", "BIOS");
    }
}

/// Disables all devices of the precision order.
pub(crate) fn disable(tree: &mut ObjectTree) {
    let devices: Vec<_> = tree.children(PRECISION).map(|o| o.dn.clone()).collect();
    for dn in devices {
        if let Some(device) = tree.get_mut(&dn) {
            device.set("state", "Disabled");
        }
    }
}

fn reorder<K: Ord>(tree: &mut ObjectTree, root: &str, key: impl Fn(&ManagedObject) -> K) {
    let mut devices: Vec<_> = tree
        .children(root)
        .filter(|o| o.class != "lsbootBootSecurity")
        .map(|o| (key(o), o.dn.clone()))
        .collect();
    devices.sort();
    for (position, (_, dn)) in devices.into_iter().enumerate() {
        if let Some(device) = tree.get_mut(&dn) {
            device.set("order", (position + 1).to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;
    use crate::inventory;
    use crate::personality::Personality;
    use crate::tree::Pool;

    fn tree(name: &str) -> ObjectTree {
        let personality = Personality::by_name(name).unwrap();
        inventory::objects(
            personality,
            &Identity::new(0),
            "sim",
            "127.0.0.1",
            &mut Pool::default(),
        )
    }

    #[test]
    fn post_copies_the_configured_order_and_uses_the_one_time_device_up() {
        let mut tree = tree("3.0");
        tree.get_mut(ONE_TIME).unwrap().set("device", "network");
        let plan = post(&mut tree, BootDialect::Precision, false);
        let tried: Vec<_> = plan.targets.iter().map(|t| t.device).collect();
        assert_eq!(
            tried,
            [BootDevice::Network, BootDevice::Cdrom, BootDevice::Disk]
        );
        assert_eq!(plan.targets[0].mac.as_deref(), Some("00:25:b5:00:00:00"));
        let again = post(&mut tree, BootDialect::Precision, false);
        assert_eq!(again.targets[0].device, BootDevice::Cdrom);
        let actual = tree.get("sys/rack-unit-1/bios/bdgep/bdvp-3").unwrap();
        assert_eq!((actual.get("name"), actual.get("type")), ("network", "PXE"));
    }

    #[test]
    fn post_takes_the_configured_mode() {
        let mut newer = tree("3.0");
        assert_eq!(mode(&newer), Some(BootMode::Legacy));
        set_mode(&mut newer, BootMode::Uefi);
        let order = newer.get(PRECISION).unwrap();
        assert_eq!(order.get("configuredBootMode"), "Uefi");
        let plan = post(&mut newer, BootDialect::Precision, false);
        assert_eq!(plan.mode, Some(BootMode::Uefi));
        let mut older = tree("1.5");
        set_mode(&mut older, BootMode::Uefi);
        assert_eq!(post(&mut older, BootDialect::Legacy, false).mode, None);
    }

    #[test]
    fn a_disabled_device_is_not_tried() {
        let mut tree = tree("2.0");
        let pxe = format!("{PRECISION}/pxe-MigratedPXE2");
        tree.get_mut(&pxe).unwrap().set("state", "Disabled");
        let plan = post(&mut tree, BootDialect::Precision, false);
        assert!(plan.targets.iter().all(|t| t.device != BootDevice::Network));
    }

    #[test]
    fn a_newly_written_device_takes_its_place_and_the_others_move() {
        let mut tree = tree("1.5");
        let lan = format!("{POLICY}/lan-read-only");
        tree.get_mut(&lan).unwrap().set("order", "1");
        renumber(&mut tree, POLICY, std::slice::from_ref(&lan));
        let plan = post(&mut tree, BootDialect::Legacy, false);
        let tried: Vec<_> = plan.targets.iter().map(|t| t.device).collect();
        assert_eq!(
            tried,
            [BootDevice::Network, BootDevice::Cdrom, BootDevice::Disk]
        );
        assert_eq!(
            tree.get("sys/rack-unit-1/bios/bdgep/bdv-1")
                .unwrap()
                .get("order"),
            "1"
        );
    }
}
