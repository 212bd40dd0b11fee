//! Nodes: what the recorded exchanges don't show.

use axum::http::StatusCode;
use ferric::model::{InterfaceKind, Job, JobKind, PlannedStep, now};
use ferric::states::ProvisionState;
use serde_json::{Value, json};

use crate::harness::{Api, many};

#[tokio::test]
async fn secrets_are_never_shown_and_their_masks_never_stored() {
    let api = Api::start().await;
    let info = json!({"cimc_address": "198.51.100.7", "cimc_password": "hunter2", "deep": {"token": "t0p"}});
    let body = json!({"driver": "fake-hardware", "name": "n1", "driver_info": info});
    let made = api.call("latest", "POST", "/v1/nodes", body).await;
    assert_eq!(made.body["driver_info"]["cimc_password"], "******");
    for path in [
        "/v1/nodes/n1",
        "/v1/nodes/detail",
        "/v1/nodes?fields=driver_info",
    ] {
        let text = api.get(path).await.body.to_string();
        assert!(!text.contains("hunter2") && !text.contains("t0p"), "{path}");
    }
    let back =
        json!([{"op": "replace", "path": "/driver_info", "value": made.body["driver_info"]}]);
    let answer = api.patch("/v1/nodes/n1", back).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(
        answer.words().contains("driver_info/cimc_password"),
        "{answer:?}"
    );
    let other = json!([{"op": "add", "path": "/driver_info/cimc_port", "value": 443}]);
    assert_eq!(
        api.patch("/v1/nodes/n1", other).await.status,
        StatusCode::OK
    );
    assert_eq!(
        api.store.node("n1").await.unwrap().driver_info["cimc_password"],
        "hunter2"
    );
}

