//! The classes of the boot order: legacy, precision, one-time, actual.

use super::{Attribute, Class, class, ro, rw};
use crate::release::{
    R1_4_2B, R1_5, R2_0_1A, R2_0_13E, R3_0_1C, R3_0_4A, R4_0_1A, R4_1_3A, Release,
};

const YES_NO: &[&str] = &["yes", "no", "True", "False", "true", "false"];
const LEGACY_ORDER: &[&str] = &["1", "2", "3", "4", "5"];
const STATE: &[&str] = &["Enabled", "Disabled"];

const NAME: Attribute = rw("name");
const ORDER: Attribute = rw("order");
const STATE_ATTRIBUTE: Attribute = rw("state").one_of(STATE);
const SLOT: Attribute = rw("slot");
const PORT: Attribute = rw("port");
const LUN: Attribute = rw("lun");

/// Attributes of the legacy devices that exist once, and of the media that exist twice.
const READ_ONLY: &[Attribute] = &[
    rw("access").one_of(&["read-only"]),
    ro("type"),
    rw("order").one_of(LEGACY_ORDER),
    rw("prot").one_of(&["pxe", "gpxe", "iSCSI"]),
];
const READ_WRITE: &[Attribute] = &[
    rw("access").one_of(&["read-write"]),
    ro("type"),
    rw("order").one_of(LEGACY_ORDER),
];
const MEDIA: &[Attribute] = &[
    rw("access").one_of(&["read-only", "read-write"]),
    ro("type"),
    rw("order").one_of(LEGACY_ORDER),
];

const fn device(
    name: &'static str,
    since: Release,
    rn: &'static str,
    attributes: &'static [Attribute],
) -> Class {
    class(name, since, attributes).created_as(rn)
}

pub(super) static CLASSES: &[Class] = &[
    class(
        "lsbootDef",
        R1_4_2B,
        &[
            ro("name"),
            ro("purpose"),
            rw("rebootOnUpdate").one_of(YES_NO),
        ],
    ),
    device("lsbootStorage", R1_4_2B, "storage-read-write", READ_WRITE),
    class("lsbootLocalStorage", R1_4_2B, &[]),
    device("lsbootLan", R1_4_2B, "lan-read-only", READ_ONLY),
    device("lsbootVirtualMedia", R1_4_2B, "vm-{access}", MEDIA),
    device("lsbootEfi", R1_4_2B, "efi-read-only", READ_ONLY),
    class(
        "lsbootBootSecurity",
        R2_0_1A,
        &[rw("secureBoot").one_of(&["enabled", "disabled", "Enabled", "Disabled"])],
    ),
    class("biosBootDevGrp", R1_4_2B, &[]),
    class("biosBootDev", R1_4_2B, &[ro("order"), ro("descr")]),
    class("biosBootMode", R2_0_1A, &[ro("actualBootMode")]),
    class(
        "biosBootDevPrecision",
        R2_0_1A,
        &[ro("order"), ro("name"), ro("type"), ro("descr")],
    ),
    class(
        "lsbootDevPrecision",
        R2_0_1A,
        &[
            ro("name"),
            ro("purpose"),
            rw("configuredBootMode").one_of(&["Legacy", "Uefi", "None"]),
            rw("rebootOnUpdate").one_of(YES_NO),
            rw("reapply").one_of(YES_NO),
            ro("lastConfiguredBootOrderSource"),
        ],
    ),
    device(
        "lsbootPxe",
        R2_0_1A,
        "pxe-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["PXE"]),
            rw("subtype").one_of(&["PXE", ""]),
            SLOT,
            PORT,
            rw("macAddress").since(R3_0_4A),
            rw("iptype")
                .since(R4_0_1A)
                .one_of(&["None", "IPv4", "IPv6"]),
        ],
    ),
    device(
        "lsbootHdd",
        R2_0_1A,
        "hdd-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["LOCALHDD"]),
            rw("subtype").one_of(&["LOCALHDD", ""]),
            SLOT,
        ],
    ),
    device(
        "lsbootVMedia",
        R2_0_1A,
        "vm-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["VMEDIA"]),
            rw("subtype").one_of(&[
                "cimc-mapped-dvd",
                "cimc-mapped-hdd",
                "kvm-mapped-dvd",
                "kvm-mapped-hdd",
                "kvm-mapped-fdd",
                "",
            ]),
        ],
    ),
    device(
        "lsbootUsb",
        R2_0_1A,
        "usb-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["USB"]),
            rw("subtype").one_of(&["usb-cd", "usb-fdd", "usb-hdd", ""]),
        ],
    ),
    device(
        "lsbootSan",
        R2_0_1A,
        "san-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["SAN"]),
            rw("subtype"),
            SLOT,
            LUN,
        ],
    ),
    device(
        "lsbootIscsi",
        R2_0_1A,
        "iscsi-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["ISCSI"]),
            rw("subtype"),
            SLOT,
            PORT,
        ],
    ),
    device(
        "lsbootSd",
        R2_0_1A,
        "sd-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["SDCARD"]),
            rw("subtype"),
            LUN,
        ],
    ),
    device(
        "lsbootPchStorage",
        R2_0_1A,
        "pchstorage-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["PCHSTORAGE"]),
            rw("subtype"),
            LUN,
        ],
    ),
    device(
        "lsbootUefiShell",
        R2_0_1A,
        "uefishell-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["UEFISHELL"]),
            rw("subtype"),
        ],
    ),
    device(
        "lsbootNVMe",
        R2_0_13E,
        "nvme-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["NVME"]),
            rw("subtype"),
        ],
    ),
    device(
        "lsbootCdd",
        R3_0_4A,
        "cdd-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["LOCALCDD"]),
            rw("subtype"),
        ],
    ),
    device(
        "lsbootHttp",
        R4_1_3A,
        "http-{name}",
        &[
            NAME,
            ORDER,
            STATE_ATTRIBUTE,
            rw("type").one_of(&["HTTP"]),
            rw("subtype"),
            rw("uri"),
            rw("iptype"),
            rw("ipConfigType").one_of(&["DHCP", "Static"]),
            rw("macAddress"),
            SLOT,
            PORT,
        ],
    ),
    class(
        "oneTimeBootDevice",
        R1_5,
        &[rw("device").one_of(&["none", "huu", "hv", "scu"])],
    ),
    class(
        "oneTimePrecisionBootDevice",
        R3_0_1C,
        &[
            rw("device"),
            rw("rebootOnUpdate").one_of(YES_NO),
            rw("adminAction").one_of(&["clear-one-time-boot-device"]),
        ],
    ),
];
