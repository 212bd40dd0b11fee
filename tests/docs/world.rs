//! What the samples of `api-ref/` are asked of: one of everything, under fixed identifiers.

use axum::http::StatusCode;
use ferric::model::{DocumentKind, HistoryEntry, Severity, now};
use ferric::states::{PowerState, ProvisionState};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Api, CONDUCTOR};

/// Nodes and what they are in; the samples ask most of `db01`.
const NODES: [(&str, &str, ProvisionState); 5] = [
    (
        "10000000-0000-4000-8000-000000000001",
        "db01",
        ProvisionState::Manageable,
    ),
    (
        "10000000-0000-4000-8000-000000000002",
        "web01",
        ProvisionState::Available,
    ),
    (
        "10000000-0000-4000-8000-000000000003",
        "web02",
        ProvisionState::Available,
    ),
    (
        "10000000-0000-4000-8000-000000000004",
        "db01-card",
        ProvisionState::Enroll,
    ),
    (
        "10000000-0000-4000-8000-000000000005",
        "old01",
        ProvisionState::Enroll,
    ),
];

/// What is made through the API, in this order.
fn made() -> Vec<(&'static str, Value)> {
    let node = NODES[0].0;
    vec![
        (
            "chassis",
            json!({"uuid": "20000000-0000-4000-8000-000000000001", "description": "row 1, rack 4"}),
        ),
        (
            "portgroups",
            json!({
                "uuid": "30000000-0000-4000-8000-000000000001", "node_uuid": node, "name": "db01-bond0",
                "address": "00:25:b5:00:01:10",
            }),
        ),
        (
            "ports",
            json!({
                "uuid": "40000000-0000-4000-8000-000000000001", "node_uuid": node, "address": "00:25:b5:00:01:11",
                "portgroup_uuid": "30000000-0000-4000-8000-000000000001", "physical_network": "physnet1",
            }),
        ),
        (
            "allocations",
            json!({
                "uuid": "50000000-0000-4000-8000-000000000001", "name": "web", "resource_class": "ucs-c220-m4",
                "candidate_nodes": ["web02"],
            }),
        ),
        (
            "deploy_templates",
            json!({
                "uuid": "60000000-0000-4000-8000-000000000001", "name": "CUSTOM_DATABASE",
                "steps": [{"interface": "bios", "step": "factory_reset", "args": {}, "priority": 95}],
            }),
        ),
        (
            "runbooks",
            json!({
                "uuid": "70000000-0000-4000-8000-000000000001", "name": "CUSTOM_BIOS_DEFAULTS",
                "steps": [{"interface": "bios", "step": "factory_reset", "args": {}, "order": 1}],
            }),
        ),
        (
            "inspection_rules",
            json!({
                "uuid": "80000000-0000-4000-8000-000000000001", "description": "large memory", "priority": 10,
                "conditions": [{"op": "gt", "args": {"values": ["{inventory[memory][physical_mb]}", 500000]}}],
                "actions": [{"op": "add-trait", "args": {"name": "CUSTOM_LARGE_MEMORY"}}],
            }),
        ),
        (
            "volume/connectors",
            json!({
                "uuid": "90000000-0000-4000-8000-000000000001", "node_uuid": node, "type": "iqn",
                "connector_id": "iqn.2026-01.example.lab:db01",
            }),
        ),
        (
            "volume/targets",
            json!({
                "uuid": "a0000000-0000-4000-8000-000000000001", "node_uuid": node, "volume_type": "iscsi",
                "boot_index": 1, "volume_id": "data-db01",
                "properties": {"target_portal": "10.9.0.5:3260", "target_iqn": "iqn.2026-01.example.lab:array"},
            }),
        ),
        // Empty ones, which can be deleted.
        (
            "chassis",
            json!({"uuid": "20000000-0000-4000-8000-000000000009"}),
        ),
        (
            "portgroups",
            json!({"uuid": "30000000-0000-4000-8000-000000000009", "node_uuid": node}),
        ),
    ]
}

/// Starts the API and makes everything.
pub(crate) async fn start() -> Api {
    let api = Api::start().await;
    for (uuid, name, state) in NODES {
        api.node_in(uuid, name, state).await;
        api.change(name, |node| {
            node.resource_class = Some("ucs-c220-m4".to_owned());
            node.power_state = Some(PowerState::Off);
            node.conductor = Some(CONDUCTOR.to_owned());
            node.driver_info = crate::world::object(
                &json!({"cimc_address": "10.9.1.21", "cimc_password": "secret"}),
            );
        })
        .await;
    }
    for (kind, body) in made() {
        let answer = api
            .call("latest", "POST", &format!("/v1/{kind}"), body)
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{kind}: {answer:?}");
    }
    let parent = NODES[0].0.parse().unwrap();
    api.change("db01-card", |node| node.parent_node = Some(parent))
        .await;
    let node = api
        .change("db01", |node| {
            node.chassis_uuid = "20000000-0000-4000-8000-000000000001".parse().ok();
            node.traits = vec!["CUSTOM_GPU".to_owned()];
            node.shard = Some("row1".to_owned());
            node.health = Some("OK".to_owned());
            node.properties =
                object(&json!({"cpus": 40, "memory_mb": 786_432, "cpu_arch": "x86_64"}));
        })
        .await;
    for (kind, document) in [
        (
            DocumentKind::Inventory,
            json!({
                "inventory": {"memory": {"physical_mb": 786_432}, "cpu": {"count": 40, "architecture": "x86_64"}},
                "plugin_data": {},
            }),
        ),
        (
            DocumentKind::Bios,
            json!([{"name": "intelHyperThread", "value": "enabled"}]),
        ),
        (
            DocumentKind::Firmware,
            json!([
                {"component": "bmc", "initial_version": "4.1(2b)", "current_version": "4.1(3b)"},
            ]),
        ),
    ] {
        api.store
            .put_document(node.uuid, kind, &document)
            .await
            .unwrap();
    }
    let event = "verify_power failed: the controller at 10.9.1.21 gives no answer".to_owned();
    let entry = HistoryEntry {
        uuid: Uuid::from_u128(0xb000_0000_0000_4000_8000_0000_0000_0001),
        ..HistoryEntry::about(&node, "verify", Severity::Error, event, CONDUCTOR, now())
    };
    api.store.save_outcome(&node, &[entry]).await.unwrap();
    api
}

fn object(value: &Value) -> ferric::model::JsonMap {
    value.as_object().unwrap().clone()
}
