//! What stands in paths, queries and headers.

use serde_json::{Value, json};

use super::operations::Operation;
use super::resources::component;
use super::shape::Shape::{self, Flag, Number, Provision, Text, Texts, Uuid, Word};
use crate::api::conductors;
use crate::api::version::arguments::{self, Argument};
use crate::api::version::fields::{self, Field};
use crate::api::version::resources::{ALL, Table};
use crate::api::version::{COMMON_HEADER, HEADER, MAX_HEADER, MIN_HEADER};

/// The arguments of queries.
#[rustfmt::skip]
const ARGUMENTS: &[(&str, Shape, &str)] = &[
    ("limit", Number, "The most that a page holds: 1 to 1000."),
    ("marker", Text, "The UUID (of conductors: the name) of the last one of the page before."),
    ("sort_key", Text, "The field to sort by."),
    ("sort_dir", Word(&["asc", "desc"]), "The direction to sort in."),
    ("fields", Texts, "The fields to show, with commas between."),
    ("detail", Flag, "Whether to show all fields."),
    ("chassis_uuid", Uuid, "Of this chassis."),
    ("instance_uuid", Uuid, "With this instance."),
    ("associated", Flag, "With or without an instance."),
    ("maintenance", Flag, "In maintenance or not."),
    ("provision_state", Provision, "In this state."),
    ("driver", Text, "Of this hardware type."),
    ("resource_class", Text, "Of this resource class."),
    ("fault", Word(&["power failure", "clean failure", "rescue abort failure", "service failure"]), "With this fault."),
    ("conductor_group", Text, "Of this conductor group."),
    ("conductor_groups", Texts, "Of nodes of one of these conductor groups."),
    ("conductor", Text, "Looked after by this conductor."),
    ("owner", Text, "Owned by this project."),
    ("lessee", Text, "Leased by this project."),
    ("project", Text, "Owned or leased by this project."),
    ("description_contains", Text, "With this text in the description."),
    ("retired", Flag, "Retired or not."),
    ("shard", Texts, "In one of these shards."),
    ("sharded", Flag, "In any shard or in none."),
    ("include_children", Flag, "Whether nodes that are parts of others are among them."),
    ("parent_node", Uuid, "Parts of this node."),
    ("instance_name", Text, "With an instance of this name."),
    ("node", Text, "Of this node, by UUID or name."),
    ("node_uuid", Text, "The same under an older name."),
    ("address", Text, "With this MAC address."),
    ("addresses", Text, "MAC addresses of the ramdisk, with commas between."),
    ("portgroup", Text, "Of this portgroup, by UUID or name."),
    ("state", Text, "In this state."),
    ("phase", Text, "Of this phase."),
    ("type", Word(&["classic", "dynamic"]), "Of this type; all hardware types are `dynamic`."),
    ("method", Text, "The vendor's method."),
    ("device_types", Texts, "What to detach, with commas between: `disk`, `cdrom`, `floppy`; all unless told."),
    ("reset_interfaces", Flag, "Whether the interfaces become the defaults of the new hardware type."),
    ("version", Text, "The version that the document is to describe, as `1.80`."),
];

/// The variables of paths.
#[rustfmt::skip]
const VARIABLES: &[(&str, &str)] = &[
    ("node", "The node's UUID, or its name since 1.5."),
    ("port", "The port's UUID, or its name since 1.88."),
    ("portgroup", "The portgroup's UUID or name."),
    ("chassis", "The chassis' UUID."),
    ("allocation", "The allocation's UUID or name."),
    ("template", "The template's UUID or name."),
    ("runbook", "The runbook's UUID or name."),
    ("rule", "The rule's UUID."),
    ("connector", "The connector's UUID."),
    ("target", "The target's UUID."),
    ("driver", "The hardware type."),
    ("hostname", "The conductor's name."),
    ("shard", "The shard."),
    ("trait", "The trait."),
    ("vif", "The virtual interface's identifier."),
    ("indicator", "The indicator's name, as `led@chassis`."),
    ("setting", "The setting's name."),
    ("event", "The event."),
    ("method", "The vendor's method."),
    ("name", "The name in the configuration."),
    ("token", "The install's one-time token."),
];

/// The parameters of an operation.
pub(super) fn of(operation: &Operation, minor: u16) -> Vec<Value> {
    let mut all: Vec<Value> = operation.variables().map(variable).collect();
    let taken = operation
        .query
        .iter()
        .filter(|argument| since(argument) <= minor && !operation.without.contains(&argument.name));
    all.extend(taken.map(|argument| query(operation, argument, minor)));
    if operation.is_ironics() {
        all.push(json!({"$ref": "#/components/parameters/version"}));
    }
    all
}

/// The header that asks for the version.
pub(super) fn version(minor: u16) -> Value {
    json!({
        "name": HEADER,
        "in": "header",
        "description": format!(
            "The version: this document is of 1.{minor}. Without it the oldest is spoken; `latest` is the \
             newest. `{COMMON_HEADER}: baremetal 1.N` says the same and counts more."
        ),
        "schema": {"type": "string", "enum": [format!("1.{minor}")]},
    })
}

