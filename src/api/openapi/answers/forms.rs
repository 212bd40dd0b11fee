//! Answers with a form of their own.

use serde_json::{Map, Value, json};

use super::m;
use crate::api::openapi::shape::Shape::{Any, Links, Text, Texts, Time, Uuid};
use crate::api::openapi::shape::{object, reference};
use crate::api::{nodes, root};

/// All of them.
pub(super) fn all(minor: u16) -> Vec<(String, Value)> {
    let pairs = [
        ("Links", links()),
        ("Version", version(minor)),
        ("Versions", versions()),
        ("Root", root(minor)),
        ("Validation", validation()),
        (
            "OneBiosSetting",
            json!({
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": reference("BiosSetting"),
            }),
        ),
        (
            "Children",
            closed(&[
                ("children", Texts.schema()),
                (
                    "links",
                    json!({"type": "object", "additionalProperties": text()}),
                ),
            ]),
        ),
        (
            "Inventory",
            closed(&[("inventory", any()), ("plugin_data", any())]),
        ),
        (
            "Properties",
            json!({"type": "object", "additionalProperties": text()}),
        ),
        ("VendorMethods", any()),
        ("VendorAnswer", json!({})),
        ("Sensor", sensor()),
        (
            "Condition",
            closed(&[("health", text()), ("faults", list(&reference("Fault")))]),
        ),
        ("Evidence", evidence(minor)),
        ("Cobblers", list(&reference("Cobbler"))),
        ("Metrics", text()),
        ("Script", text()),
        ("OpenApi", any()),
        ("Error", error()),
    ];
    pairs
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

fn any() -> Value {
    json!({"type": "object"})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

/// An object with these members and no others.
fn closed(members: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> = members
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": names,
        "additionalProperties": false,
    })
}

fn links() -> Value {
    list(&json!({
        "type": "object",
        "properties": {"href": text(), "rel": text(), "type": text()},
        "required": ["href", "rel"],
        "additionalProperties": false,
    }))
}

fn version(minor: u16) -> Value {
    let members = [
        m("id", Text, "`v1`."),
        m("links", Links, "Where it is."),
        m("status", Text, "`CURRENT`."),
        m("min_version", Text, "The oldest version."),
        m("version", Text, "The newest version."),
    ];
    object(&members, minor, true)
}

fn versions() -> Value {
    closed(&[
        ("name", text()),
        ("description", text()),
        ("default_version", reference("Version")),
        ("versions", list(&reference("Version"))),
    ])
}

/// `/v1`: links to each resource of the version.
fn root(minor: u16) -> Value {
    let mut members = vec![
        ("id", text()),
        ("links", reference("Links")),
        ("media_types", any()),
        ("version", reference("Version")),
    ];
    let resources = root::RESOURCES.iter().filter(|(_, since)| *since <= minor);
    members.extend(resources.map(|(name, _)| (*name, reference("Links"))));
    closed(&members)
}

/// What is said of each interface.
fn validation() -> Value {
    let one = json!({
        "type": "object",
        "properties": {"result": {"type": "boolean"}, "reason": {"type": "string"}},
        "required": ["result"],
        "additionalProperties": false,
    });
    let names = nodes::validate::KINDS.map(|kind| kind.to_string());
    let members: Vec<(&str, Value)> = names.iter().map(|name| (&**name, one.clone())).collect();
    closed(&members)
}

fn sensor() -> Value {
    closed(&[
        ("group", text()),
        ("name", text()),
        ("value", json!({"type": ["number", "null"]})),
        ("unit", text()),
        ("status", json!({"type": ["string", "null"]})),
    ])
}

fn evidence(minor: u16) -> Value {
    let seen = [
        m("seen_at", Time, "When."),
        m("source", Text, "By whom."),
        m("kind", Text, "What of an install."),
        m("message", Any, "In which words."),
    ];
    closed(&[
        ("node", Uuid.schema()),
        ("verdict", text()),
        ("evidence", list(&object(&seen, minor, true))),
    ])
}

/// Ironic's form of errors: JSON in a text in JSON.
fn error() -> Value {
    let fault = closed(&[
        ("faultcode", json!({"enum": ["Client", "Server"]})),
        ("faultstring", text()),
        ("debuginfo", json!({"type": "null"})),
    ]);
    let flat = closed(&[
        ("code", json!({"type": "integer"})),
        ("title", text()),
        ("description", text()),
    ]);
    closed(&[(
        "error_message",
        json!({
            "type": "string",
            "description": "JSON in a text, in one of two forms: the fault of a handler, or what the \
                            router and the negotiation of versions refuse.",
            "contentMediaType": "application/json",
            "contentSchema": {"oneOf": [fault, flat]},
        }),
    )])
}
