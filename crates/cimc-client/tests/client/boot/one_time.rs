//! One boot from another device.

use cimc_client::BootKind;

use super::*;
use crate::stub::{Reply, schema_error};

#[tokio::test]
async fn one_boot_is_set_beside_the_order() {
    let stub = precision_stub("3.0(4a)", &[&[hdd(1), pxe("net", 2, "L", 1)]]).await;
    stub.on_dn(ONE_TIME, &[&one_time("none"), &one_time("net")]);
    let change = set(&stub, BootKind::Network, true).await.unwrap();
    assert_eq!(
        (change.changed, change.persistent, change.device),
        (true, false, "net".into())
    );
    assert_eq!(change.previous_first.unwrap().name, "disk");
    assert_eq!(stub.writes(), [sent_one_time("net")]);
}

#[tokio::test]
async fn one_boot_that_is_set_already_is_not_written() {
    let stub = precision_stub("3.0(4a)", &[&[hdd(1), pxe("net", 2, "L", 1)]]).await;
    stub.on_dn(ONE_TIME, &[&one_time("net")]);
    let change = set(&stub, BootKind::Network, true).await.unwrap();
    assert_eq!((change.changed, change.persistent), (false, false));
    assert_eq!(stub.writes(), [""; 0]);
}

#[tokio::test]
async fn one_boot_from_a_disabled_device_enables_it_in_its_place() {
    let disabled = pxe("net", 2, "L", 1).replace("Enabled", "Disabled");
    let readings: [&[String]; 2] = [&[hdd(1), disabled], &[hdd(1), pxe("net", 2, "L", 1)]];
    let stub = precision_stub("3.0(4a)", &readings).await;
    stub.on_dn(ONE_TIME, &[&one_time(""), &one_time(""), &one_time("net")]);
    set(&stub, BootKind::Network, true).await.unwrap();
    let order = tree("no", &[sent_hdd(1), sent_pxe("net", 2, "L", 1)]);
    assert_eq!(stub.writes(), [order, sent_one_time("net")]);
}

#[tokio::test]
async fn one_boot_that_is_not_kept_is_an_error() {
    let stub = precision_stub("3.0(4a)", &[&[hdd(1), pxe("net", 2, "L", 1)]]).await;
    stub.on_dn(ONE_TIME, &[&one_time("")]);
    let error = set(&stub, BootKind::Network, true).await.unwrap_err();
    assert!(
        error.to_string().contains("reads back as nothing"),
        "{error}"
    );
}

#[tokio::test]
async fn one_boot_becomes_the_order_where_firmware_cannot_and_the_result_says_so() {
    let readings: [&[String]; 2] = [
        &[hdd(1), pxe("net", 2, "L", 1)],
        &[pxe("net", 1, "L", 1), hdd(2)],
    ];
    let persistent = tree("no", &[sent_pxe("net", 1, "L", 1), sent_hdd(2)]);

    let old = precision_stub("2.0(13e)", &readings).await;
    let change = set(&old, BootKind::Network, true).await.unwrap();
    assert!(change.changed && change.persistent);
    assert_eq!(old.writes(), [persistent.as_str()]);

    let refuses = precision_stub("", &readings).await;
    let refusal = || -> Reply { schema_error("no class named oneTimePrecisionBootDevice") };
    refuses.on(ONE_TIME, [refusal()]);
    let change = set(&refuses, BootKind::Network, true).await.unwrap();
    assert!(change.changed && change.persistent);
    assert_eq!(refuses.writes(), [sent_one_time("net"), persistent]);
}

#[tokio::test]
async fn a_change_for_good_clears_another_one_time_device() {
    let stub = precision_stub("3.0(4a)", &[&[hdd(1), pxe("net", 2, "L", 1)]]).await;
    stub.on_dn(ONE_TIME, &[&one_time("net")]);
    assert!(set(&stub, BootKind::Disk, false).await.unwrap().changed);
    let clear = format!(
        "<oneTimePrecisionBootDevice adminAction=\"clear-one-time-boot-device\" \
         status=\"modified\" dn=\"{ONE_TIME}\" />"
    );
    assert_eq!(stub.writes(), [clear]);
}
