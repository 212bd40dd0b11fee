//! Allocations: parallel requests, and what ends one.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use ferric::model::{Node, now};
use ferric::states::{PowerState, ProvisionState};
use serde_json::{Value, json};

use crate::harness::Api;

/// A node that can be allocated.
async fn available(api: &Api, name: &str) -> Node {
    let uuid = uuid::Uuid::new_v4().to_string();
    api.node_in(&uuid, name, ProvisionState::Available).await;
    api.change(name, |node| {
        node.resource_class = Some("rack".to_owned());
        node.power_state = Some(PowerState::Off);
    })
    .await
}

/// Asks for a node, and gives what came of it.
async fn allocate(api: &Api, body: Value) -> Value {
    let made = api.call("latest", "POST", "/v1/allocations", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(made.body["state"], "allocating");
    let uuid = made.body["uuid"].as_str().unwrap().to_owned();
    api.get(&format!("/v1/allocations/{uuid}")).await.body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_forty_parallel_requests_for_twenty_nodes_exactly_twenty_get_one_each() {
    let api = std::sync::Arc::new(Api::start().await);
    for index in 0..20 {
        available(&api, &format!("n{index}")).await;
    }
    let mut requests = tokio::task::JoinSet::new();
    for index in 0..40 {
        let api = api.clone();
        let body = json!({"resource_class": "rack", "name": format!("a{index}")});
        requests.spawn(async move { allocate(&api, body).await });
    }
    let outcomes = requests.join_all().await;
    let of = |state: &str| outcomes.iter().filter(|o| o["state"] == state).count();
    assert_eq!((of("active"), of("error")), (20, 20));
    let nodes: BTreeSet<String> = outcomes
        .iter()
        .filter_map(|outcome| outcome["node_uuid"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(nodes.len(), 20, "a node was given twice");
    for outcome in outcomes.iter().filter(|o| o["state"] == "active") {
        let node = api.store.node(outcome["node_uuid"].as_str().unwrap()).await;
        let node = node.unwrap();
        let uuid = outcome["uuid"].as_str().unwrap();
        assert_eq!(node.allocation_uuid.unwrap().to_string(), uuid);
        assert_eq!(node.instance_uuid, node.allocation_uuid);
    }
    for outcome in outcomes.iter().filter(|o| o["state"] == "error") {
        let text = outcome["last_error"].as_str().unwrap();
        assert!(text.starts_with("Failed to process allocation"), "{text}");
    }
}

#[tokio::test]
async fn the_node_of_the_allocations_name_is_tried_first() {
    let api = Api::start().await;
    for index in 0..8 {
        available(&api, &format!("n{index}")).await;
    }
    let got = allocate(&api, json!({"resource_class": "rack", "name": "n5"})).await;
    let wanted = api.store.node("n5").await.unwrap().uuid.to_string();
    assert_eq!(got["node_uuid"], wanted);
}

#[tokio::test]
async fn nodes_that_are_not_ready_are_passed_over() {
    let api = Api::start().await;
    type Change = fn(&mut Node);
    let unready: [(&str, Change); 4] = [
        ("in-maintenance", |node| node.maintenance = true),
        ("never-seen", |node| node.power_state = None),
        ("in-use", |node| {
            node.instance_uuid = Some(uuid::Uuid::new_v4())
        }),
        ("other", |node| {
            node.resource_class = Some("blade".to_owned())
        }),
    ];
    for (name, change) in unready {
        available(&api, name).await;
        api.change(name, change).await;
    }
    let got = allocate(&api, json!({"resource_class": "rack"})).await;
    assert_eq!(got["state"], "error");
    available(&api, "ready").await;
    let got = allocate(&api, json!({"resource_class": "rack"})).await;
    assert_eq!(got["state"], "active");
}

#[tokio::test]
async fn an_owners_allocation_takes_a_node_of_the_owner_and_keeps_it_there() {
    let api = Api::start().await;
    available(&api, "anybodys").await;
    available(&api, "mine").await;
    api.change("mine", |node| node.owner = Some("p1".to_owned()))
        .await;
    let got = allocate(&api, json!({"resource_class": "rack", "owner": "p1"})).await;
    let mine = api.store.node("mine").await.unwrap().uuid.to_string();
    assert_eq!(got["node_uuid"], mine);
    let patch = json!([{"op": "replace", "path": "/owner", "value": "p2"}]);
    let refused = api.patch("/v1/nodes/mine", patch).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{refused:?}");
}

#[tokio::test]
async fn an_allocation_ends_when_its_node_lets_go_or_is_deleted() {
    let api = Api::start().await;
    available(&api, "n1").await;
    let first = allocate(&api, json!({"resource_class": "rack"})).await;
    api.change("n1", |node| {
        node.instance_uuid = None;
        node.allocation_uuid = None;
    })
    .await;
    let path = format!("/v1/allocations/{}", first["uuid"].as_str().unwrap());
    assert_eq!(api.get(&path).await.status, StatusCode::NOT_FOUND);

    let second = allocate(&api, json!({"resource_class": "rack"})).await;
    api.change("n1", |node| node.maintenance = true).await;
    let gone = api
        .call("latest", "DELETE", "/v1/nodes/n1", Value::Null)
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{gone:?}");
    let path = format!("/v1/allocations/{}", second["uuid"].as_str().unwrap());
    assert_eq!(api.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_node_on_its_way_keeps_its_allocation_unless_in_maintenance() {
    let api = Api::start().await;
    available(&api, "n1").await;
    allocate(&api, json!({"resource_class": "rack"})).await;
    api.change("n1", |node| node.enter(ProvisionState::DeployWait, now()))
        .await;
    let path = "/v1/nodes/n1/allocation";
    let delete = async || api.call("latest", "DELETE", path, Value::Null).await;
    let refused = delete().await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.words().contains("wait call-back"), "{refused:?}");
    api.change("n1", |node| node.maintenance = true).await;
    assert_eq!(delete().await.status, StatusCode::NO_CONTENT);
    assert_eq!(api.store.node("n1").await.unwrap().instance_uuid, None);
}
