//! The list of device types, and which of the two lists counts.

use cimc_client::{BootKind, BootStyle, CimcError};

use super::{LIST, LIST_OBJECT, POLICY, order, set};
use crate::stub::{Stub, schema_error};

/// `lan 1, storage 2` in the way of the legacy list.
fn legacy(positions: &[(&str, u16)]) -> String {
    let object = |(name, position): &(&str, u16)| match *name {
        "lan" => format!(
            "<lsbootLan dn=\"{POLICY}/lan-read-only\" access=\"read-only\" order=\"{position}\" \
             prot=\"pxe\" type=\"lan\"/>"
        ),
        "storage" => format!(
            "<lsbootStorage dn=\"{POLICY}/storage-read-write\" access=\"read-write\" \
             order=\"{position}\" type=\"storage\"/>"
        ),
        "cd" => format!(
            "<lsbootVirtualMedia dn=\"{POLICY}/vm-read-only\" access=\"read-only\" \
             order=\"{position}\" type=\"virtual-media\"/>"
        ),
        _ => format!("<lsbootEfi rn=\"efi-read-only\" access=\"read-only\" order=\"{position}\"/>"),
    };
    positions.iter().map(object).collect()
}

fn legacy_write(class: &str, access: &str, position: u16, status: &str, rn: &str) -> String {
    format!(
        "<{class} access=\"{access}\" order=\"{position}\" status=\"{status}\" dn=\"{POLICY}/{rn}\" />"
    )
}

fn lan(position: u16) -> String {
    legacy_write(
        "lsbootLan",
        "read-only",
        position,
        "modified",
        "lan-read-only",
    )
}

fn storage(position: u16) -> String {
    legacy_write(
        "lsbootStorage",
        "read-write",
        position,
        "modified",
        "storage-read-write",
    )
}

async fn legacy_stub(readings: &[&[(&str, u16)]], reboot: &str) -> Stub {
    let stub = Stub::start("1.5(4)").await;
    let readings: Vec<String> = readings.iter().map(|reading| legacy(reading)).collect();
    let readings: Vec<&str> = readings.iter().map(String::as_str).collect();
    stub.on_children(POLICY, &readings);
    let policy = format!("<lsbootDef dn=\"{POLICY}\" rebootOnUpdate=\"{reboot}\"/>");
    stub.on_dn(POLICY, &[&policy]);
    stub
}

