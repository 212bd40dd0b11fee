//! What Ironic 39.0.0 answers 500 to, or takes in another way than it was meant.

use axum::http::StatusCode;
use ferric::model::{HistoryEntry, Resource, ResourceKind, Severity, now};
use serde_json::{Value, json};

use crate::harness::Api;

const ROUTER: &str = include_str!("../../src/api/router.rs");

/// The paths of every route, as the router has them.
fn routes() -> Vec<&'static str> {
    let routes = ROUTER.split(".route(\"").skip(1);
    routes.filter_map(|rest| rest.split('"').next()).collect()
}

/// A path with something in the place of each parameter.
fn filled(route: &str, with: &str) -> String {
    let parts = route.split('/').map(|part| match part.starts_with('{') {
        true => with,
        false => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn no_route_answers_500_to_any_awkward_body_identifier_or_argument() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let routes = routes();
    assert!(routes.len() > 90, "only {} routes were found", routes.len());
    let bodies = [
        Value::Null,
        json!("{"),
        json!([]),
        json!([1, null]),
        json!({"bogus": {"deep": [null]}}),
        json!({"target": 1, "name": [], "steps": {}, "driver": {}, "traits": 1, "node_uuid": {}}),
        json!([{"op": "replace", "path": "/name", "value": {"a": 1}}]),
        json!([{"op": "add", "path": "/extra/a/b/c", "value": 1}, {"op": "remove", "path": "/uuid"}]),
    ];
    let arguments = [
        "?limit=x",
        "?limit=-1",
        "?marker=x",
        "?sort_key=x",
        "?sort_key=node_uuid",
        "?sort_dir=up",
        "?fields=bogus",
        "?fields=conductor",
        "?fields=",
        "?detail=maybe",
        "?bogus=1",
        "?node=x",
        "?marker=00000000-0000-4000-8000-000000000000",
        "?node_uuid=x",
        "?address=x",
        "?method=x",
        "?maintenance=x&associated=x",
        "?provision_state=x",
        "?%ff=%ff",
        "?fields=%00",
    ];
    let mut complaints = Vec::new();
    let mut check = async |method: &str, path: &str, body: &Value| {
        let answer = api.call("latest", method, path, body.clone()).await;
        if answer.status.is_server_error() {
            complaints.push(format!(
                "{method} {path} {body}: {} {}",
                answer.status, answer.body
            ));
        }
    };
    for route in routes {
        for ident in [
            "a%20b",
            "%00",
            "%ff",
            "00000000-0000-4000-8000-000000000000",
        ] {
            for method in ["GET", "PUT", "PATCH", "DELETE"] {
                check(method, &filled(route, ident), &Value::Null).await;
            }
        }
        for ident in ["n1", "nobody"] {
            let path = filled(route, ident);
            for arguments in arguments.iter().filter(|_| ident == "n1") {
                check("GET", &format!("{path}{arguments}"), &Value::Null).await;
            }
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                // The node is asked for again and again, and so stays.
                if method == "DELETE" && path == "/v1/nodes/n1" {
                    continue;
                }
                for body in &bodies {
                    check(method, &path, body).await;
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn what_ironic_fails_at_is_answered_in_words() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    let rule = json!({"actions": [{"op": "fail", "args": {"msg": "m"}}]});
    let surplus = json!({"actions": [{"op": "fail", "args": {"msg": "m", "more": 1}}]});
    for (method, path, body, status, words) in [
        ("POST", "/v1/nodes", json!("{"), 400, "no valid JSON"),
        ("GET", "/v1/nodes?fields=bogus", Value::Null, 400, "bogus"),
        ("GET", "/v1/nodes?fields=conductor", Value::Null, 200, ""),
        ("GET", "/v1/nodes/n1/states/nope", Value::Null, 404, ""),
        (
            "POST",
            "/v1/drivers/fake-hardware/vendor_passthru?method=x",
            json!({}),
            400,
            "No handler",
        ),
        ("POST", "/v1/inspection_rules", rule, 201, ""),
        (
            "POST",
            "/v1/inspection_rules",
            surplus,
            400,
            "unexpected argument(s): more",
        ),
        ("GET", "/v1/nodes/n1/ports", Value::Null, 200, ""),
        ("GET", "/v1/nodes/n1/portgroups", Value::Null, 200, ""),
        (
            "POST",
            "/v1/allocations",
            json!({"node": "n1"}),
            400,
            "resource_class",
        ),
        (
            "POST",
            "/v1/nodes/n1/vendor_passthru/second_method",
            json!([1]),
            400,
            "JSON object",
        ),
    ] {
        let answer = api.call("latest", method, path, body).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{method} {path}: {answer:?}"
        );
        if status >= 400 {
            assert!(answer.words().contains(words), "{path}: {}", answer.words());
        }
    }
    // Names do where Ironic wants UUIDs.
    let port = json!({"address": "52:54:00:00:00:01", "node_uuid": "n1"});
    let port = api.call("latest", "POST", "/v1/ports", port).await;
    assert_eq!(port.body["node_uuid"], node.to_string(), "{port:?}");
}

#[tokio::test]
async fn a_mac_address_is_one_in_any_case() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let body = json!({"address": "52:54:00:AA:00:01", "node_uuid": "n1"});
    let made = api.call("latest", "POST", "/v1/ports", body.clone()).await;
    assert_eq!(made.body["address"], "52:54:00:aa:00:01");
    for address in [
        "52:54:00:aa:00:01",
        "52:54:00:AA:00:01",
        "52-54-00-Aa-00-01",
    ] {
        let found = api.get(&format!("/v1/ports?address={address}")).await.body;
        assert_eq!(found["ports"][0]["uuid"], made.body["uuid"], "{address}");
    }
    let again = api.call("latest", "POST", "/v1/ports", body).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{again:?}");
}

#[tokio::test]
async fn a_history_keeps_the_whole_text_and_lists_its_beginning() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await;
    let long = "why ".repeat(500);
    let entry = HistoryEntry::about(
        &node,
        "deploying",
        Severity::Error,
        long.clone(),
        "h",
        now(),
    );
    api.store.save_outcome(&node, &[entry]).await.unwrap();
    let whole = api.get("/v1/nodes/n1/history?detail=true").await.body;
    assert_eq!(whole["history"][0]["event"], long);
    let short = api.get("/v1/nodes/n1/history").await.body;
    let short = short["history"][0]["event"].as_str().unwrap();
    assert!(short.len() <= 255 && short.ends_with("..."), "{short}");
}

#[tokio::test]
async fn the_health_check_is_at_its_path_and_nowhere_near() {
    let api = Api::start().await;
    assert_eq!(api.get("/healthcheck").await.status, StatusCode::OK);
    for other in ["/healthcheckx", "/healthcheck/x", "/v1/healthcheck"] {
        assert_eq!(
            api.get(other).await.status,
            StatusCode::NOT_FOUND,
            "{other}"
        );
    }
}

#[tokio::test]
async fn the_character_nul_is_refused_before_it_reaches_a_database() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let patch = json!([{"op": "add", "path": "/extra/a", "value": "x\0"}]);
    let key = json!({"driver": "fake-hardware", "extra": {"a\0": 1}});
    for (method, path, body) in [
        ("PATCH", "/v1/nodes/n1", patch),
        ("POST", "/v1/nodes", key),
        ("GET", "/v1/nodes/%00", Value::Null),
        ("GET", "/v1/nodes?resource_class=%00", Value::Null),
    ] {
        let answer = api.call("latest", method, path, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {answer:?}");
        assert!(answer.words().contains("NUL"), "{}", answer.words());
    }
    // A backslash before it makes it a text like any other.
    let patch = json!([{"op": "add", "path": "/extra/a", "value": "\\u0000"}]);
    let taken = api.patch("/v1/nodes/n1", patch).await;
    assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
}

#[tokio::test]
async fn lists_are_sorted_by_numbers_of_any_size() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await;
    for index in [5_000_000_000_i64, 3, 20] {
        let mut target = Resource::new(ResourceKind::VolumeTarget, now());
        target.node_uuid = Some(node.uuid);
        target.fields.insert("boot_index".to_owned(), index.into());
        api.store.create_resource(&target).await.unwrap();
    }
    let path = "/v1/volume/targets?sort_key=boot_index";
    let list = api.get(path).await.body;
    let items = list["targets"].as_array().unwrap();
    let order: Vec<_> = items
        .iter()
        .map(|item| item["boot_index"].as_i64())
        .collect();
    assert_eq!(order, [Some(3), Some(20), Some(5_000_000_000)]);
}

#[tokio::test]
async fn nothing_gets_an_identifier_that_no_url_can_name() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    for id in ["", ".", "..", "a b", "a/b"] {
        let vif = api
            .call("latest", "POST", "/v1/nodes/n1/vifs", json!({"id": id}))
            .await;
        assert_eq!(vif.status, StatusCode::BAD_REQUEST, "{id:?}: {vif:?}");
        let body = json!({"name": id, "driver": "fake-hardware"});
        let node = api.call("latest", "POST", "/v1/nodes", body).await;
        assert_eq!(node.status, StatusCode::BAD_REQUEST, "{id:?}: {node:?}");
    }
    let vif = json!({"id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"});
    let vif = api.call("latest", "POST", "/v1/nodes/n1/vifs", vif).await;
    assert_eq!(vif.status, StatusCode::NO_CONTENT, "{vif:?}");
}