/// The headers of answers, by the names that they are referred to.
pub(super) fn headers() -> Value {
    let version = |says: &str, required: bool| {
        json!({
            "description": says,
            "required": required,
            "schema": {"type": "string", "pattern": "^1\\.[0-9]+$"},
        })
    };
    json!({
        "version": version("The version that was agreed on.", true),
        "minimum": version("The oldest version.", true),
        "maximum": version("The newest version.", true),
        "request": {
            "description": "What the log calls the request.",
            "required": true,
            "schema": {"type": "string", "pattern": "^req-"},
        },
        "location": {
            "description": "Where what was made, or the outcome, is.",
            "required": true,
            "schema": {"type": "string"},
        },
    })
}

fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// The headers that every answer has.
pub(super) fn headers_of_refusals() -> Value {
    json!({"openstack-request-id": header("request")})
}

/// The headers of an operation's success.
pub(super) fn headers_of(operation: &Operation) -> Value {
    let mut headers = headers_of_refusals();
    if operation.is_ironics() {
        headers[HEADER] = header("version");
        headers[MIN_HEADER] = header("minimum");
        headers[MAX_HEADER] = header("maximum");
    }
    if operation.location {
        headers["location"] = header("location");
    }
    headers
}

fn variable(name: &str) -> Value {
    let says = VARIABLES
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, says)| says);
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": says,
        "schema": {"type": "string", "minLength": 1},
    })
}

/// The version of an argument; lists share the versions of two.
pub(super) fn since(argument: &Argument) -> u16 {
    match argument.name {
        "fields" => argument.since.max(arguments::FIELDS),
        "detail" if argument.since == 1 => arguments::DETAIL,
        _ => argument.since,
    }
}

fn query(operation: &Operation, argument: &Argument, minor: u16) -> Value {
    let said = ARGUMENTS.iter().find(|(name, ..)| *name == argument.name);
    let (_, shape, says) = said.copied().unwrap_or((argument.name, Text, ""));
    let mut schema = shape.schema();
    let selectable = selectable(operation, minor);
    match argument.name {
        "limit" => schema["minimum"] = 1.into(),
        "fields" if !selectable.is_empty() => schema["items"]["enum"] = selectable.into(),
        "sort_key" => {
            if let Some(table) = table(operation) {
                schema["enum"] = sortable(table, minor).into();
            }
        }
        _ => {}
    }
    let mut parameter = json!({
        "name": argument.name,
        "in": "query",
        "required": operation.required.contains(&argument.name),
        "description": says,
        "schema": schema,
    });
    if matches!(shape, Texts) {
        parameter["style"] = "form".into();
        parameter["explode"] = false.into();
    }
    if since(argument) > 1 {
        parameter["x-since"] = format!("1.{}", since(argument)).into();
    }
    parameter
}

/// The component of what is listed or shown.
fn shown(operation: &Operation) -> &str {
    let component = operation
        .success
        .as_ref()
        .and_then(|(_, component)| component.as_deref());
    component.unwrap_or_default().trim_start_matches("SomeOf")
}

fn table(operation: &Operation) -> Option<&'static Table> {
    let shown = shown(operation)
        .trim_end_matches("InDetail")
        .trim_end_matches("List");
    ALL.into_iter().find(|table| component(table) == shown)
}

/// What `fields` may name.
fn selectable(operation: &Operation, minor: u16) -> Vec<&'static str> {
    let of = |fields: &'static [Field]| {
        let there = fields
            .iter()
            .filter(|field| field.selectable && field.since <= minor);
        there.map(|field| field.name).collect()
    };
    match (shown(operation), table(operation)) {
        ("Node" | "Nodes", _) => of(fields::NODE),
        ("Port" | "Ports", _) => of(fields::PORT),
        ("Conductor" | "Conductors", _) => conductors::FIELDS.to_vec(),
        (_, Some(table)) => of(table.fields),
        _ => Vec::new(),
    }
}

fn sortable(table: &Table, minor: u16) -> Vec<&'static str> {
    let links = ["links", "nodes", "ports"];
    let there = table.fields.iter().filter(|field| {
        field.since <= minor
            && !links.contains(&field.name)
            && !table.unsortable.contains(&field.name)
    });
    let names = there.map(|field| field.name);
    std::iter::once("id").chain(names).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::openapi::operations;

    #[test]
    fn every_argument_and_variable_has_a_meaning() {
        for operation in operations::all() {
            for argument in operation.query {
                let said = ARGUMENTS.iter().any(|(name, ..)| *name == argument.name);
                assert!(said, "{} in src/api/openapi/parameters.rs", argument.name);
            }
            for variable in operation.variables() {
                let said = VARIABLES.iter().any(|(name, _)| *name == variable);
                assert!(said, "{variable} in src/api/openapi/parameters.rs");
            }
        }
    }
}
