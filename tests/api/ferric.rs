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

#[tokio::test]
async fn reports_without_a_token_are_counted_and_say_nothing_of_the_node() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    let stranger = uuid::Uuid::new_v4();
    let mut answers = Vec::new();
    for id in [node.to_string(), stranger.to_string(), "nobody".to_owned()] {
        for body in [
            json!({"callback_url": "", "agent_token": "x", "agent_status": "end"}),
            json!({"callback_url": "", "agent_token": "x"}),
        ] {
            let path = format!("/v1/heartbeat/{id}");
            let answer = api.call("latest", "POST", &path, body).await;
            answers.push((answer.status, answer.words().to_owned()));
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let path = format!("/ferric/v1/nodes/{node}/install/x/started");
    api.call("latest", "POST", &path, Value::Null).await;
    api.get(&path).await;
    let text = api.get("/metrics").await.body.as_str().unwrap().to_owned();
    for (source, count) in [("installer", 2), ("heartbeat", 6)] {
        let line = format!(
            "ferric_install_reports_total{{source=\"{source}\",outcome=\"refused\"}} {count}"
        );
        assert!(text.contains(&line), "{line} is not in {text}");
    }
}

#[tokio::test]
async fn a_node_without_an_install_has_no_evidence() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await.uuid;
    let answer = api.get("/ferric/v1/nodes/n1/evidence").await;
    assert_eq!(
        answer.body,
        json!({"node": node, "verdict": "nothing has been heard of an installer", "evidence": []})
    );
    let unknown = api.get("/ferric/v1/nodes/nobody/evidence").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
