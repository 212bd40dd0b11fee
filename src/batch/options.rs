//! The keys that only say how a server is installed, in the words of `instance_info`.

use serde_json::{Map, Value as Json, json};

use super::check::Check;
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
        ("repos", texts("repos", repo)),
        ("proxy", text("proxy", proxy)),
        ("time_zone", text("time_zone", time_zone)),
        (
            "partitioning",
            section
                .word("partitioning", &["lvm", "plain"])
                .map(Json::from),
        ),
        ("disks", texts("disks", disk)),
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
        .filter_map(|at| checked(&bond, at, interface))
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

/// A URL in which nothing is for a template, a shell or YAML to read, and no password, since
/// Cobbler shows the file to anybody.
fn url(text: &str, schemes: &[&str]) -> bool {
    let has_host = |scheme: &&str| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    };
    schemes.iter().any(has_host)
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ":/._~%+=,?-[]".contains(c))
}

/// A package source: a URL, for Debian and Ubuntu with suite and components.
fn repo(text: &str) -> Result<(), String> {
    let mut words = text.split(' ');
    let is_url = url(
        words.next().unwrap_or_default(),
        &["http://", "https://", "ftp://"],
    );
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
    };
    if is_url && words.all(is_word) {
        Ok(())
    } else {
        Err(
            "is no URL without user and password, and no such URL with suite and components"
                .to_owned(),
        )
    }
}

/// A proxy.
fn proxy(text: &str) -> Result<(), String> {
    if url(text, &["http://", "https://"]) {
        Ok(())
    } else {
        Err("is no http or https URL without user and password".to_owned())
    }
}

/// A name of the time zone database.
fn time_zone(text: &str) -> Result<(), String> {
    let is_good = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
    };
    if text.split('/').all(is_good) {
        Ok(())
    } else {
        Err(format!("{text:?} is no time zone, as in Europe/Berlin"))
    }
}

/// A disk, with or without `/dev/`.
fn disk(text: &str) -> Result<(), String> {
    let name = text.strip_prefix("/dev/").unwrap_or(text);
    let is_good = !name.is_empty()
        && !name.starts_with(['-', '/'])
        && !name.split('/').any(|part| part == "..")
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.:/+".contains(c));
    if is_good {
        Ok(())
    } else {
        Err(format!("{text:?} is no disk, as in sda"))
    }
}

/// A network interface; Linux's limit is 15 bytes (`IFNAMSIZ`).
fn interface(text: &str) -> Result<(), String> {
    let is_good = (1..=15).contains(&text.len())
        && !text.starts_with('-')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if is_good {
        Ok(())
    } else {
        Err(format!("{text:?} is no network interface, as in eno1"))
    }
}
