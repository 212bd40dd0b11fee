//! What is answered, by the name of its component.

mod forms;
mod objects;

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::fields;
use super::resources;
use super::shape::{Member, Shape, object, reference};
use crate::api::document::links_key;
use crate::api::nodes;
use crate::api::version::fields as tables;
use crate::api::version::resources::ALL;

/// A member that was always there.
const fn m(name: &'static str, shape: Shape, says: &'static str) -> Member {
    new(name, 1, shape, says)
}

/// A member that came later.
const fn new(name: &'static str, since: u16, shape: Shape, says: &'static str) -> Member {
    Member {
        name: Cow::Borrowed(name),
        since,
        shape,
        says,
    }
}

/// Every answer of a version.
pub(super) fn all(minor: u16) -> Map<String, Value> {
    let mut all = Map::new();
    let node = fields::members(tables::NODE, fields::NODE);
    resource(&mut all, minor, "Node", &node);
    collection(&mut all, "Nodes", "nodes", "SomeOfNode");
    collection(&mut all, "NodesInDetail", "nodes", "Node");
    let port = fields::members(tables::PORT, fields::PORT);
    resource(&mut all, minor, "Port", &port);
    collection(&mut all, "Ports", "ports", "SomeOfPort");
    collection(&mut all, "PortsInDetail", "ports", "Port");
    for table in ALL {
        let name = resources::component(table);
        resource(&mut all, minor, name, &resources::members(table));
        let (list, detail) = (format!("{name}List"), format!("{name}ListInDetail"));
        collection(&mut all, &list, table.key, &format!("SomeOf{name}"));
        collection(&mut all, &detail, table.key, name);
    }
    let shown = |member: &Member| nodes::states::FIELDS.contains(&&*member.name);
    let states: Vec<Member> = node.into_iter().filter(shown).collect();
    all.insert("NodeStates".to_owned(), object(&states, minor, true));
    resource(&mut all, minor, "Driver", &objects::driver());
    collection(&mut all, "Drivers", "drivers", "SomeOfDriver");
    resource(&mut all, minor, "Conductor", &objects::conductor());
    collection(&mut all, "Conductors", "conductors", "SomeOfConductor");
    for (name, members) in objects::all() {
        all.insert(name.to_owned(), object(&members, minor, true));
    }
    for (name, key, item) in objects::LISTS {
        all.insert((*name).to_owned(), list(key, item));
    }
    let (always, in_detail) = objects::history();
    let required: Vec<String> = always.iter().map(|m| m.name.to_string()).collect();
    let members: Vec<Member> = always.into_iter().chain(in_detail).collect();
    let mut entry = object(&members, minor, false);
    entry["required"] = json!(required);
    all.insert("HistoryEntry".to_owned(), entry);
    collection(&mut all, "History", "history", "HistoryEntry");
    all.extend(forms::all(minor));
    all
}

/// One of a kind, with all fields and with some.
fn resource(all: &mut Map<String, Value>, minor: u16, name: &str, members: &[Member]) {
    let mut some = object(members, minor, false);
    some["required"] = json!(["links"]);
    let there = members.iter().filter(|member| member.since <= minor);
    let names: Vec<&str> = there.map(|member| &*member.name).collect();
    let some_name = format!("SomeOf{name}");
    let whole = json!({"allOf": [reference(&some_name)], "required": names});
    all.insert(some_name, some);
    all.insert(name.to_owned(), whole);
}

/// A page of a list.
fn collection(all: &mut Map<String, Value>, name: &str, key: &str, item: &str) {
    let mut page = list(key, item);
    page["properties"]["next"] = json!({
        "type": "string",
        "description": "Where the next page is; not there on the last.",
    });
    page["properties"][links_key(key)] = json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"rel": {"type": "string"}, "href": {"type": "string"}},
            "required": ["rel", "href"],
            "additionalProperties": false,
        },
        "description": "The same, for gophercloud.",
    });
    all.insert(name.to_owned(), page);
}

fn list(key: &str, item: &str) -> Value {
    json!({
        "type": "object",
        "properties": {key: {"type": "array", "items": reference(item)}},
        "required": [key],
        "additionalProperties": false,
    })
}

/// How an answer is written.
pub(super) fn media_type(component: &str) -> &'static str {
    match component {
        "Metrics" => "text/plain",
        "Script" => "text/x-shellscript",
        _ => "application/json",
    }
}
