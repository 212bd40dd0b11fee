//! The releases, and what differs between them as data. What differs as behaviour stands where it
//! happens, as a comparison with the release that changed it.

use crate::value::{Struct, Value};
use std::fmt;
use std::sync::OnceLock;

/// A Cobbler release that can be simulated, in the order of their appearance. Each was recorded
/// from a running daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Release {
    /// 2.8.5, the last of the 2.x line: other names of fields and methods, absolute template paths.
    V2_8_5,
    /// 3.1.2.
    V3_1_2,
    /// 3.2.3, the last of the 3.2 line.
    V3_2_3,
    /// 3.3.0, where `modify_interface` is missing.
    V3_3_0,
    /// 3.3.10, the last of the 3.3 line.
    #[default]
    V3_3_10,
}

/// What a release says of itself, and what its empty records hold.
#[derive(Debug)]
pub(crate) struct ReleaseData {
    pub(crate) release: Release,
    /// `version()`: 3 + 0.1 * 3 + 0.001 * 10, in Python's floating point.
    pub(crate) version_double: f64,
    pub(crate) settings: Struct,
    pub(crate) distro: Struct,
    pub(crate) profile: Struct,
    /// A profile made by `new_subprofile`.
    pub(crate) subprofile: Struct,
    pub(crate) system: Struct,
    pub(crate) interface: Struct,
}

macro_rules! read {
    ($release:expr, $version:literal, $double:expr) => {
        ReleaseData {
            release: $release,
            version_double: $double,
            settings: read!($version, "settings"),
            distro: read!($version, "distro"),
            profile: read!($version, "profile"),
            subprofile: read!($version, "subprofile"),
            system: read!($version, "system"),
            interface: read!($version, "interface"),
        }
    };
    ($version:literal, $record:literal) => {
        fixture(include_str!(concat!(
            "../fixtures/",
            $version,
            "/",
            $record,
            ".json"
        )))
    };
}

impl Release {
    /// All of them, the oldest first.
    pub const ALL: [Self; 5] = [
        Self::V2_8_5,
        Self::V3_1_2,
        Self::V3_2_3,
        Self::V3_3_0,
        Self::V3_3_10,
    ];

    /// As people write it, for example `3.3.10`.
    pub fn version(self) -> &'static str {
        match self {
            Self::V2_8_5 => "2.8.5",
            Self::V3_1_2 => "3.1.2",
            Self::V3_2_3 => "3.2.3",
            Self::V3_3_0 => "3.3.0",
            Self::V3_3_10 => "3.3.10",
        }
    }

    /// The release that `version` names, for example `3.3.10`.
    pub fn from_version(version: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|release| release.version() == version)
    }

    pub(crate) fn data(self) -> &'static ReleaseData {
        static DATA: [OnceLock<ReleaseData>; Release::ALL.len()] =
            [const { OnceLock::new() }; Release::ALL.len()];
        DATA[self as usize].get_or_init(|| match self {
            Self::V2_8_5 => read!(self, "2.8.5", 2.804_999_999_999_999_7),
            Self::V3_1_2 => read!(self, "3.1.2", 3.102),
            Self::V3_2_3 => read!(self, "3.2.3", 3.203_000_000_000_000_3),
            Self::V3_3_0 => read!(self, "3.3.0", 3.3),
            Self::V3_3_10 => read!(self, "3.3.10", 3.31),
        })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version())
    }
}

impl ReleaseData {
    /// The field with an object's template.
    pub(crate) fn template_field(&self) -> &'static str {
        if self.release < Release::V3_1_2 {
            "kickstart"
        } else {
            "autoinstall"
        }
    }

    /// The field with an object's template variables.
    pub(crate) fn meta_field(&self) -> &'static str {
        if self.release < Release::V3_1_2 {
            "ks_meta"
        } else {
            "autoinstall_meta"
        }
    }

    /// Where the template files are.
    pub(crate) fn template_dir(&self) -> &'static str {
        if self.release < Release::V3_1_2 {
            "/var/lib/cobbler/kickstarts"
        } else {
            "/var/lib/cobbler/templates"
        }
    }
}

/// A fixture is compiled in; the unit test below reads them all, so the empty record that stands
/// for a broken one is never seen.
fn fixture(json: &str) -> Struct {
    match serde_json::from_str(json) {
        Ok(Value::Struct(members)) => members,
        _ => Struct::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fixture_is_a_record() {
        for release in Release::ALL {
            let data = release.data();
            for (record, key) in [
                (&data.settings, "pxe_just_once"),
                (&data.distro, "breed"),
                (&data.profile, "distro"),
                (&data.profile, data.template_field()),
                (&data.subprofile, "parent"),
                (&data.system, "netboot_enabled"),
                (&data.system, data.meta_field()),
                (&data.interface, "mac_address"),
            ] {
                assert!(record.get(key).is_some(), "{release} {key}");
            }
        }
    }

    #[test]
    fn a_release_is_found_by_what_people_write() {
        for release in Release::ALL {
            assert_eq!(Release::from_version(release.version()), Some(release));
        }
        assert_eq!(Release::from_version("4.0.0"), None);
    }
}
