//! What each firmware release can do, as a table.
//!
//! The first releases are the minimum versions in the metadata of the vendor's SDK (imcsdk
//! 0.9.17, `ImcSdk` 0.7.2), whose records begin at 1.5(1f). The table only chooses what is tried
//! first: every use also stands the controller saying otherwise.

use crate::version::{FirmwareVersion, Minimum};

/// Something that came with a certain release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// The XML API itself.
    XmlApi,
    /// The classes that carry the host's MAC addresses.
    HostNics,
    /// Boot order as a list of named devices (`lsbootDevPrecision`).
    PrecisionBoot,
    /// One boot from another device (`oneTimePrecisionBootDevice`).
    OneTimeBoot,
    /// Setting Legacy or UEFI (`lsbootDevPrecision.configuredBootMode`).
    BootMode,
    /// Entering the BIOS set-up at the next boot (`biosUnit.adminAction`).
    BiosSetup,
    /// A Redfish service (`commRedfish`).
    Redfish,
}

/// Whether a release has a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// The release has it.
    Yes,
    /// The release is too old.
    No,
    /// The release is not known: ask the controller.
    Unknown,
}

/// Feature and first release that has it.
const FIRST_RELEASE: &[(Feature, Minimum)] = &[
    (Feature::XmlApi, (1, 4, 0, "")),
    (Feature::HostNics, (1, 5, 0, "")),
    (Feature::PrecisionBoot, (2, 0, 1, "a")),
    (Feature::OneTimeBoot, (3, 0, 1, "c")),
    (Feature::BootMode, (2, 0, 1, "a")),
    (Feature::BiosSetup, (2, 0, 2, "c")),
    (Feature::Redfish, (3, 0, 1, "c")),
];

/// The dialect of one controller: its firmware, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    firmware: Option<FirmwareVersion>,
}

impl Dialect {
    /// The dialect of a firmware; `None` when the controller did not tell its version.
    pub fn new(firmware: Option<FirmwareVersion>) -> Self {
        Self { firmware }
    }

    /// The firmware it was made from.
    pub fn firmware(&self) -> Option<&FirmwareVersion> {
        self.firmware.as_ref()
    }

    /// Whether this firmware has a feature.
    pub fn support(&self, feature: Feature) -> Support {
        let Some(firmware) = &self.firmware else {
            return Support::Unknown;
        };
        match FIRST_RELEASE.iter().find(|(known, _)| *known == feature) {
            // `2.0` alone, without its patch, is taken as any release of 2.0.
            Some((_, (major, minor, maintenance, letters))) => {
                let (maintenance, letters) = match firmware.has_patch() {
                    true => (*maintenance, *letters),
                    false => (0, ""),
                };
                match firmware.at_least((*major, *minor, maintenance, letters)) {
                    true => Support::Yes,
                    false => Support::No,
                }
            }
            None => Support::Unknown,
        }
    }

    /// Whether it is worth asking for a feature: it is there, or the release is not known.
    pub(crate) fn may_have(&self, feature: Feature) -> bool {
        self.support(feature) != Support::No
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Feature, Support};
    use crate::version::FirmwareVersion;

    /// Firmware, then XML API, host NICs, precision boot order, one-time boot.
    const RELEASES: &[(&str, [bool; 4])] = &[
        ("1.3(3)", [false, false, false, false]),
        ("1.4(2b)", [true, false, false, false]),
        ("1.4(3z09)", [true, false, false, false]),
        ("1.5(1b)", [true, true, false, false]),
        ("1.5(4)", [true, true, false, false]),
        ("2.0(1a)", [true, true, true, false]),
        ("2.0(13e)", [true, true, true, false]),
        ("2.0", [true, true, true, false]),
        ("3.0(1b)", [true, true, true, false]),
        ("3.0(1c)", [true, true, true, true]),
        ("3.0", [true, true, true, true]),
        ("4.0(2f)", [true, true, true, true]),
        ("4.1(3i)", [true, true, true, true]),
        ("4.2(1.2021052301)", [true, true, true, true]),
        ("4.3(5.250001)", [true, true, true, true]),
    ];

    const FEATURES: [Feature; 4] = [
        Feature::XmlApi,
        Feature::HostNics,
        Feature::PrecisionBoot,
        Feature::OneTimeBoot,
    ];

    #[test]
    fn every_release_has_what_the_vendor_says() {
        for (text, expected) in RELEASES {
            let dialect = Dialect::new(FirmwareVersion::parse(text));
            let found = FEATURES.map(|feature| dialect.support(feature) == Support::Yes);
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn without_a_version_everything_is_to_be_asked() {
        let dialect = Dialect::new(None);
        for feature in FEATURES {
            assert_eq!(dialect.support(feature), Support::Unknown);
            assert!(dialect.may_have(feature));
        }
    }
}
