//! The list of named devices.

use cimc_client::{BootKind, BootMode, CimcError};

use super::*;
use crate::stub::schema_error;

#[tokio::test]
async fn the_precision_list_is_read_with_mode_and_one_time_device() {
    let stub = precision_stub("3.0(4a)", &[&[pxe("net", 3, "L", 1), shell(1), hdd(2)]]).await;
    stub.on_dn(ONE_TIME, &[&one_time("net")]);
    let order = order(&stub).await;
    let found: Vec<(&str, BootKind, bool)> = order
        .devices
        .iter()
        .map(|device| (device.name.as_str(), device.kind, device.enabled))
        .collect();
    let expected = [
        ("sh", BootKind::Other, false),
        ("disk", BootKind::Disk, true),
        ("net", BootKind::Network, true),
    ];
    assert_eq!(found, expected);
    assert_eq!(order.boot_mode, Some(BootMode::Uefi));
    assert_eq!(order.first().unwrap().name, "disk");
    assert_eq!(order.next().unwrap().name, "net");
}

#[tokio::test]
async fn a_precision_device_is_put_first_in_one_tree_that_keeps_all_others() {
    let before = [shell(1), hdd(2), pxe("net", 3, "L", 1)];
    let after = [pxe("net", 1, "L", 1), shell(2), hdd(3)];
    let stub = precision_stub("2.0(13e)", &[&before, &after]).await;
    let change = set(&stub, BootKind::Network, false).await.unwrap();
    let written = tree(
        "no",
        &[sent_pxe("net", 1, "L", 1), sent_shell(2), sent_hdd(3)],
    );
    assert_eq!(stub.writes(), [written]);
    assert_eq!((change.changed, change.persistent), (true, true));
    assert_eq!(change.device, "net");
    assert_eq!(change.previous_first.unwrap().name, "disk");
    let envelope = format!("<configConfMo cookie=\"C1\" dn=\"{LIST}\" inHierarchical=\"false\">");
    assert!(
        stub.work()
            .iter()
            .any(|request| request.starts_with(&envelope))
    );
}

#[tokio::test]
async fn a_precision_order_that_is_right_is_not_written() {
    let stub = precision_stub("4.1(3i)", &[&[hdd(4), pxe("net", 7, "L", 1)]]).await;
    let change = set(&stub, BootKind::Disk, false).await.unwrap();
    assert_eq!((change.changed, stub.writes().len()), (false, 0));
}

#[tokio::test]
async fn an_order_that_the_bios_changed_is_pushed_again() {
    let stub = Stub::start("2.0(13e)").await;
    stub.on_dn(LIST, &[&LIST_OBJECT.replace("\"CIMC\"", "\"BIOS\"")]);
    stub.on_children(LIST, &[&[hdd(1), pxe("net", 2, "L", 1)].concat()]);
    assert!(set(&stub, BootKind::Disk, false).await.unwrap().changed);
    assert_eq!(
        stub.writes(),
        [tree("yes", &[sent_hdd(1), sent_pxe("net", 2, "L", 1)])]
    );
}

