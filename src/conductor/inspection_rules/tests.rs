//! What Ironic 39.0.0's own engine made of rules, and what ours makes of them. How the cases were
//! made is told in tests/fixtures/ironic-39.0.0/README.md.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::records::Record as _;
use super::{Facts, explain, follow};
use crate::model::{Interfaces, JsonMap, Node, Port, Resource, ResourceKind, now};

const CASES: &str = include_str!("../../../tests/fixtures/ironic-39.0.0/rules-followed.jsonl");

/// Where ours differ, and why that is right: the fields that they change here instead.
fn differs(case: &str) -> Option<Value> {
    let capabilities =
        |text: &str| json!({"node": {"properties": {"cpus": 40, "capabilities": text}}});
    match case {
        // Each inspection would add it once more.
        "set a capability again" => Some(capabilities("boot_mode:uefi,raid:5")),
        "set a capability to a number" => Some(capabilities("boot_mode:uefi,raid:1,x:5")),
        // Ironic keeps what can't be written as JSON.
        "extend plugin data" => Some(json!({"plugin_data": {
            "firmware": [{"component": "bmc", "version": "4.1(3d)"}, "more"], "auth_token": "canary-2",
            "deep": {"one": 1, "two": {"three": 3}},
        }})),
        // Ironic takes its own view of the data for no object, and unsets nothing.
        "unset plugin data" => Some(json!({"plugin_data": {
            "auth_token": "canary-2", "deep": {"one": 1, "two": {"three": 3}},
        }})),
        "unset the last of plugin data" => Some(json!({"plugin_data": {
            "firmware": [{"component": "bmc", "version": "4.1(3d)"}], "auth_token": "canary-2",
            "deep": {"one": 1},
        }})),
        // Our objects keep their keys in alphabetical order.
        "a whole object" => Some(json!({"node": {"extra": {
            "tags": ["a"], "deep": {"n": 1},
            "a": "[{'has_carrier': True, 'mac_address': '00:25:b5:00:00:01', 'name': 'L1'}, \
                  {'has_carrier': None, 'mac_address': '00:25:b5:00:00:02', 'name': 'L2'}]",
        }}})),
        // Format specifications aren't known.
        "a width" => Some(json!({"node": {"extra": {
            "tags": ["a"], "deep": {"n": 1},
            "a": "{inventory[cpu][count]:>6}|{node.name:<7}|{inventory[cpu][count]:05d}",
        }}})),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Given {
    node: JsonMap,
    ports: Vec<JsonMap>,
    inventory: Value,
    plugin_data: Value,
}

#[derive(Deserialize)]
struct Case {
    case: String,
    rules: Vec<JsonMap>,
    changed: Value,
}

fn text(map: &JsonMap, key: &str) -> String {
    map[key].as_str().unwrap().to_owned()
}

impl Given {
    fn facts(&self) -> Facts {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.uuid = text(&self.node, "uuid").parse().unwrap();
        node.traits = vec!["CUSTOM_OLD".to_owned()];
        for field in [
            "name",
            "properties",
            "extra",
            "driver_info",
            "owner",
            "retired",
        ] {
            node.assign(field, self.node[field].clone()).unwrap();
        }
        let ports = self.ports.iter().map(|given| {
            let mut port = Port::new(node.uuid, text(given, "address"), now());
            port.uuid = text(given, "uuid").parse().unwrap();
            for (field, value) in given.iter().filter(|(field, _)| *field != "uuid") {
                port.assign(field, value.clone()).unwrap();
            }
            port
        });
        Facts {
            ports: ports.collect(),
            node,
            inventory: self.inventory.clone(),
            plugin_data: self.plugin_data.clone(),
        }
    }
}

fn rule(number: usize, fields: &JsonMap) -> Resource {
    let mut rule = Resource::new(ResourceKind::InspectionRule, now());
    rule.uuid = Uuid::from_u128(number as u128);
    rule.fields = fields.clone();
    rule
}

/// The rules of a case, in the order in which the conductor takes them.
fn ordered(rules: &[JsonMap]) -> Vec<Resource> {
    let mut rules: Vec<Resource> = rules
        .iter()
        .enumerate()
        .map(|(n, one)| rule(n, one))
        .collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(super::priority(rule)));
    rules
}

/// The fields that differ.
fn changed(before: &JsonMap, after: &JsonMap) -> Value {
    let pairs = after.iter().filter(|(key, value)| before[*key] != **value);
    Value::Object(
        pairs
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}

fn outcome(given: &Given, rules: &[JsonMap]) -> Value {
    let before = given.facts();
    let Ok(followed) = follow(&ordered(rules), before.clone()) else {
        return json!("an error");
    };
    let after = followed.facts;
    let mut out = JsonMap::new();
    let mut put = |key: &str, value: Value| {
        if value.as_object().is_some_and(|map| !map.is_empty()) {
            out.insert(key.to_owned(), value);
        }
    };
    put(
        "node",
        changed(&before.node.document(), &after.node.document()),
    );
    let ports = before
        .ports
        .iter()
        .zip(&after.ports)
        .map(|(before, after)| {
            let difference = changed(&before.document(), &after.document());
            (after.uuid.to_string(), difference)
        });
    let ports = ports.filter(|(_, difference)| difference != &json!({}));
    put("ports", Value::Object(ports.collect()));
    if after.plugin_data != before.plugin_data {
        put("plugin_data", after.plugin_data);
    }
    assert_eq!(after.inventory, before.inventory);
    Value::Object(out)
}

#[test]
fn rules_do_what_ironics_engine_does_with_them() {
    let mut lines = CASES.lines();
    let given: Given = serde_json::from_str(lines.next().unwrap()).unwrap();
    let mut complaints = Vec::new();
    let mut count = 0;
    for line in lines {
        let case: Case = serde_json::from_str(line).unwrap();
        count += 1;
        let theirs = if case.changed.get("error").is_some() {
            json!("an error")
        } else {
            case.changed
        };
        let expected = differs(&case.case).unwrap_or_else(|| theirs.clone());
        let ours = outcome(&given, &case.rules);
        if ours != expected {
            complaints.push(format!("{}\n  ours   {ours}\n  theirs {theirs}", case.case));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(count > 100, "only {count} cases were found");
}

fn failing(fields: Value) -> String {
    let mut lines = CASES.lines();
    let given: Given = serde_json::from_str(lines.next().unwrap()).unwrap();
    let fields: JsonMap = serde_json::from_value(fields).unwrap();
    follow(&[rule(7, &fields)], given.facts()).unwrap_err()
}

#[test]
fn a_rule_that_says_fail_is_quoted_and_named() {
    let words = failing(json!({
        "description": "only M5", "actions": [{"op": "fail", "args": {"msg": "no M5 server"}}],
    }));
    assert_eq!(
        words,
        "no M5 server (said by the inspection rule 00000000-0000-0000-0000-000000000007 (only M5))"
    );
}

#[test]
fn a_rule_that_can_not_be_followed_says_where_and_what_to_do() {
    let words = failing(json!({
        "actions": [{"op": "set-attribute", "args": {"path": "provision_state", "value": "active"}}],
    }));
    for part in [
        "set-attribute of provision_state",
        "a rule can't set the field provision_state of a node",
        "change the rule or delete it",
    ] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn a_sensitive_rules_failure_shows_nothing_of_it() {
    let words = failing(json!({
        "sensitive": true,
        "actions": [{"op": "set-attribute", "args": {"path": "nothing", "value": "canary"}}],
    }));
    assert!(
        !words.contains("nothing\u{0}") && !words.contains("canary"),
        "{words}"
    );
    assert!(words.contains("it is sensitive"), "{words}");
}

#[test]
fn a_ports_mac_address_names_it_too() {
    let mut lines = CASES.lines();
    let given: Given = serde_json::from_str(lines.next().unwrap()).unwrap();
    let fields = json!({"actions": [{
        "op": "set-port-attribute", "loop": ["{inventory[interfaces][1][mac_address]}"],
        "args": {"port_id": "{item}", "path": "physical_network", "value": "storage"},
    }]});
    let fields: JsonMap = serde_json::from_value(fields).unwrap();
    let followed = follow(&[rule(1, &fields)], given.facts()).unwrap();
    let networks: Vec<_> = followed
        .facts
        .ports
        .iter()
        .map(|port| port.physical_network.as_deref())
        .collect();
    assert_eq!(networks, [None, Some("storage")]);
}

#[test]
fn secrets_of_the_node_do_not_reach_what_rules_write() {
    let mut lines = CASES.lines();
    let given: Given = serde_json::from_str(lines.next().unwrap()).unwrap();
    let mut facts = given.facts();
    facts
        .node
        .driver_info
        .insert("cimc_password".to_owned(), "canary".into());
    let fields = json!({"actions": [{
        "op": "set-attribute",
        "args": {"path": "extra/seen", "value": "{node.driver_info[cimc_password]} {node.driver_info}"},
    }]});
    let fields: JsonMap = serde_json::from_value(fields).unwrap();
    let followed = follow(&[rule(1, &fields)], facts).unwrap();
    let seen = followed.facts.node.extra["seen"].as_str().unwrap();
    assert!(
        seen.starts_with("*** {'address'") && !seen.contains("canary"),
        "{seen}"
    );
    assert_eq!(followed.facts.node.driver_info["cimc_password"], "canary");
}

#[test]
fn words_name_the_rule_by_its_description_where_it_has_one() {
    let plain = rule(3, &JsonMap::new());
    let words = explain(&plain, &super::RuleError::broken("why"));
    assert!(
        words.contains("00000000-0000-0000-0000-000000000003 can't be followed: why"),
        "{words}"
    );
}
