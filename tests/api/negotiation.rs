//! Versions, headers, and what surrounds every handler.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Api, HOST};

const MIN: &str = "x-openstack-ironic-api-minimum-version";
const MAX: &str = "x-openstack-ironic-api-maximum-version";
const VERSION: &str = "x-openstack-ironic-api-version";

#[tokio::test]
async fn answers_carry_the_agreed_version_and_the_range() {
    let api = Api::start().await;
    let answer = api.get("/v1/nodes").await;
    assert_eq!(
        (
            answer.header(MIN),
            answer.header(MAX),
            answer.header(VERSION)
        ),
        ("1.1", "1.115", "1.115")
    );
    let answer = api.call("1.200", "GET", "/v1/nodes", Value::Null).await;
    assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE);
    assert_eq!(
        (
            answer.header(MIN),
            answer.header(MAX),
            answer.header(VERSION)
        ),
        ("1.1", "1.115", "")
    );
    let answer = api.call("banana", "GET", "/v1/nodes", Value::Null).await;
    assert_eq!((answer.header(MIN), answer.header(MAX)), ("", ""));
}

#[tokio::test]
async fn every_answer_has_a_request_id_in_both_headers() {
    let api = Api::start().await;
    for path in [
        "/",
        "/v1/nodes",
        "/v1/nosuch",
        "/healthz",
        "/ferric/v1/cobblers",
    ] {
        let answer = api.get(path).await;
        assert!(
            answer.header("openstack-request-id").starts_with("req-"),
            "{path}"
        );
        assert_eq!(
            answer.header("openstack-request-id"),
            answer.header("x-openstack-request-id")
        );
    }
}

#[tokio::test]
async fn paths_work_with_a_slash_at_the_end_and_without_v1() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    for path in ["/v1/nodes", "/v1/nodes/", "/nodes", "/nodes/?limit=5"] {
        assert_eq!(api.get(path).await.body["nodes"][0]["name"], "n1", "{path}");
    }
    assert_eq!(api.get("/v1/nodes/n1/").await.body["name"], "n1");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_flat_errors_without_version_headers() {
    let api = Api::start().await;
    let answer = api.get("/v1/nosuch").await;
    assert_eq!(
        answer.error(),
        json!({"code": 404, "title": "Not Found", "description": ""})
    );
    assert_eq!(answer.header(MIN), "");
    let answer = api.call("latest", "PUT", "/v1/nodes/x", json!({})).await;
    assert_eq!(
        answer.error(),
        json!({"code": 405, "title": "Method Not Allowed", "description": ""})
    );
    assert_eq!(answer.header(MIN), "");
    assert_eq!(
        api.call("latest", "HEAD", "/v1/nodes", Value::Null)
            .await
            .status,
        405
    );
    assert_eq!(
        api.call("latest", "OPTIONS", "/v1/nodes", Value::Null)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn health_needs_no_version_and_ready_asks_the_database() {
    let api = Api::start().await;
    for path in ["/healthz", "/readyz", "/healthcheck"] {
        let request = Request::get(path)
            .header("host", HOST)
            .body(Body::empty())
            .unwrap();
        assert_eq!(api.send(request).await.status, StatusCode::OK, "{path}");
    }
    api.store.close().await;
    assert_eq!(
        api.get("/readyz").await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
    assert_eq!(api.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_413_and_a_broken_one_400() {
    let api = Api::start().await;
    let large = format!("{{\"driver\": \"{}\"}}", "x".repeat(1024 * 1024));
    let answer = api
        .call("latest", "POST", "/v1/nodes", Value::String(large))
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.error()["faultcode"], "Client");
    for broken in ["{not json", "a=b"] {
        let answer = api
            .call("latest", "POST", "/v1/nodes", Value::from(broken))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.words().contains("no valid JSON"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_configdrive_may_be_larger_than_other_bodies() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let body = json!({"target": "active", "configdrive": "x".repeat(2 * 1024 * 1024)});
    let answer = api
        .call("latest", "PUT", "/v1/nodes/n1/states/provision", body)
        .await;
    assert!(
        answer.words().contains("while it is in state"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_is_newer_than_the_version_is_refused_each_in_its_way() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let uuid = api.store.node("n1").await.unwrap().uuid;
    for (version, path, status, words) in [
        ("1.36", "traits", 406, "Request not acceptable."),
        ("1.27", "vifs", 404, ""),
        ("1.77", "history", 404, ""),
        ("1.23", "portgroups", 404, ""),
    ] {
        let answer = api
            .call(
                version,
                "GET",
                &format!("/v1/nodes/{uuid}/{path}"),
                Value::Null,
            )
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.words().as_str()),
            (status, words),
            "{path}"
        );
    }
    for (version, path) in [
        ("1.22", "portgroups"),
        ("1.48", "conductors"),
        ("1.31", "volume"),
    ] {
        let answer = api
            .call(version, "GET", &format!("/v1/{path}"), Value::Null)
            .await;
        assert_eq!(
            answer.words(),
            "The API is not supported for this version",
            "{path}"
        );
    }
    let answer = api
        .call(
            "1.20",
            "GET",
            "/v1/nodes?fields=resource_class",
            Value::Null,
        )
        .await;
    assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_new_node_is_available_before_1_11_and_enrolled_after() {
    let api = Api::start().await;
    for (version, state) in [
        ("1.1", Value::Null),
        ("1.2", json!("available")),
        ("1.11", json!("enroll")),
    ] {
        let made = api
            .call(
                version,
                "POST",
                "/v1/nodes",
                json!({"driver": "fake-hardware"}),
            )
            .await;
        assert_eq!(made.body["provision_state"], state, "{version}");
    }
}
