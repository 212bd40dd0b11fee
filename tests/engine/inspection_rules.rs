//! Inspection rules, followed by inspections of simulated servers and of `fake-hardware`.

use ferric::model::{DocumentKind, Interfaces, Node, Port, Resource, ResourceKind, now};
use ferric::states::{ProvisionState as State, Verb};
use serde_json::{Value, json};
use testkit::{Lab, LabSpec};

use crate::support::{Running, map, sqlite};

async fn rule(running: &Running, priority: i64, fields: Value) -> Resource {
    let mut rule = Resource::new(ResourceKind::InspectionRule, now());
    rule.fields = map(json!({
        "phase": "main", "sensitive": false, "conditions": [], "description": null,
    }));
    rule.fields.extend(map(fields));
    rule.fields.insert("priority".to_owned(), priority.into());
    running.conductor.create_resource(rule).await.unwrap()
}

fn set(path: &str, value: &str) -> Value {
    json!({"op": "set-attribute", "args": {"path": path, "value": value}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_followed_when_a_server_has_been_inspected() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let controller = &lab.rack.controllers()[0];
    let macs = controller.macs();
    let node = running.enrol(&lab, 0).await;
    let store = running.conductor.store();
    // One port is there before; the others come with the inspection.
    let first = Port::new(node.uuid, macs[0].clone(), now());
    store.create_port(&first).await.unwrap();
    rule(&running, 5, json!({
        "conditions": [
            {"op": "eq", "args": {"values": ["{inventory[system_vendor][serial_number]}", controller.serial()]}},
            {"op": "gt", "args": {"values": ["{inventory[memory][physical_mb]}", "0"], "force_strings": true}},
            {"op": "!matches", "args": {"value": "{node.name}", "regex": "db.*"}},
        ],
        "actions": [
            set("name", "ucs-{inventory[system_vendor][serial_number]}"),
            set("resource_class", "baremetal.{inventory[cpu][count]}"),
            set("extra/rack/row", "{node.properties[cpu_arch]} {node.driver_info[cimc_password]}"),
            {"op": "set-capability", "args": {"name": "boot_mode", "value": "uefi"}},
            {"op": "add-trait", "args": {"name": "CUSTOM_UCS"}},
            {"op": "set-plugin-data", "args": {"path": "seen.by", "value": "a rule"}},
            {"op": "set-port-attribute", "loop": macs,
             "args": {"port_id": "{item}", "path": "physical_network", "value": "rack-1"}},
        ],
    })).await;
    rule(
        &running,
        9,
        json!({"actions": [set("resource_class", "from the rule that comes first")]}),
    )
    .await;
    rule(
        &running,
        1,
        json!({
            "conditions": [{"op": "is-none", "args": {"value": "{node.resource_class}"}}],
            "actions": [{"op": "fail", "args": {"msg": "never"}}],
        }),
    )
    .await;
    running.say(&node, Verb::Manage).await;
    running.rests(&node, State::Manageable).await;
    running.say(&node, Verb::Inspect).await;
    let node = running.rests(&node, State::Manageable).await;

    assert_eq!(node.last_error, None);
    assert_eq!(node.name, Some(format!("ucs-{}", controller.serial())));
    let class = node.resource_class.unwrap();
    assert!(
        class.starts_with("baremetal.") && class.len() > "baremetal.".len(),
        "{class}"
    );
    assert_eq!(node.extra["rack"]["row"], "x86_64 ***");
    assert_eq!(node.properties["capabilities"], "boot_mode:uefi");
    assert_eq!(node.traits, ["CUSTOM_UCS"]);
    let inventory = store.document(node.uuid, DocumentKind::Inventory).await;
    let inventory = inventory.unwrap().unwrap().value;
    assert_eq!(inventory["plugin_data"]["seen"]["by"], "a rule");
    assert_eq!(
        inventory["inventory"]["system_vendor"]["serial_number"],
        controller.serial()
    );
    let ports = store.ports_of(node.uuid).await.unwrap();
    assert_eq!(ports.len(), macs.len());
    for port in ports {
        assert_eq!(
            port.physical_network.as_deref(),
            Some("rack-1"),
            "{}",
            port.address
        );
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_fails_ends_the_inspection_with_its_words_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    let store = running.conductor.store();
    running.say(&node, Verb::Manage).await;
    running.rests(&node, State::Manageable).await;
    let ports = store.ports_of(node.uuid).await.unwrap();
    let properties = running.node(&node).await.properties;
    rule(&running, 9, json!({"actions": [set("extra/half", "done")]})).await;
    let failing = rule(&running, 5, json!({
        "description": "M5 alone",
        "conditions": [{"op": "contains", "args": {"value": "{inventory[system_vendor]}", "regex": "Cisco"}}],
        "actions": [{"op": "fail", "args": {"msg": "this rack takes no such server"}}],
    })).await;
    running.say(&node, Verb::Inspect).await;
    let failed = running.rests(&node, State::InspectFailed).await;
    let error = failed.last_error.unwrap();
    for part in [
        "this rack takes no such server",
        "M5 alone",
        &failing.uuid.to_string(),
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(failed.extra.is_empty(), "{:?}", failed.extra);
    assert_eq!(failed.properties, properties);
    assert_eq!(store.ports_of(node.uuid).await.unwrap(), ports);
    let inventory = store.document(node.uuid, DocumentKind::Inventory).await;
    assert_eq!(inventory.unwrap(), None);

    // Without the rule the same server passes.
    running.conductor.delete_resource(&failing).await.unwrap();
    running.say(&node, Verb::Inspect).await;
    let node = running.rests(&node, State::Manageable).await;
    assert_eq!(node.extra["half"], "done");
    running.stop().await;
}

/// A node of `fake-hardware` in `manageable`.
async fn fake(running: &Running, name: &str) -> Node {
    let mut node = Node::new("fake-hardware", Interfaces::default(), now());
    node.name = Some(name.to_owned());
    let node = running.conductor.create_node(node).await.unwrap();
    running.say(&node, Verb::Manage).await;
    running.rests(&node, State::Manageable).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_are_followed_on_fake_hardware_and_can_not_take_anothers_name() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    fake(&running, "taken").await;
    let node = fake(&running, "other").await;
    let keep = json!({"actions": [set("description", "seen on {node.driver}")]});
    rule(&running, 2, keep).await;
    running.say(&node, Verb::Inspect).await;
    let seen = running.rests(&node, State::Manageable).await;
    assert_eq!(seen.description.as_deref(), Some("seen on fake-hardware"));

    rule(&running, 1, json!({"actions": [set("name", "taken")]})).await;
    running.say(&node, Verb::Inspect).await;
    let failed = running.rests(&node, State::InspectFailed).await;
    assert_eq!(failed.name.as_deref(), Some("other"));
    let error = failed.last_error.unwrap();
    assert!(
        error.contains("taken") && error.contains("already"),
        "{error}"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rules_call_is_made_and_its_refusal_fails_the_inspection() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = fake(&running, "caller").await;
    // Our own API is a server like any other.
    let call = |path: &str| {
        let url = format!("{}{path}", running.url);
        json!({"actions": [{"op": "api-call", "args": {"url": url, "retries": 0}}]})
    };
    let good = rule(&running, 1, call("/v1/nodes/{node.uuid}")).await;
    running.say(&node, Verb::Inspect).await;
    running.rests(&node, State::Manageable).await;
    running.conductor.delete_resource(&good).await.unwrap();
    rule(&running, 1, call("/nowhere")).await;
    running.say(&node, Verb::Inspect).await;
    let failed = running.rests(&node, State::InspectFailed).await;
    let error = failed.last_error.unwrap();
    assert!(
        error.contains("/nowhere") && error.contains("404"),
        "{error}"
    );
    running.stop().await;
}
