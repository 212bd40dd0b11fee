//! `/metrics`

use axum::http::StatusCode;
use serde_json::Value;

use crate::harness::Api;

#[tokio::test]
async fn a_scrape_counts_the_nodes_and_the_answers_and_names_none_of_them() {
    let api = Api::start().await;
    api.enrolled("secret-name").await;
    api.get("/v1/nodes/secret-name").await;
    api.get("/v1/nodes/nobody").await;
    api.get("/v1/no/such/path").await;
    api.call("latest", "BREW", "/v1/nodes", Value::Null).await;
    let answer = api.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = answer.body.as_str().unwrap();
    for line in [
        "ferric_nodes{provision_state=\"enroll\"} 1",
        "ferric_api_requests_total{route=\"/v1/nodes/{node}\",method=\"GET\",status=\"2xx\"} 1",
        "ferric_api_requests_total{route=\"/v1/nodes/{node}\",method=\"GET\",status=\"4xx\"} 1",
        "ferric_api_requests_total{route=\"\",method=\"GET\",status=\"4xx\"} 1",
        "ferric_api_requests_total{route=\"/v1/nodes\",method=\"other\",status=\"4xx\"} 1",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(
        !text.contains("secret-name") && !text.contains("nobody"),
        "{text}"
    );
}

#[tokio::test]
async fn a_state_that_no_node_has_any_more_is_not_counted() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await;
    assert!(text(&api).await.contains("provision_state=\"enroll\""));
    api.store.delete_node(&node).await.unwrap();
    assert!(!text(&api).await.contains("provision_state=\"enroll\""));
}

async fn text(api: &Api) -> String {
    api.get("/metrics").await.body.as_str().unwrap().to_owned()
}
