//! Hardware types as data: which implementations may be combined, the default first.

use crate::model::InterfaceKind;
use InterfaceKind as K;

/// A hardware type of Ironic's.
#[derive(Debug)]
pub struct HardwareType {
    /// Its name, as a node's `driver`.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The implementations of each interface, the default first.
    interfaces: &'static [(InterfaceKind, &'static [&'static str])],
}

impl HardwareType {
    /// The implementations that a node of this type may choose, the default first.
    pub fn supported(&self, kind: InterfaceKind) -> &'static [&'static str] {
        self.interfaces
            .iter()
            .find(|(k, _)| *k == kind)
            .map_or(&[], |(_, names)| names)
    }

    /// The implementation that a node gets if it chooses none.
    pub fn default(&self, kind: InterfaceKind) -> &'static str {
        self.supported(kind).first().copied().unwrap_or_default()
    }
}

/// What `cisco-ucs-standalone` and its alias combine.
const CISCO: &[(InterfaceKind, &[&str])] = &[
    (K::Bios, &["cimc", "no-bios"]),
    (K::Boot, &["cobbler-pxe"]),
    (K::Console, &["no-console"]),
    (K::Deploy, &["cobbler"]),
    (K::Firmware, &["cimc", "no-firmware"]),
    (K::Inspect, &["cimc", "no-inspect"]),
    (K::Management, &["cimc"]),
    (K::Network, &["noop"]),
    (K::Power, &["cimc"]),
    (K::Raid, &["no-raid"]),
    (K::Rescue, &["cobbler", "no-rescue"]),
    (K::Storage, &["noop"]),
    (K::Vendor, &["no-vendor"]),
];

/// All hardware types.
pub const HARDWARE_TYPES: &[HardwareType] = &[
    HardwareType {
        name: "cisco-ucs-standalone",
        description: "Cisco UCS C-Series rack servers, through CIMC's XML API and Cobbler",
        interfaces: CISCO,
    },
    HardwareType {
        name: "cimc",
        description: "A short name of cisco-ucs-standalone",
        interfaces: CISCO,
    },
    HardwareType {
        name: "fake-hardware",
        description: "No hardware at all: every step succeeds at once",
        interfaces: &[
            (K::Bios, &["fake", "no-bios"]),
            (K::Boot, &["fake"]),
            (K::Console, &["fake", "no-console"]),
            (K::Deploy, &["fake"]),
            (K::Firmware, &["fake", "no-firmware"]),
            (K::Inspect, &["fake", "no-inspect"]),
            (K::Management, &["fake"]),
            (K::Network, &["noop"]),
            (K::Power, &["fake"]),
            (K::Raid, &["fake", "no-raid"]),
            (K::Rescue, &["fake", "no-rescue"]),
            (K::Storage, &["noop", "fake"]),
            (K::Vendor, &["fake", "no-vendor"]),
        ],
    },
];
