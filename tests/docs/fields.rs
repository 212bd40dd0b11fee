//! Fields of nodes and ports, and arguments of lists.

use ferric::api::version::arguments::{self, Argument};
use ferric::api::version::fields::{self, Field};
use serde_json::Value;

use crate::cells::{code, minor};
use crate::page::table;

/// What is less than in Ironic.
#[rustfmt::skip]
const NODE_NOTES: &[(&str, &str)] = &[
    ("automated_clean", "stored; there are no cleaning steps yet"),
    ("allocation_uuid", "always null"),
    ("boot_mode", "always null: taken and not kept"),
    ("chassis_uuid", "any UUID is stored: there are no chassis"),
    ("conductor_group", "stored; every conductor works on every node"),
    ("console_enabled", "as created; no console is ever on"),
    ("disable_power_off", "refuses power off to clients, and an installation, which begins with it"),
    ("fault", "always null: nothing watches the power"),
    ("health", "always null"),
    ("inspection_finished_at", "always null"),
    ("inspection_started_at", "always null"),
    ("lessee", "stored; without authentication it gives no rights"),
    ("network_data", "stored, not given to the installer"),
    ("owner", "stored; without authentication it gives no rights"),
    ("portgroups", "the list is always empty"),
    ("power_state", "as last seen by a step or an action; there is no periodic look"),
    ("raid_config", "always empty"),
    ("secure_boot", "always null: taken and not kept"),
    ("service_step", "always empty"),
    ("target_raid_config", "always empty"),
    ("traits", "stored; nothing chooses by them"),
    ("volume", "the lists are always empty"),
];

const PORT_NOTES: &[(&str, &str)] = &[
    ("internal_info", "always empty"),
    ("portgroup_uuid", "always null"),
];

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
        (
            "portgroups, volume connectors and targets",
            arguments::EMPTY_LISTS,
        ),
        ("conductors", arguments::CONDUCTORS),
        ("drivers", arguments::DRIVERS),
        ("a node's history", arguments::HISTORY),
    ];
    let rows = lists.map(|(list, arguments)| {
        let names: Vec<String> = arguments.iter().map(argument).collect();
        [list.to_owned(), names.join(", ")]
    });
    table(["list", "arguments"], &rows)
}

fn argument(argument: &Argument) -> String {
    let since = match argument.name {
        "fields" => argument.since.max(arguments::FIELDS),
        "detail" => argument.since.max(arguments::DETAIL),
        _ => argument.since,
    };
    match since {
        1 => code(argument.name),
        since => format!("{} ({})", code(argument.name), minor(since)),
    }
}
