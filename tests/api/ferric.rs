//! Our own routes, and the heartbeat that anaconda templates send.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::Api;

#[tokio::test]
async fn an_installer_with_a_wrong_token_learns_nothing() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    let stranger = uuid::Uuid::new_v4();
    for path in [
        format!("{node}/install/wrong/started"),
        format!("{node}/install/wrong/no_such_event"),
        format!("{stranger}/install/wrong/started"),
        "no-uuid/install/wrong/started".to_owned(),
    ] {
        let answer = api
            .call(
                "latest",
                "POST",
                &format!("/ferric/v1/nodes/{path}"),
                Value::Null,
            )
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.error()["description"], "", "{path}");
    }
    let answer = api
        .get(&format!("/ferric/v1/nodes/{node}/install/wrong/script"))
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_report_larger_than_64_kib_is_refused() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    let path = format!("/ferric/v1/nodes/{node}/install/t/failed");
    let answer = api
        .call(
            "latest",
            "POST",
            &path,
            Value::String("x".repeat(65 * 1024)),
        )
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_heartbeat_needs_the_installs_token() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    let path = format!("/v1/heartbeat/{node}");
    let beat = |body: Value| {
        let (api, path) = (&api, path.as_str());
        async move { api.call("latest", "POST", path, body).await }
    };
    let answer = beat(json!({"callback_url": ""})).await;
    assert_eq!(
        answer.words(),
        "Agent token is required for heartbeat processing."
    );
    let answer =
        beat(json!({"callback_url": "", "agent_token": "x", "agent_status": "asleep"})).await;
    assert_eq!(
        answer.words(),
        "Agent status is invalid. Valid states are start,end,error."
    );
    let answer = beat(json!({"callback_url": "", "agent_token": "x", "agent_status": "end"})).await;
    assert_eq!(answer.words(), "Invalid or missing agent token received.");
    let answer = api
        .call(
            "1.71",
            "POST",
            &path,
            json!({"callback_url": "", "agent_status": "end"}),
        )
        .await;
    assert!(answer.words().contains("not recognised"), "{answer:?}");
}