#[tokio::test]
async fn a_precision_order_that_reads_back_otherwise_is_an_error() {
    let stub = precision_stub("4.1(3i)", &[&[hdd(1), pxe("net", 2, "L", 1)]]).await;
    let error = set(&stub, BootKind::Network, false).await.unwrap_err();
    let expected = format!(
        "CIMC 127.0.0.1:{} failed to set the boot order to net, disk: boot order was accepted \
         but reads back as disk, net",
        stub.port
    );
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn properties_that_the_firmware_shows_but_does_not_take_are_left_out() {
    let extra = |device: String| device.replace(" type=", " iptype=\"IPv4\" type=");
    let before = [hdd(1), extra(pxe("net", 2, "L", 1))];
    let stub = precision_stub("2.0(13e)", &[&before, &[pxe("net", 1, "L", 1), hdd(2)]]).await;
    stub.on(
        "iptype",
        [schema_error("The attribute 'iptype' is not allowed.")],
    );
    set(&stub, BootKind::Network, false).await.unwrap();
    let plain = tree("no", &[sent_pxe("net", 1, "L", 1), sent_hdd(2)]);
    assert_eq!(stub.writes().last(), Some(&plain));
    assert_eq!(stub.writes().len(), 2);
}

#[tokio::test]
async fn a_missing_disk_is_created() {
    let created = hdd(1).replace("disk", "ferric-disk");
    let before = [pxe("net", 1, "L", 1)];
    let stub = precision_stub("2.0(13e)", &[&before, &[created, pxe("net", 2, "L", 1)]]).await;
    let change = set(&stub, BootKind::Disk, false).await.unwrap();
    assert_eq!(change.device, "ferric-disk");
    let sent = sent_hdd(1).replace("disk", "ferric-disk");
    assert_eq!(
        stub.writes(),
        [tree("no", &[sent, sent_pxe("net", 2, "L", 1)])]
    );
}

#[tokio::test]
async fn a_missing_network_device_is_created_for_the_interface() {
    let after = [pxe("ferric-pxe", 1, "L", 2), hdd(2)];
    let stub = precision_stub("2.0(13e)", &[&[hdd(1)], &after]).await;
    stub.on_class("networkAdapterEthIf", NICS);
    let mac = Some("AA:00:00:00:00:02");
    set_for(&stub, BootKind::Network, false, mac).await.unwrap();
    assert_eq!(
        stub.writes(),
        [tree(
            "no",
            &[sent_pxe("ferric-pxe", 1, "L", 2), sent_hdd(2)]
        )]
    );
}

#[tokio::test]
async fn a_missing_network_device_without_an_interface_is_unsupported() {
    let stub = precision_stub("2.0(13e)", &[&[hdd(1)]]).await;
    let result = set(&stub, BootKind::Network, false).await;
    assert!(
        matches!(result, Err(CimcError::Unsupported { .. })),
        "{result:?}"
    );
    assert_eq!(stub.writes(), [""; 0]);
}

#[tokio::test]
async fn devices_that_name_other_slots_are_not_taken_for_the_interface() {
    let others = [pxe("a", 1, "1", 1), pxe("b", 2, "2", 2)];
    let after = [
        pxe("ferric-pxe", 1, "L", 2),
        pxe("a", 2, "1", 1),
        pxe("b", 3, "2", 2),
    ];
    let stub = precision_stub("2.0(13e)", &[&others, &after]).await;
    stub.on_class("networkAdapterEthIf", NICS);
    let mac = Some("aa:00:00:00:00:02");
    let change = set_for(&stub, BootKind::Network, false, mac).await.unwrap();
    assert_eq!(change.device, "ferric-pxe");
    let sent = [
        sent_pxe("ferric-pxe", 1, "L", 2),
        sent_pxe("a", 2, "1", 1),
        sent_pxe("b", 3, "2", 2),
    ];
    assert_eq!(stub.writes(), [tree("no", &sent)]);
}

#[tokio::test]
async fn the_network_device_of_the_interface_is_preferred() {
    let own_mac =
        pxe("b", 2, "MLOM", 0).replace(" name=", " macAddress=\"AA:00:00:00:00:02\" name=");
    let cases = [
        // Ports counted from 1 as the interfaces are, and from 0.
        ([pxe("a", 1, "L", 1), pxe("b", 2, "L", 2)], "b"),
        ([pxe("a", 1, "L", 0), pxe("b", 2, "L", 1)], "b"),
        ([pxe("a", 1, "MLOM", 2), pxe("b", 2, "L", 7)], "b"),
        ([pxe("a", 1, "L", 2), own_mac], "b"),
    ];
    for (devices, expected) in cases {
        let stub = precision_stub("3.0(4a)", &[&devices]).await;
        stub.on_class("networkAdapterEthIf", NICS);
        stub.on_dn(ONE_TIME, &[&one_time(""), &one_time(expected)]);
        let mac = Some("aa:00:00:00:00:02");
        let change = set_for(&stub, BootKind::Network, true, mac).await.unwrap();
        assert_eq!(change.device, expected, "{devices:?}");
        assert_eq!(stub.writes(), [sent_one_time(expected)]);
    }
}
