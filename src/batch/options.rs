//! The keys that only say how a server is installed, in the words of `instance_info`.

use serde_json::{Map, Value as Json, json};

use super::check::{self, Check};
use super::files::Files;
use super::section::{At, Section};
use super::tree::Value;

/// The keys.
pub(super) const KEYS: &[&str] = &[
    "repos",
    "proxy",
    "time_zone",
    "partitioning",
    "disks",
    "bond",
    "vlan",
    "autoinstall",
];

/// Those that fill in our own templates, and say nothing to a profile that is there already.
pub(super) const OF_OUR_TEMPLATES: &[&str] = &[
    "repos",
    "proxy",
    "time_zone",
    "partitioning",
    "disks",
    "bond",
    "vlan",
];

/// The modes of Linux's bonding driver (its `bonding.rst`).
const MODES: &[&str] = &[
    "active-backup",
    "802.3ad",
    "balance-rr",
    "balance-xor",
    "broadcast",
    "balance-tlb",
    "balance-alb",
];

/// Reads them from a section; what is wrong is reported.
pub(super) fn read(section: &Section<'_>, files: &Files<'_>) -> Map<String, Json> {
    let text = |key: &str, check: Check| {
        section
            .text(key)
            .and_then(|at| checked(section, &at, check))
            .map(Json::from)
    };
    let texts = |key: &str, check: Check| {
        let all = section.texts(key)?;
        let good: Vec<String> = all
            .iter()
            .filter_map(|at| checked(section, at, check))
            .collect();
        Some(json!(good))
    };
    [
        ("repos", texts("repos", check::repo)),
        ("proxy", text("proxy", check::proxy)),
        ("time_zone", text("time_zone", check::time_zone)),
        (
            "partitioning",
            section
                .word("partitioning", &["lvm", "plain"])
                .map(Json::from),
        ),
        ("disks", texts("disks", check::disk)),
        ("bond", bond(section)),
        ("vlan", vlan(section)),
        (
            "autoinstall",
            section
                .text("autoinstall")
                .and_then(|at| files.read(at.value, &at.place))
                .map(Json::from),
        ),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key.to_owned(), value?)))
    .collect()
}

fn checked(section: &Section<'_>, at: &At<&str>, check: Check) -> Option<String> {
    if let Err(what) = check(at.value) {
        section.problem(&at.place, what, "correct it");
        return None;
    }
    Some(at.value.to_owned())
}

fn bond(section: &Section<'_>) -> Option<Json> {
    let bond = section.section("bond", &[&["interfaces", "mode"]])?;
    let interfaces: Vec<String> = bond
        .texts("interfaces")
        .unwrap_or_default()
        .iter()
        .filter_map(|at| checked(&bond, at, check::interface))
        .collect();
    if interfaces.is_empty() && bond.get("interfaces").is_none() {
        bond.problem(
            &bond.place,
            "has no interfaces",
            "write interfaces: [eno1, eno2]",
        );
    }
    let mut value = json!({"interfaces": interfaces});
    if let Some(mode) = bond.word("mode", MODES) {
        value["mode"] = mode.into();
    }
    Some(value)
}

fn vlan(section: &Section<'_>) -> Option<Json> {
    let At { value, place } = section.get("vlan")?;
    match value.value {
        Value::Integer(number) if (1..=4094).contains(&number) => Some(number.into()),
        _ => {
            section.problem(&place, "is no VLAN", "write a number from 1 to 4094");
            None
        }
    }
}
