//! Which firmware on which model a simulated controller plays: one table.
//!
//! Versions and models are plausible picks; what each can do follows the minimum versions in
//! imcsdk 0.9.17's metadata and the Cisco XML API Programmer's Guides.

use crate::release::Release;

/// How a firmware generation configures the boot order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BootDialect {
    /// `lsbootDef`: device types in an order of one to five. Firmware below 2.0.
    Legacy,
    /// `lsbootDevPrecision`: named devices. From 2.0(1a); the legacy list stays and is empty.
    Precision,
}

/// One firmware release on one model, with the habits that differ between releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personality {
    pub(crate) id: &'static str,
    pub(crate) firmware: &'static str,
    pub(crate) release: Release,
    pub(crate) model: &'static str,
    pub(crate) bios: &'static str,
    /// Below 1.4 there is a web page and no XML API.
    pub(crate) xml_api: bool,
    /// 1.5(1b) leaves `outVersion` and `outSessionId` out of its login answer.
    pub(crate) tells_version: bool,
    /// `ERR-xml-parse-error` up to 3.x, `594` from 4.x.
    pub(crate) parse_error_code: &'static str,
    pub(crate) boot: BootDialect,
    /// Names of the CD, disk and network boot devices as the factory or a migration left them.
    pub(crate) boot_names: [&'static str; 3],
    /// Whether a written precision tree removes the devices that it doesn't name. No guide says;
    /// both are played so that a client that relies on either is found out.
    pub(crate) tree_replaces: bool,
    /// Whether a connection is kept when the client wants it. That releases below 3.0 close each is
    /// what imcsdk 0.9.17 expects of all (it asks for it); no source says how later ones behave.
    pub(crate) keep_alive: bool,
    /// Whether answers end with NUL bytes. imcsdk 0.9.17 strips them from all; which releases
    /// send them no source says: the two oldest here do.
    pub(crate) nul_padding: bool,
    /// UEFI-only boards refuse `configuredBootMode` with 2502 (4.3(5) on M8).
    pub(crate) fixed_boot_mode: bool,
}

impl Personality {
    /// The firmware version text, as `outVersion` would tell it: `2.0(13e)`.
    pub fn firmware(&self) -> &'static str {
        self.firmware
    }

    /// The machine's model name: `UCSC-C220-M4S`.
    pub fn model(&self) -> &'static str {
        self.model
    }

    /// The release whose objects and attributes are there: where there is no XML API, those of the
    /// first that has one are behind the command line.
    pub(crate) fn schema_release(&self) -> Release {
        if self.xml_api {
            self.release
        } else {
            BASE.release
        }
    }

    /// Whether the command line has the boot order as a list of types, `set boot-order` (below 2.0).
    pub(crate) fn has_boot_types(&self) -> bool {
        self.boot == BootDialect::Legacy
    }

    /// Whether it is of the generation without XML API, with the SSH of its age.
    pub(crate) fn is_first_generation(&self) -> bool {
        !self.xml_api
    }

    /// Whether SSH asks for the password by keyboard-interactive alone; played on one release.
    pub(crate) fn asks_for_password(&self) -> bool {
        self.id == "1.4"
    }

    /// Whether `commit` asks; played on one release.
    pub(crate) fn asks_at_commit(&self) -> bool {
        self.id == "1.4"
    }

    /// Finds a personality by its short name (`1.5`, `2.0`, `4.3-m8`) or by its full firmware
    /// version (`2.0(13e)`). `None` if there is no such personality; see [`Self::names`].
    pub fn by_name(name: &str) -> Option<&'static Personality> {
        PERSONALITIES
            .iter()
            .find(|p| p.id == name || p.firmware == name)
    }

    /// Every short name, oldest firmware first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PERSONALITIES.iter().map(|p| p.id)
    }

    /// An endless mixed rack: 1.5, 2.0, 3.0 and one of the 4.x releases in turn.
    pub fn mix() -> impl Iterator<Item = &'static Personality> {
        let newest = ["4.0", "4.1", "4.2", "4.3"];
        newest
            .into_iter()
            .flat_map(|newest| ["1.5", "2.0", "3.0", newest])
            .filter_map(Personality::by_name)
            .collect::<Vec<_>>()
            .into_iter()
            .cycle()
    }
}

const FACTORY_NAMES: [&str; 3] = ["cdrom", "localdisk", "network"];
/// What the upgrade from 1.x to 2.0 leaves behind: devices with names nobody chose.
const MIGRATED_NAMES: [&str; 3] = ["MigratedVMEDIA0", "MigratedHDD1", "MigratedPXE2"];

