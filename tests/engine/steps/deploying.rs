//! Deploy steps: of the request, of deploy templates, of the driver.

use ferric::states::ProvisionState as State;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Bench, settings};

fn names(steps: &Value) -> Vec<&str> {
    let steps = steps.as_array().unwrap().iter();
    steps.map(|step| step["step"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn templates_of_the_instance_s_traits_and_the_request_s_steps_join_the_driver_s() {
    let bench = Bench::start().await;
    let node = bench.available_fake("n").await;
    let template = json!({"name": "CUSTOM_HT", "steps": [
        {"interface": "bios", "step": "apply_configuration", "args": settings("Enabled"), "priority": 150},
        {"interface": "power", "step": "power_on", "args": {}, "priority": 160},
    ]});
    bench.ok(Method::POST, "deploy_templates", template).await;
    let other = json!({"name": "CUSTOM_OTHER", "steps": [
        {"interface": "power", "step": "power_off", "args": {}, "priority": 170},
    ]});
    bench.ok(Method::POST, "deploy_templates", other).await;
    let path = format!("nodes/{}", node.uuid);
    let patch = json!([{"op": "add", "path": "/instance_info/traits", "value": ["CUSTOM_HT"]}]);
    bench.ok(Method::PATCH, &path, patch).await;
    let (status, words) = bench.asked(&node, json!({"target": "active"})).await;
    assert_eq!(status, 400);
    assert!(words.contains("is missing traits CUSTOM_HT"), "{words}");

    bench
        .ok(
            Method::PUT,
            &format!("{path}/traits/CUSTOM_HT"),
            Value::Null,
        )
        .await;
    let steps = json!([{"interface": "power", "step": "hold", "args": {}, "priority": 90}]);
    bench
        .provision(&node, json!({"target": "active", "deploy_steps": steps}))
        .await;
    let held = bench.comes_to(&node, "deploy hold").await;
    assert_eq!(held["deploy_step"]["step"], "hold");
    let planned = &held["driver_internal_info"]["deploy_steps"];
    assert_eq!(
        names(planned),
        ["power_on", "apply_configuration", "deploy", "hold"]
    );
    assert_eq!(
        planned[2],
        json!({"interface": "deploy", "step": "deploy", "priority": 100, "abortable": true, "argsinfo": null})
    );
    assert_eq!(bench.bios(&node).await.len(), 1);
    bench.provision(&node, json!({"target": "unhold"})).await;
    let node = bench.running.rests(&node, State::Active).await;
    assert_eq!(
        bench.shown(&node).await["driver_internal_info"]["deploy_steps"],
        Value::Null
    );
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_request_s_steps_go_before_a_template_s_and_priority_0_takes_one_out() {
    let bench = Bench::start().await;
    let node = bench.available_fake("n").await;
    let template = json!({"name": "CUSTOM_HT", "steps": [
        {"interface": "bios", "step": "apply_configuration", "args": settings("Enabled"), "priority": 150},
    ]});
    bench.ok(Method::POST, "deploy_templates", template).await;
    let path = format!("nodes/{}", node.uuid);
    bench
        .ok(
            Method::PUT,
            &format!("{path}/traits/CUSTOM_HT"),
            Value::Null,
        )
        .await;
    let patch = json!([{"op": "add", "path": "/instance_info/traits", "value": ["CUSTOM_HT"]}]);
    bench.ok(Method::PATCH, &path, patch).await;
    let steps = json!([
        {"interface": "bios", "step": "apply_configuration", "args": {}, "priority": 0},
        {"interface": "deploy", "step": "deploy", "args": {}, "priority": "0"},
        {"interface": "power", "step": "hold", "args": {}, "priority": "7"},
    ]);
    bench
        .provision(&node, json!({"target": "active", "deploy_steps": steps}))
        .await;
    let held = bench.comes_to(&node, "deploy hold").await;
    assert_eq!(
        names(&held["driver_internal_info"]["deploy_steps"]),
        ["hold"]
    );
    bench.provision(&node, json!({"target": "abort"})).await;
    let node = bench.running.rests(&node, State::DeployFailed).await;
    let error = node.last_error.unwrap();
    assert!(
        error.starts_with("By request, the deploy operation was aborted during"),
        "{error}"
    );
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deploy_steps_that_can_not_be_done_are_refused_at_once() {
    let bench = Bench::start().await;
    let node = bench.available_fake("n").await;
    let step = |step: Value| json!([step]);
    for (steps, words) in [
        (
            step(json!({"interface": "deploy", "step": "nosuch", "args": {}, "priority": 50})),
            "node does not support this deploy step: {'interface': 'deploy', 'step': 'nosuch'}; it has ",
        ),
        (
            step(json!({"interface": "deploy", "step": "deploy", "args": {}, "priority": 50})),
            "is a core step and cannot be overridden",
        ),
        (
            step(
                json!({"interface": "bios", "step": "apply_configuration", "args": {}, "priority": 50}),
            ),
            "is missing these required arguments",
        ),
        (
            json!([
                {"interface": "bios", "step": "apply_configuration", "args": settings("a"), "priority": 50},
                {"interface": "bios", "step": "apply_configuration", "args": settings("b"), "priority": 60},
            ]),
            "Duplicate deploy steps for bios.apply_configuration",
        ),
        (
            step(json!({"interface": "deploy", "step": "deploy", "args": {}, "priority": 0})),
            "nothing would be done",
        ),
    ] {
        let (status, answer) = bench
            .asked(&node, json!({"target": "active", "deploy_steps": steps}))
            .await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer.contains(words), "{answer}");
        assert!(
            answer.contains("Failed to validate deploy or power info"),
            "{answer}"
        );
        let node = bench.running.node(&node).await;
        assert_eq!((node.provision_state, node.job), (State::Available, None));
    }
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_that_can_not_be_done_is_named_by_the_validation_and_by_the_deploy() {
    let bench = Bench::start().await;
    let node = bench.available_fake("n").await;
    let path = format!("nodes/{}", node.uuid);
    let template = json!({"name": "CUSTOM_BAD", "steps": [
        {"interface": "raid", "step": "nosuch", "args": {}, "priority": 150},
    ]});
    bench.ok(Method::POST, "deploy_templates", template).await;
    bench
        .ok(
            Method::PUT,
            &format!("{path}/traits/CUSTOM_BAD"),
            Value::Null,
        )
        .await;
    let patch = json!([{"op": "add", "path": "/instance_info/traits", "value": ["CUSTOM_BAD"]}]);
    bench.ok(Method::PATCH, &path, patch).await;
    let words =
        "Matching deploy templates: CUSTOM_BAD. Errors: node does not support this deploy step";
    let path = format!("{path}/validate");
    let (_, validated) = bench.call(Method::GET, &path, Value::Null).await;
    assert_eq!(validated["deploy"]["result"], false);
    let reason = validated["deploy"]["reason"].as_str().unwrap();
    assert!(reason.contains(words), "{reason}");
    let (status, answer) = bench.asked(&node, json!({"target": "active"})).await;
    assert_eq!(status, 400);
    assert!(answer.contains(words), "{answer}");
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_install_can_be_held_before_the_server_is_powered_on() {
    let bench = Bench::start().await;
    let node = bench.running.enrol(&bench.lab, 0).await;
    bench.running.make_available(&node).await;
    let steps = json!([{"interface": "power", "step": "hold", "args": {}, "priority": 55}]);
    bench
        .provision(&node, json!({"target": "active", "deploy_steps": steps}))
        .await;
    let held = bench.comes_to(&node, "deploy hold").await;
    assert_eq!(
        names(&held["driver_internal_info"]["deploy_steps"]),
        [
            "power_off",
            "ensure_profile",
            "learn_macs",
            "ensure_system",
            "boot_network",
            "hold",
            "power_on",
            "boot_disk",
            "wait_installed"
        ]
    );
    assert_eq!(bench.lab.installs(), [(0, 0)]);
    bench.provision(&node, json!({"target": "unhold"})).await;
    bench.running.rests(&node, State::Active).await;
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_install_that_is_aborted_in_its_hold_is_disarmed() {
    let bench = Bench::start().await;
    let node = bench.running.enrol(&bench.lab, 0).await;
    bench.running.make_available(&node).await;
    let steps = json!([{"interface": "power", "step": "hold", "args": {}, "priority": 55}]);
    bench
        .provision(&node, json!({"target": "active", "deploy_steps": steps}))
        .await;
    bench.comes_to(&node, "deploy hold").await;
    let netboot = || {
        let system = bench.lab.cobbler.system(&node.uuid.to_string());
        system.unwrap().netboot_enabled
    };
    assert!(netboot());
    bench.provision(&node, json!({"target": "abort"})).await;
    bench.running.rests(&node, State::DeployFailed).await;
    assert!(!netboot());
    assert_eq!(bench.lab.installs(), [(0, 0)]);
    bench.running.stop().await;
}
