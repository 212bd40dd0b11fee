//! Fields of nodes and ports, and arguments of lists.

use ferric::api::version::arguments::{self, Argument};
use ferric::api::version::fields::{self, Field};
use ferric::api::version::resources;
use serde_json::Value;

use crate::cells::{code, minor};
use crate::page::table;

/// What is less than in Ironic.
#[rustfmt::skip]
const NODE_NOTES: &[(&str, &str)] = &[
    ("automated_clean", "stored; there are no cleaning steps yet"),
    ("boot_mode", "as last read or set; what POST says is not kept"),
    ("conductor_group", "stored; every conductor works on every node"),
    ("console_enabled", "only `fake-hardware` has a console"),
    ("disable_power_off", "refuses power off to clients, and an installation, which begins with it"),
    ("lessee", "stored; without authentication it gives no rights"),
    ("network_data", "stored, not given to the installer"),
    ("owner", "stored; without authentication it gives no rights"),
    ("raid_config", "always empty"),
    ("secure_boot", "null with `cisco-ucs-standalone`: taken and not kept"),
    ("service_step", "always empty"),
    ("target_raid_config", "kept, and built by nobody"),
    ("traits", "allocations and runbooks go by them; deploys don't"),
];

const PORT_NOTES: &[(&str, &str)] = &[("internal_info", "always empty")];

/// The fields of a node.
pub(crate) fn nodes() -> String {
    fields_of(
        fields::NODE,
        NODE_NOTES,
        fields::NODE_PATCHABLE,
        fields::NODE_DEFAULT,
        include_str!("../../src/api/schemas/node.json"),
    )
}

/// The fields of a port.
pub(crate) fn ports() -> String {
    fields_of(
        fields::PORT,
        PORT_NOTES,
        fields::PORT_PATCHABLE,
        fields::PORT_DEFAULT,
        include_str!("../../src/api/schemas/port.json"),
    )
}

/// The fields of the other resources, a row a kind.
pub(crate) fn others() -> String {
    let rows = resources::ALL.map(|kind| {
        let names = kind.fields.iter().map(|field| {
            let listed = kind.listed.is_empty() || kind.listed.contains(&field.name);
            let name = match listed && field.name != "links" {
                true => format!("**{}**", code(field.name)),
                false => code(field.name),
            };
            match field.since {
                1 => name,
                since => format!("{name} ({})", minor(since)),
            }
        });
        let patched = kind.patchable.iter().filter(|name| **name != "uuid");
        let patched = patched.filter(|name| fields::find(kind.fields, name).is_some());
        [
            code(&format!("/v1/{}", kind.path)),
            minor(kind.since),
            names.collect::<Vec<_>>().join(", "),
            patched
                .map(|name| code(name))
                .collect::<Vec<_>>()
                .join(", "),
        ]
    });
    table(["resource", "since", "fields", "PATCH takes"], &rows)
}

fn fields_of(
    all: &[Field],
    notes: &[(&str, &str)],
    patchable: &[&str],
    listed: &[&str],
    schema: &str,
) -> String {
    let schema: Value = serde_json::from_str(schema).unwrap();
    for (name, _) in notes {
        assert!(all.iter().any(|field| field.name == *name), "{name}");
    }
    let rows: Vec<[String; 5]> = all
        .iter()
        .map(|field| {
            let created = schema["properties"].get(field.name).is_some();
            let patched = patchable.contains(&field.name);
            let written = [(created, "POST"), (patched, "PATCH")];
            let written: Vec<&str> = written.iter().filter(|(is, _)| *is).map(|w| w.1).collect();
            let note = notes.iter().find(|(name, _)| *name == field.name);
            [
                code(field.name),
                minor(field.since),
                written.join(", "),
                match listed.contains(&field.name) {
                    true => "yes".to_owned(),
                    false => String::new(),
                },
                note.map(|(_, note)| (*note).to_owned()).unwrap_or_default(),
            ]
        })
        .collect();
    table(
        [
            "field",
            "since",
            "written by",
            "in short lists",
            "less than in Ironic",
        ],
        &rows,
    )
}

/// The arguments of each list.
pub(crate) fn arguments() -> String {
    let lists = [
        ("nodes", arguments::NODES),
        ("ports", arguments::PORTS),
        ("conductors", arguments::CONDUCTORS),
        ("drivers", arguments::DRIVERS),
        ("a node's history", arguments::HISTORY),
        ("a node's firmware", arguments::FIRMWARE),
    ];
    let others = resources::ALL.map(|kind| (kind.path, kind.arguments));
    let rows: Vec<[String; 2]> = lists
        .into_iter()
        .chain(others)
        .map(|(list, arguments)| {
            let names: Vec<String> = arguments.iter().map(argument).collect();
            [list.to_owned(), names.join(", ")]
        })
        .collect();
    table(["list", "arguments"], &rows)
}

fn argument(argument: &Argument) -> String {
    let since = match argument.name {
        "fields" => argument.since.max(arguments::FIELDS),
        "detail" if argument.since == 1 => arguments::DETAIL,
        _ => argument.since,
    };
    match since {
        1 => code(argument.name),
        since => format!("{} ({})", code(argument.name), minor(since)),
    }
}