#[tokio::test]
async fn pages_follow_next_to_the_end_and_see_every_node_once() {
    let api = Api::start().await;
    many(&api.store, 25).await;
    let mut seen = Vec::new();
    let mut path = "/v1/nodes?limit=10&fields=name&driver=fake-hardware".to_owned();
    loop {
        let answer = api.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let nodes = answer.body["nodes"].as_array().unwrap();
        seen.extend(
            nodes
                .iter()
                .map(|node| node["name"].as_str().unwrap().to_owned()),
        );
        match answer.body.get("next") {
            Some(next) => {
                path = next
                    .as_str()
                    .unwrap()
                    .strip_prefix("http://127.0.0.1:6385")
                    .unwrap()
                    .to_owned()
            }
            None => break,
        }
    }
    assert_eq!(
        seen,
        (0..25).map(|index| format!("n{index}")).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let api = Api::start().await;
    for name in ["a", "b"] {
        api.enrolled(name).await;
    }
    let patch = json!([
        {"op": "add", "path": "/owner", "value": "o1"},
        {"op": "add", "path": "/conductor_group", "value": "LAB"},
        {"op": "add", "path": "/description", "value": "the first one"},
        {"op": "add", "path": "/retired", "value": true},
        {"op": "add", "path": "/shard", "value": "s1"},
        {"op": "add", "path": "/instance_uuid", "value": "bbbbbbbb-0000-4000-8000-000000000001"},
        {"op": "add", "path": "/instance_info/display_name", "value": "vm1"},
    ]);
    assert_eq!(api.patch("/v1/nodes/a", patch).await.status, StatusCode::OK);
    for filter in [
        "owner=o1",
        "project=o1",
        "conductor_group=lab",
        "description_contains=first",
        "retired=true",
        "shard=s1,s2",
        "sharded=yes",
        "associated=1",
        "instance_name=vm1",
        "instance_uuid=bbbbbbbb-0000-4000-8000-000000000001",
    ] {
        let nodes = api.get(&format!("/v1/nodes?{filter}")).await.body["nodes"].clone();
        assert_eq!(nodes.as_array().map(Vec::len), Some(1), "{filter}");
        assert_eq!(nodes[0]["name"], "a", "{filter}");
    }
    let unsharded = api.get("/v1/nodes?sharded=false").await.body["nodes"].clone();
    assert_eq!(unsharded[0]["name"], "b");
}

#[tokio::test]
async fn a_retired_node_that_returns_to_service_loses_the_reason() {
    let api = Api::start().await;
    api.enrolled("a").await;
    let reason = json!({"op": "add", "path": "/retired_reason", "value": "too old"});
    let alone = api.patch("/v1/nodes/a", json!([reason])).await;
    assert_eq!(alone.status, StatusCode::BAD_REQUEST);
    assert!(alone.words().contains("retired is True"), "{alone:?}");

    let retire = json!([{"op": "add", "path": "/retired", "value": true}, reason]);
    let retired = api.patch("/v1/nodes/a", retire).await;
    assert_eq!(retired.body["retired_reason"], "too old");
    let back = json!([{"op": "replace", "path": "/retired", "value": false}]);
    let back = api.patch("/v1/nodes/a", back).await;
    assert_eq!(back.status, StatusCode::OK);
    assert_eq!(back.body["retired_reason"], json!(null));
}

#[tokio::test]
async fn an_instance_keeps_the_name_that_was_given_to_it() {
    let api = Api::start().await;
    api.enrolled("a").await;
    let display_name = |name: &str| json!([{"op": "add", "path": "/instance_info", "value": {"display_name": name}}]);
    let named = api.patch("/v1/nodes/a", display_name("vm1")).await;
    assert_eq!(named.body["instance_name"], "vm1");
    let explicit = json!([{"op": "replace", "path": "/instance_name", "value": "explicit"}]);
    api.patch("/v1/nodes/a", explicit).await;
    let later = api.patch("/v1/nodes/a", display_name("vm2")).await;
    assert_eq!(later.body["instance_name"], "explicit");
    assert_eq!(later.body["instance_info"], json!({"display_name": "vm2"}));
}

#[tokio::test]
async fn a_job_shows_in_driver_internal_info_and_deploy_step() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    api.change("n1", |node| {
        let step = PlannedStep {
            interface: InterfaceKind::Deploy,
            step: "power_off".to_owned(),
            priority: 90,
            args: None,
            abortable: true,
        };
        let mut job = Job::new(JobKind::Deploy, vec![step], now());
        job.wait_for(Some("the host to shut down".to_owned()), now());
        node.job = Some(job);
        node.enter(ProvisionState::DeployWait, now());
    })
    .await;
    let node = api.get("/v1/nodes/n1").await.body;
    assert_eq!(node["provision_state"], "wait call-back");
    assert_eq!(node["deploy_step"]["step"], "power_off");
    assert_eq!(
        node["driver_internal_info"]["ferric_job"]["waiting_for"],
        "the host to shut down"
    );
    assert_eq!(node["clean_step"], json!({}));
    let answer = api
        .patch(
            "/v1/nodes/n1",
            json!([{"op": "add", "path": "/extra/a", "value": 1}]),
        )
        .await;
    assert_eq!(
        answer.words(),
        "Node n1 can not be updated while a state transition is in progress."
    );
}

#[tokio::test]
async fn power_requests_are_checked_before_anything_moves() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let power = |version: &'static str, body: Value| {
        let api = &api;
        async move {
            api.call(version, "PUT", "/v1/nodes/n1/states/power", body)
                .await
        }
    };
    assert_eq!(
        power("latest", json!({})).await.words(),
        "Missing mandatory parameter: target"
    );
    assert_eq!(
        power("1.26", json!({"target": "soft power off"}))
            .await
            .status,
        StatusCode::NOT_ACCEPTABLE
    );
    let answer = power("latest", json!({"target": "power on", "timeout": 0})).await;
    assert_eq!(answer.words(), "timeout has to be positive integer");
    let answer = power("latest", json!({"target": "fly"})).await;
    assert!(
        answer
            .words()
            .starts_with("The requested action \"fly\" can not be performed"),
        "{answer:?}"
    );
    api.change("n1", |node| node.disable_power_off = true).await;
    let answer = power("latest", json!({"target": "power off"})).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(
        answer.words(),
        "Failed to set node power state to power off."
    );
}