const BASE: Personality = Personality {
    id: "",
    firmware: "",
    release: Release::new(1, 4, 2, 'b'),
    model: "",
    bios: "",
    xml_api: true,
    tells_version: true,
    parse_error_code: "ERR-xml-parse-error",
    boot: BootDialect::Legacy,
    boot_names: FACTORY_NAMES,
    tree_replaces: false,
    keep_alive: false,
    nul_padding: false,
    fixed_boot_mode: false,
};

static PERSONALITIES: &[Personality] = &[
    Personality {
        id: "1.3",
        firmware: "1.3(3)",
        release: Release::new(1, 3, 3, ' '),
        model: "R210-2121605W",
        bios: "C200.1.3.3.0",
        xml_api: false,
        ..BASE
    },
    Personality {
        id: "1.4",
        firmware: "1.4(3c)",
        release: Release::new(1, 4, 3, 'c'),
        model: "UCSC-C220-M3S",
        bios: "C220M3.1.4.3c.0",
        nul_padding: true,
        ..BASE
    },
    // The same generation on a C210 M2, whose model name the vendor's SDK takes for no server of
    // its own, and with a version text that the SDK can't parse.
    Personality {
        id: "1.4-m2",
        firmware: "1.4(3z09)",
        release: Release::new(1, 4, 3, 'z'),
        model: "R210-2121605W",
        bios: "C200.1.4.3z.0",
        ..BASE
    },
    Personality {
        id: "1.5a",
        firmware: "1.5(1b)",
        release: Release::new(1, 5, 1, 'b'),
        model: "UCSC-C220-M3S",
        bios: "C220M3.1.5.1b.0",
        tells_version: false,
        nul_padding: true,
        ..BASE
    },
    Personality {
        id: "1.5",
        firmware: "1.5(4)",
        release: Release::new(1, 5, 4, ' '),
        model: "UCSC-C240-M3S",
        bios: "C240M3.1.5.4.0",
        ..BASE
    },
    Personality {
        id: "2.0",
        firmware: "2.0(13e)",
        release: Release::new(2, 0, 13, 'e'),
        model: "UCSC-C220-M4S",
        bios: "C220M4.2.0.13e.0",
        boot: BootDialect::Precision,
        boot_names: MIGRATED_NAMES,
        ..BASE
    },
    Personality {
        id: "3.0",
        firmware: "3.0(4a)",
        release: Release::new(3, 0, 4, 'a'),
        model: "UCSC-C240-M4S",
        bios: "C240M4.3.0.4a.0",
        boot: BootDialect::Precision,
        keep_alive: true,
        ..BASE
    },
    Personality {
        id: "4.0",
        firmware: "4.0(2f)",
        release: Release::new(4, 0, 2, 'f'),
        model: "UCSC-C220-M5SX",
        bios: "C220M5.4.0.2f.0",
        ..FOUR
    },
    Personality {
        id: "4.1",
        firmware: "4.1(3i)",
        release: Release::new(4, 1, 3, 'i'),
        model: "UCSC-C220-M5SX",
        bios: "C220M5.4.1.3i.0",
        ..FOUR
    },
    Personality {
        id: "4.2",
        firmware: "4.2(2a)",
        release: Release::new(4, 2, 2, 'a'),
        model: "UCSC-C220-M6S",
        bios: "C220M6.4.2.2a.0",
        ..FOUR
    },
    Personality {
        id: "4.3",
        firmware: "4.3(2.230270)",
        release: Release::new(4, 3, 2, ' '),
        model: "UCSC-C220-M7S",
        bios: "C220M7.4.3.2a.0",
        ..FOUR
    },
    Personality {
        id: "4.3-m8",
        firmware: "4.3(5.250001)",
        release: Release::new(4, 3, 5, ' '),
        model: "UCSC-C225-M8S",
        bios: "C225M8.4.3.5a.0",
        fixed_boot_mode: true,
        ..FOUR
    },
];

const FOUR: Personality = Personality {
    parse_error_code: "594",
    boot: BootDialect::Precision,
    tree_replaces: true,
    keep_alive: true,
    ..BASE
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personality_is_found_by_short_name_and_by_version() {
        for name in Personality::names() {
            let by_id = Personality::by_name(name).unwrap();
            assert_eq!(Personality::by_name(by_id.firmware()), Some(by_id));
        }
        assert_eq!(Personality::by_name("9.9"), None);
    }

    #[test]
    fn the_mix_has_every_generation_and_never_ends() {
        let mixed: Vec<_> = Personality::mix().take(20).map(|p| p.id).collect();
        assert_eq!(mixed[..4], ["1.5", "2.0", "3.0", "4.0"]);
        assert_eq!(mixed[15], "4.3");
        assert_eq!(mixed[16], "1.5");
    }
}
