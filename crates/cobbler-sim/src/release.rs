//! What differs between Cobbler releases, as data. One release so far: 3.3.10.

use crate::value::{Struct, Value};
use std::sync::OnceLock;

/// A Cobbler release that can be simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Release {
    /// 3.3.10, the last of the 3.3 line; recorded from a running daemon.
    #[default]
    V3_3_10,
}

/// The data of a release: what it says of itself, and what its empty records hold.
#[derive(Debug)]
pub(crate) struct ReleaseData {
    pub(crate) version: &'static str,
    pub(crate) version_tuple: [i64; 3],
    /// `version()`: 3 + 0.1 * 3 + 0.001 * 10.
    pub(crate) version_double: f64,
    pub(crate) settings: Struct,
    pub(crate) distro: Struct,
    pub(crate) profile: Struct,
    pub(crate) system: Struct,
    pub(crate) interface: Struct,
}

impl Release {
    /// The release that `version` names, for example `3.3.10`.
    pub fn from_version(version: &str) -> Option<Self> {
        (version == "3.3.10").then_some(Self::V3_3_10)
    }

    pub(crate) fn data(self) -> &'static ReleaseData {
        static V3_3_10: OnceLock<ReleaseData> = OnceLock::new();
        match self {
            Self::V3_3_10 => V3_3_10.get_or_init(|| ReleaseData {
                version: "3.3.10",
                version_tuple: [3, 3, 10],
                version_double: 3.31,
                settings: fixture(include_str!("../fixtures/3.3.10/settings.json")),
                distro: fixture(include_str!("../fixtures/3.3.10/distro.json")),
                profile: fixture(include_str!("../fixtures/3.3.10/profile.json")),
                system: fixture(include_str!("../fixtures/3.3.10/system.json")),
                interface: fixture(include_str!("../fixtures/3.3.10/interface.json")),
            }),
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
        let data = Release::V3_3_10.data();
        for (record, key) in [
            (&data.settings, "pxe_just_once"),
            (&data.distro, "breed"),
            (&data.profile, "distro"),
            (&data.system, "netboot_enabled"),
            (&data.interface, "mac_address"),
        ] {
            assert!(record.get(key).is_some(), "{key}");
        }
    }
}