#[tokio::test]
async fn ports_are_found_below_a_node_by_its_name() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let body = json!({"address": "52:54:00:AA:BB:01", "node_ident": "n1", "name": "eth0"});
    let made = api.call("latest", "POST", "/v1/ports", body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    for path in [
        "/v1/nodes/n1/ports",
        "/v1/ports?node=n1",
        "/v1/ports?address=52-54-00-AA-BB-01",
    ] {
        assert_eq!(
            api.get(path).await.body["ports"][0]["address"],
            "52:54:00:aa:bb:01",
            "{path}"
        );
    }
    assert_eq!(
        api.get("/v1/ports/eth0").await.body["uuid"],
        made.body["uuid"]
    );
    assert_eq!(
        api.call("1.93", "POST", "/v1/ports", body).await.status,
        StatusCode::NOT_ACCEPTABLE
    );
    assert_eq!(
        api.get("/v1/ports?node=n1&shard=s1").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn what_nova_reads_of_things_that_are_not_there_is_empty() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    for (path, key) in [
        ("/v1/portgroups/detail?node=n1", "portgroups"),
        ("/v1/nodes/n1/portgroups", "portgroups"),
        ("/v1/volume/connectors?node=n1&detail=True", "connectors"),
        ("/v1/volume/targets?node=n1", "targets"),
        ("/v1/nodes/n1/volume/targets", "targets"),
        ("/v1/nodes/n1/vifs", "vifs"),
        ("/v1/nodes/n1/history", "history"),
        ("/v1/nodes/n1/bios", "bios"),
        ("/v1/nodes/n1/children", "children"),
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.body[key], json!([]), "{path}");
    }
}

#[tokio::test]
async fn a_thousand_nodes_are_listed_in_one_page() {
    let api = Api::start().await;
    many(&api.store, 1001).await;
    let answer = api
        .get("/v1/nodes?fields=uuid,provision_state,properties,traits")
        .await;
    assert_eq!(answer.body["nodes"].as_array().map(Vec::len), Some(1000));
    assert!(answer.body["next"].is_string());
}

#[tokio::test]
async fn a_node_that_somebody_holds_answers_409_to_every_change() {
    let api = Api::start().await;
    api.enrolled("n1").await;
    let node = api
        .change("n1", |node| {
            node.reservation = Some("other-conductor".to_owned())
        })
        .await;
    let words = format!(
        "Node {} is locked by host other-conductor, please retry after the current operation is \
         completed.",
        node.uuid
    );
    // All at once: each waits for the holder to let go.
    let calls = [
        (
            "PATCH",
            "",
            json!([{"op": "add", "path": "/extra/k", "value": "v"}]),
        ),
        ("PUT", "/states/power", json!({"target": "power on"})),
        ("PUT", "/states/provision", json!({"target": "active"})),
        ("PUT", "/states/provision", json!({"target": "manage"})),
        (
            "PUT",
            "/management/boot_device",
            json!({"boot_device": "pxe"}),
        ),
        ("PUT", "/maintenance", json!({"reason": "x"})),
        ("DELETE", "", Value::Null),
    ];
    let answers = calls.map(|(method, path, body)| {
        let api = &api;
        async move {
            (
                method,
                path,
                api.call("latest", method, &format!("/v1/nodes/n1{path}"), body)
                    .await,
            )
        }
    });
    for (method, path, answer) in futures_util::future::join_all(answers).await {
        assert_eq!(
            answer.status,
            StatusCode::CONFLICT,
            "{method} {path}: {answer:?}"
        );
        assert_eq!(answer.words(), words, "{method} {path}");
        assert_eq!(answer.header("retry-after"), "");
    }
}
