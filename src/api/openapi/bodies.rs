//! What is taken: the schemas by which the handlers check bodies, as a version has them.

use serde_json::{Map, Value, json};
use strum::IntoEnumIterator as _;

use super::fields::{Fact, NODE, PORT, fact};
use super::resources;
use crate::api::resources::steps::RUNBOOK_TRAITS;
use crate::api::schema::{self, Schema};
use crate::api::version::fields::{self, Field};
use crate::api::version::resources::{
    ALL, ALLOCATION, CHASSIS, DEPLOY_TEMPLATE, INSPECTION_RULE, PORTGROUP, RUNBOOK, Table,
    VOLUME_CONNECTOR, VOLUME_TARGET,
};
use crate::api::version::verbs;
use crate::drivers::interfaces::BootDevice;
use crate::states::{PowerTarget, Verb};

/// What bodies may have since a version, where no table of fields has it.
#[rustfmt::skip]
const LATER: &[(&str, &str, u16)] = &[
    ("NewPort", "node_ident", 94),
    ("NewAllocation", "node", 58),
    ("ProvisionChange", "clean_steps", 15),
    ("ProvisionChange", "rescue_password", 38),
    ("ProvisionChange", "deploy_steps", 69),
    ("ProvisionChange", "disable_ramdisk", 70),
    ("ProvisionChange", "service_steps", 87),
    ("ProvisionChange", "runbook", 92),
    ("PowerChange", "timeout", verbs::SOFT_POWER),
    ("Heartbeat", "agent_version", 36),
    ("Heartbeat", "agent_token", 62),
    ("Heartbeat", "agent_verify_ca", 68),
    ("Heartbeat", "agent_status", 72),
    ("Heartbeat", "agent_status_message", 72),
];

/// Every body of a version.
pub(super) fn all(minor: u16) -> Map<String, Value> {
    let mut all = Map::new();
    let mut add = |name: &str, schema: &Schema, table: &'static [Field], facts: &[Fact]| {
        all.insert(name.to_owned(), taken(name, schema, table, facts, minor));
    };
    add("NewNode", &schema::NODE, fields::NODE, NODE);
    add("NewPort", &schema::PORT, fields::PORT, PORT);
    for (table, schema) in kinds(minor) {
        let name = format!("New{}", resources::component(table));
        add(&name, schema, table.fields, resources::facts(table.kind));
    }
    for (name, schema) in [
        ("Maintenance", &*schema::MAINTENANCE),
        ("ProvisionChange", &schema::PROVISION),
        ("PowerChange", &schema::POWER),
        ("RaidWish", &schema::RAID),
        ("ConsoleChange", &schema::CONSOLE),
        ("BootDeviceChange", &schema::BOOT_DEVICE),
        ("VirtualMedia", &schema::VMEDIA),
        ("NewTraits", &schema::TRAITS),
        ("NewRunbookTraits", &schema::RUNBOOK_TRAITS),
        ("NewVif", &schema::VIF),
        ("Events", &schema::EVENTS),
        ("InspectionData", &schema::INSPECTION_DATA),
        ("Heartbeat", &schema::HEARTBEAT),
    ] {
        add(name, schema, &[], &[]);
    }
    all.insert(
        "NodePatch".to_owned(),
        patch(fields::NODE_PATCHABLE, fields::NODE, minor),
    );
    all.insert(
        "PortPatch".to_owned(),
        patch(fields::PORT_PATCHABLE, fields::PORT, minor),
    );
    for table in ALL {
        let name = format!("{}Patch", resources::component(table));
        all.insert(name, patch(table.patchable, table.fields, minor));
    }
    name_targets(&mut all, minor);
    let mut named = all["Heartbeat"].clone();
    named["properties"]["node_ident"] =
        json!({"type": "string", "description": "The node, by UUID or name."});
    named["required"] = json!(["callback_url", "node_ident"]);
    all.insert("NamedHeartbeat".to_owned(), named);
    all.insert(
        "BootModeChange".to_owned(),
        target(json!({"type": "string", "enum": ["bios", "uefi"]})),
    );
    all.insert(
        "SecureBootChange".to_owned(),
        target(json!({"type": ["boolean", "string"]})),
    );
    all.insert(
        "IndicatorChange".to_owned(),
        json!({
            "type": "object",
            "properties": {"state": {"type": "string", "enum": ["ON", "OFF", "on", "off"]}},
            "required": ["state"],
        }),
    );
    all.insert("VendorArguments".to_owned(), json!({"type": "object"}));
    all.insert("Report".to_owned(), json!({"type": "string"}));
    all
}