#[tokio::test]
async fn the_legacy_list_is_read_in_its_order() {
    let stub = legacy_stub(
        &[&[("storage", 2), ("efi", 3), ("lan", 1), ("cd", 4)]],
        "no",
    )
    .await;
    let order = order(&stub).await;
    let kinds: Vec<BootKind> = order.devices.iter().map(|device| device.kind).collect();
    let expected = [
        BootKind::Network,
        BootKind::Disk,
        BootKind::Other,
        BootKind::Cdrom,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(order.devices[2].dn, format!("{POLICY}/efi-read-only"));
    assert_eq!(order.next().unwrap().name, "lan-read-only");
    assert_eq!(
        (order.style, order.one_time, order.boot_mode),
        (BootStyle::Legacy, None, None)
    );
    assert_eq!(
        stub.work().len(),
        1,
        "old firmware is asked for nothing that it lacks"
    );
}

#[tokio::test]
async fn a_legacy_device_is_put_first_with_one_write() {
    let stub = legacy_stub(
        &[&[("storage", 1), ("lan", 2)], &[("lan", 1), ("storage", 2)]],
        "no",
    )
    .await;
    let change = set(&stub, BootKind::Network, false).await.unwrap();
    let children = format!(
        "<configResolveChildren cookie=\"C1\" inDn=\"{POLICY}\" inHierarchical=\"false\" />"
    );
    let expected = [
        children.clone(),
        format!("<configResolveDn cookie=\"C1\" dn=\"{POLICY}\" inHierarchical=\"false\" />"),
        format!(
            "<configConfMo cookie=\"C1\" dn=\"{POLICY}/lan-read-only\" inHierarchical=\"false\">\
             <inConfig>{}</inConfig></configConfMo>",
            lan(1)
        ),
        children,
    ];
    assert_eq!(stub.work(), expected);
    assert_eq!((change.changed, change.persistent), (true, true));
    assert_eq!(change.previous_first.unwrap().kind, BootKind::Disk);
}

#[tokio::test]
async fn a_legacy_order_that_is_right_is_not_written() {
    let stub = legacy_stub(&[&[("lan", 2), ("storage", 3)]], "yes").await;
    assert!(!set(&stub, BootKind::Network, false).await.unwrap().changed);
    assert_eq!(stub.writes(), [""; 0]);
}

#[tokio::test]
async fn a_reboot_on_update_that_somebody_left_is_switched_off_first() {
    let stub = legacy_stub(
        &[&[("lan", 1), ("storage", 2)], &[("storage", 1), ("lan", 2)]],
        "yes",
    )
    .await;
    set(&stub, BootKind::Disk, false).await.unwrap();
    let policy = format!("<lsbootDef rebootOnUpdate=\"no\" status=\"modified\" dn=\"{POLICY}\" />");
    assert_eq!(stub.writes(), [policy, storage(1)]);
}

#[tokio::test]
async fn equal_legacy_positions_are_repaired() {
    let before: &[_] = &[("lan", 1), ("storage", 2), ("cd", 3)];
    let collision: &[_] = &[("lan", 1), ("storage", 1), ("cd", 3)];
    let repaired: &[_] = &[("lan", 2), ("storage", 1), ("cd", 3)];
    let stub = legacy_stub(&[before, collision, repaired], "no").await;
    assert!(set(&stub, BootKind::Disk, false).await.unwrap().changed);
    let cd = legacy_write(
        "lsbootVirtualMedia",
        "read-only",
        3,
        "modified",
        "vm-read-only",
    );
    assert_eq!(stub.writes(), [storage(1), lan(2), cd]);
}

#[tokio::test]
async fn a_legacy_order_that_is_not_taken_is_an_error() {
    let stub = legacy_stub(&[&[("lan", 1), ("storage", 2)]], "no").await;
    let error = set(&stub, BootKind::Disk, false).await.unwrap_err();
    let expected =
        "boot order was accepted but reads back as 1 lan-read-only, 2 storage-read-write";
    assert!(
        matches!(&error, CimcError::Operation { answer, .. } if answer == expected),
        "{error}"
    );
}

#[tokio::test]
async fn one_legacy_boot_is_emulated_and_the_result_says_so() {
    let stub = legacy_stub(&[&[("storage", 1)], &[("cd", 1), ("storage", 2)]], "no").await;
    let change = set(&stub, BootKind::Cdrom, true).await.unwrap();
    assert!(change.changed && change.persistent);
    let cd = legacy_write(
        "lsbootVirtualMedia",
        "read-only",
        1,
        "created",
        "vm-read-only",
    );
    assert_eq!(stub.writes(), [cd]);
}

#[tokio::test]
async fn legacy_firmware_cannot_boot_from_usb() {
    let stub = legacy_stub(&[&[("lan", 1)]], "no").await;
    let result = set(&stub, BootKind::Usb, false).await;
    assert!(matches!(result, Err(CimcError::Unsupported { .. })));
}

#[tokio::test]
async fn without_a_version_the_list_that_is_filled_counts() {
    let stub = Stub::start("").await;
    stub.on(
        &format!("dn=\"{LIST}\""),
        [schema_error("no class named lsbootDevPrecision")],
    );
    stub.on_children(POLICY, &[&legacy(&[("lan", 1)])]);
    assert_eq!(order(&stub).await.style, BootStyle::Legacy);

    let stub = Stub::start("2.0(13e)").await;
    stub.on_dn(LIST, &[LIST_OBJECT]);
    stub.on_children(POLICY, &[&legacy(&[("lan", 1)])]);
    assert_eq!(order(&stub).await.style, BootStyle::Legacy);

    let stub = Stub::start("").await;
    stub.on_dn(LIST, &[LIST_OBJECT]);
    assert_eq!(order(&stub).await.style, BootStyle::Precision);
}
