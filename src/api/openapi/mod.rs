//! The API as an OpenAPI 3.1 document, made of the tables that the handlers go by: of routes and
//! versions, of fields, arguments and resources, and of the schemas of bodies. What the tables don't
//! have is here: what a field looks like and means, and what each operation answers.
//!
//! A document is of one version: what came later isn't in it.

mod answers;
mod bodies;
mod fields;
mod operations;
mod parameters;
mod resources;
mod serve;
mod shape;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use self::operations::Operation;
use self::shape::reference;
use super::version::{MAX_MINOR, MIN_MINOR, Version};

pub(crate) use serve::show;

/// Groups of operations: their names, and what they are about.
#[rustfmt::skip]
const TAGS: &[(&str, &str)] = &[
    ("root", "What service this is, and which versions it has."),
    ("nodes", "The servers."),
    ("node-states", "What a node is in and what it is asked for: provision state, power, console, RAID."),
    ("node-management", "What a node's controller is asked at once: boot device, indicators, virtual media."),
    ("node-parts", "What belongs to a node: traits, ports, virtual interfaces, children, its allocation."),
    ("node-hardware", "What was read of a node's hardware, and its history."),
    ("vendor-passthru", "Methods of vendors, of which there are none."),
    ("ports", "A node's network interfaces."),
    ("portgroups", "Ports that work together."),
    ("chassis", "What nodes are in."),
    ("allocations", "Nodes chosen by resource class, traits and candidates."),
    ("deploy-templates", "Steps that deploys take by trait."),
    ("runbooks", "Steps for cleaning and service under a name."),
    ("inspection-rules", "What is done to nodes after an inspection."),
    ("volumes", "Remote volumes, and what nodes connect to them with."),
    ("drivers", "Hardware types."),
    ("conductors", "The processes that work on nodes."),
    ("shards", "Parts that nodes are divided into."),
    ("ramdisk", "What installers, ramdisks and network services report."),
    ("ferric", "What isn't Ironic's; it has no versions."),
];

/// The document of a version.
///
/// Operations, parameters and properties that came after 1.1 say since when in `x-since`.
pub fn document(version: Version) -> Value {
    let minor = version.minor();
    let mut paths = Map::new();
    let mut tags = BTreeSet::new();
    for operation in operations::all()
        .iter()
        .filter(|operation| operation.since <= minor)
    {
        tags.insert(operation.tag);
        let item = paths
            .entry(operation.path.clone())
            .or_insert_with(|| json!({}));
        item[operation.method] = described(operation, minor);
    }
    let tags: Vec<Value> = TAGS
        .iter()
        .filter(|(name, _)| tags.contains(name))
        .map(|(name, says)| json!({"name": name, "description": says}))
        .collect();
    let paths = Value::Object(paths);
    let mut components = answers::all(minor);
    components.extend(bodies::all(minor));
    let refusals = refusals();
    let used = used(&json!([paths, refusals]), &components);
    components.retain(|name, _| used.contains(name));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Ferric",
            "summary": "OpenStack Ironic's Bare Metal API for Cisco UCS C-Series servers",
            "description": "Paths under `/v1` are Ironic's. Every path is also taken with a slash at its end, \
                            and Ironic's without `/v1`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "version": version.to_string(),
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths,
        "components": {
            "parameters": {"version": parameters::version(minor)},
            "headers": parameters::headers(),
            "responses": refusals,
            "schemas": components,
        },
    })
}

/// What is said of a version that isn't there.
pub fn no_such(version: &str) -> String {
    format!(
        "There is no API version {version}: ask for 1.{MIN_MINOR} to 1.{MAX_MINOR}, or `latest`."
    )
}

fn described(operation: &Operation, minor: u16) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": parameters::of(operation, minor),
        "responses": responses(operation),
    });
    if operation.since > 1 {
        described["x-since"] = format!("1.{}", operation.since).into();
    }
    if let Some(body) = &operation.body {
        let content: Map<String, Value> = bodies::media_types(body)
            .iter()
            .map(|media| ((*media).to_owned(), json!({"schema": reference(body)})))
            .collect();
        described["requestBody"] = json!({"required": !operation.bodiless, "content": content});
    }
    described
}

fn responses(operation: &Operation) -> Value {
    let mut responses = Map::new();
    if let Some((status, component)) = &operation.success {
        let mut response = json!({
            "description": reason(*status),
            "headers": parameters::headers_of(operation),
        });
        if let Some(component) = component {
            let media = answers::media_type(component);
            response["content"] = json!({media: {"schema": reference(component)}});
        }
        responses.insert(status.to_string(), response);
    }
    if operation.goes_on {
        let going_on = json!({
            "description": reason(202),
            "headers": parameters::headers_of(operation),
        });
        responses.insert("202".to_owned(), going_on);
    }
    for status in operation.refused_with() {
        let refusal = json!({"$ref": format!("#/components/responses/{status}")});
        responses.insert(status.to_string(), refusal);
    }
    Value::Object(responses)
}

/// What an operation may be refused with, by status.
fn refusals() -> Value {
    let mut refusals = Map::new();
    for status in operations::all().iter().flat_map(Operation::refused_with) {
        let refusal = json!({
            "description": reason(status),
            "headers": parameters::headers_of_refusals(),
            "content": {"application/json": {"schema": reference("Error")}},
        });
        refusals.insert(status.to_string(), refusal);
    }
    Value::Object(refusals)
}

fn reason(status: u16) -> &'static str {
    let status = StatusCode::from_u16(status).ok();
    status
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
}

/// The components that are referred to, directly or by others.
fn used(paths: &Value, components: &Map<String, Value>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut open = Vec::new();
    references(paths, &mut open);
    while let Some(name) = open.pop() {
        if let Some(schema) = components.get(&name)
            && used.insert(name)
        {
            references(schema, &mut open);
        }
    }
    used
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let name = map.get("$ref").and_then(Value::as_str);
            found.extend(
                name.and_then(|name| Some(name.strip_prefix("#/components/schemas/")?.to_owned())),
            );
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::operations::all;
    use super::*;

    #[test]
    fn every_reference_of_every_version_leads_somewhere() {
        for minor in MIN_MINOR..=MAX_MINOR {
            let document = document(Version::new(minor).unwrap());
            let mut found = Vec::new();
            references(&document, &mut found);
            for name in found {
                let there = document["components"]["schemas"].get(&name).is_some();
                assert!(there, "{name} in 1.{minor}");
            }
        }
    }

    #[test]
    fn what_is_newer_than_a_version_is_not_in_its_document() {
        let at = |minor| document(Version::new(minor).unwrap());
        let node =
            |minor: u16| at(minor)["components"]["schemas"]["SomeOfNode"]["properties"].clone();
        assert!(node(4).get("name").is_none() && node(5).get("name").is_some());
        assert!(at(22)["paths"].get("/v1/portgroups").is_none());
        assert!(at(23)["paths"].get("/v1/portgroups").is_some());
        let body = |minor: u16| at(minor)["components"]["schemas"]["NewNode"]["properties"].clone();
        assert!(body(49).get("owner").is_none() && body(50).get("owner").is_some());
    }

    #[test]
    fn every_group_is_described() {
        for operation in all() {
            assert!(
                TAGS.iter().any(|(name, _)| *name == operation.tag),
                "{operation:?}"
            );
        }
    }
}