fn kinds(minor: u16) -> [(&'static Table, &'static Schema); 8] {
    let runbook: &Schema = if minor >= RUNBOOK_TRAITS {
        &schema::RUNBOOK_NAMED
    } else {
        &schema::RUNBOOK
    };
    [
        (&CHASSIS, &schema::CHASSIS),
        (&PORTGROUP, &schema::PORTGROUP),
        (&ALLOCATION, &schema::ALLOCATION),
        (&DEPLOY_TEMPLATE, &schema::DEPLOY_TEMPLATE),
        (&RUNBOOK, runbook),
        (&VOLUME_CONNECTOR, &schema::VOLUME_CONNECTOR),
        (&VOLUME_TARGET, &schema::VOLUME_TARGET),
        (&INSPECTION_RULE, &schema::INSPECTION_RULE),
    ]
}

/// A schema of ours without what is newer than a version, and with the meaning of its fields.
fn taken(
    name: &str,
    schema: &Schema,
    table: &'static [Field],
    facts: &[Fact],
    minor: u16,
) -> Value {
    let mut schema = modern(schema.source().clone());
    let since = |property: &str| {
        let later = LATER
            .iter()
            .find(|(body, known, _)| *body == name && *known == property);
        let field = fields::find(table, property).map(|field| field.since);
        later.map(|(.., since)| *since).or(field).unwrap_or(1)
    };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|property, _| since(property) <= minor);
        for (property, schema) in properties.iter_mut() {
            if let Some((.., says)) = fact(facts, property).filter(|_| schema.is_object()) {
                schema["description"] = says.into();
            }
            if since(property) > 1 {
                schema["x-since"] = format!("1.{}", since(property)).into();
            }
        }
    }
    schema
}

/// Draft 7, which the files are of, in the words of the draft that OpenAPI 3.1 is built on.
fn modern(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(key, _)| key != "$schema")
            .map(|(key, value)| match key.as_str() {
                "dependencies" => ("dependentRequired".to_owned(), value),
                _ => (key, modern(value)),
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(modern).collect(),
        other => other,
    }
}

/// A JSON patch of what may be patched.
fn patch(patchable: &[&str], table: &'static [Field], minor: u16) -> Value {
    let names = patchable.iter().filter(|name| {
        fields::find(table, name).is_some_and(|field| field.since <= minor && **name != "uuid")
    });
    let names: Vec<&str> = names.copied().collect();
    let mut patch = modern(schema::PATCH.source().clone());
    patch["items"]["properties"]["path"]["pattern"] =
        format!("^/({})(/[\\w-]+)*$", names.join("|")).into();
    patch
}

/// What may be asked for by name.
fn name_targets(all: &mut Map<String, Value>, minor: u16) {
    let verbs = Verb::iter().map(|verb| verb.to_string());
    let verbs = verbs.chain(["deploy".to_owned(), "undeploy".to_owned()]);
    let verbs: Vec<String> = verbs.filter(|verb| verbs::since(verb) <= minor).collect();
    let power =
        PowerTarget::iter().filter(|target| !target.is_soft() || minor >= verbs::SOFT_POWER);
    let power: Vec<String> = power.map(|target| target.to_string()).collect();
    let devices: Vec<String> = BootDevice::iter()
        .map(|device| device.to_string())
        .collect();
    all["ProvisionChange"]["properties"]["target"]["enum"] = verbs.into();
    all["PowerChange"]["properties"]["target"]["enum"] = power.into();
    all["BootDeviceChange"]["properties"]["boot_device"]["enum"] = devices.into();
}

fn target(schema: Value) -> Value {
    json!({"type": "object", "properties": {"target": schema}, "required": ["target"]})
}

/// How a body is written.
pub(super) fn media_types(component: &str) -> &'static [&'static str] {
    match component {
        "Report" => &["text/plain"],
        _ => &["application/json"],
    }
}
