//! What the recordings don't show of the resources beside nodes and ports.

use axum::http::StatusCode;
use ferric::model::ResourceKind;
use serde_json::{Value, json};

use crate::harness::Api;

async fn post(api: &Api, path: &str, body: Value) -> Value {
    let made = api.call("latest", "POST", path, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    made.body
}

fn template(name: &str, args: Value) -> Value {
    let step = json!({"interface": "bios", "step": "s", "args": args, "priority": 1});
    json!({"name": name, "steps": [step]})
}

#[tokio::test]
async fn the_secrets_of_steps_and_volumes_are_masked_and_their_masks_never_stored() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    post(
        &api,
        "/v1/deploy_templates",
        template("CUSTOM_A", json!({"password": "canary"})),
    )
    .await;
    let body = json!({
        "node_uuid": node, "volume_type": "iscsi", "boot_index": 0, "volume_id": "v",
        "properties": {"auth_password": "canary"},
    });
    let target = post(&api, "/v1/volume/targets", body).await;
    let target = format!("/v1/volume/targets/{}", target["uuid"].as_str().unwrap());
    for path in ["/v1/deploy_templates/CUSTOM_A", &target] {
        let shown = api.get(path).await.body.to_string();
        assert!(
            shown.contains("******") && !shown.contains("canary"),
            "{shown}"
        );
    }
    let stored = api
        .store
        .resource(ResourceKind::DeployTemplate, "CUSTOM_A")
        .await;
    assert_eq!(
        stored.unwrap().fields["steps"][0]["args"]["password"],
        "canary"
    );
    let again = template("CUSTOM_B", json!({"password": "******"}));
    let refused = api
        .call("latest", "POST", "/v1/deploy_templates", again)
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{refused:?}");
}

#[tokio::test]
async fn pages_follow_next_to_the_end_and_see_each_once() {
    let api = Api::start().await;
    for index in 0..7 {
        post(
            &api,
            "/v1/chassis",
            json!({"description": format!("c{}", index % 3)}),
        )
        .await;
    }
    for order in [
        "",
        "&sort_key=description",
        "&sort_key=description&sort_dir=desc",
    ] {
        let mut seen = Vec::new();
        let mut path = format!("/v1/chassis?limit=2{order}");
        loop {
            let page = api.get(&path).await.body;
            for chassis in page["chassis"].as_array().unwrap() {
                seen.push(chassis["uuid"].as_str().unwrap().to_owned());
            }
            match page["next"].as_str() {
                Some(next) => path = next.trim_start_matches("http://127.0.0.1:6385").to_owned(),
                None => break,
            }
        }
        assert_eq!(seen.len(), 7, "{order}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 7, "{order}");
    }
}

#[tokio::test]
async fn numbers_are_sorted_as_numbers() {
    let api = Api::start().await;
    for priority in [9, 10, 100, 1] {
        let action = json!({"op": "fail", "args": {"msg": "m"}});
        let rule = json!({"actions": [action], "priority": priority});
        post(&api, "/v1/inspection_rules", rule).await;
    }
    let path = "/v1/inspection_rules?sort_key=priority&fields=priority";
    let rules = api.get(path).await.body;
    let order: Vec<i64> = rules["inspection_rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["priority"].as_i64().unwrap())
        .collect();
    assert_eq!(order, [1, 9, 10, 100]);
}

#[tokio::test]
async fn what_belongs_to_a_node_goes_with_it() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    let group = post(
        &api,
        "/v1/portgroups",
        json!({"node_uuid": node, "name": "bond0"}),
    )
    .await;
    let port = json!({
        "node_uuid": node, "address": "52:54:00:00:00:01", "portgroup_uuid": group["uuid"],
    });
    post(&api, "/v1/ports", port).await;
    let connector = json!({"node_uuid": node, "type": "iqn", "connector_id": "c"});
    post(&api, "/v1/volume/connectors", connector.clone()).await;
    let gone = api
        .call("latest", "DELETE", "/v1/nodes/n1", Value::Null)
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        api.get("/v1/portgroups").await.body,
        json!({"portgroups": []})
    );
    // What it claimed is free again.
    let other = api.enrolled("n2").await.uuid;
    let mut connector = connector;
    connector["node_uuid"] = other.to_string().into();
    post(&api, "/v1/volume/connectors", connector).await;
}

#[tokio::test]
async fn a_portgroup_and_a_volume_may_name_their_node_by_name() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid.to_string();
    let group = post(&api, "/v1/portgroups", json!({"node_uuid": "n1"})).await;
    assert_eq!(group["node_uuid"], node);
    let body = json!({"node_uuid": "n1", "type": "iqn", "connector_id": "c"});
    assert_eq!(
        post(&api, "/v1/volume/connectors", body).await["node_uuid"],
        node
    );
}

#[tokio::test]
async fn a_runbook_that_a_node_has_the_trait_for_is_approved() {
    let api = Api::start().await;
    let uuid = uuid::Uuid::new_v4().to_string();
    api.node_in(&uuid, "n1", ferric::states::ProvisionState::Manageable)
        .await;
    let step = json!({"interface": "bios", "step": "s", "order": 1});
    post(
        &api,
        "/v1/runbooks",
        json!({"name": "CUSTOM_R", "steps": [step]}),
    )
    .await;
    let body = json!({"target": "clean", "runbook": "CUSTOM_R"});
    let path = "/v1/nodes/n1/states/provision";
    let refused = api.call("1.111", "PUT", path, body.clone()).await;
    assert!(refused.words().contains("not been approved"), "{refused:?}");
    api.change("n1", |node| node.traits = vec!["CUSTOM_R".to_owned()])
        .await;
    let next = api.call("1.111", "PUT", path, body).await;
    assert_eq!(next.status, StatusCode::ACCEPTED, "{next:?}");
}

#[tokio::test]
async fn media_that_cannot_be_attached_leave_a_word_in_last_error() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let body = json!({"device_type": "cdrom", "image_url": "http://198.51.100.9/i.iso"});
    let taken = api
        .call("latest", "POST", "/v1/nodes/n1/vmedia", body)
        .await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT);
    let error = api.store.node("n1").await.unwrap().last_error.unwrap();
    assert!(
        error.contains("does not support attach_virtual_media"),
        "{error}"
    );
}
