//! Service: work on a node whose instance stays.

use ferric::states::ProvisionState as State;
use reqwest::Method;
use serde_json::{Value, json};

use super::Bench;

fn service(steps: Value) -> Value {
    json!({"target": "service", "service_steps": steps})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_runs_its_steps_and_the_node_is_active_again() {
    let bench = Bench::start().await;
    let node = bench.active_fake("n").await;
    let steps = json!([
        {"interface": "power", "step": "reboot"},
        {"interface": "vendor", "step": "log_passthrough"},
        {"interface": "power", "step": "hold"},
        {"interface": "power", "step": "power_off"},
        {"interface": "power", "step": "wait", "args": {"seconds": 0}},
        {"interface": "power", "step": "power_on"},
    ]);
    bench.provision(&node, service(steps)).await;
    let held = bench.comes_to(&node, "service hold").await;
    assert_eq!(held["target_provision_state"], "active");
    assert_eq!(held["service_step"]["step"], "hold");
    assert_eq!(held["clean_step"], json!({}));
    assert_eq!(held["driver_internal_info"]["service_step_index"], 2);
    assert_eq!(
        held["driver_internal_info"]["service_steps"][1],
        json!({"interface": "vendor", "step": "log_passthrough", "priority": 0, "abortable": false})
    );
    bench.provision(&node, json!({"target": "unhold"})).await;
    let node = bench.running.rests(&node, State::Active).await;
    assert_eq!(node.last_error, None);
    let shown = bench.shown(&node).await;
    assert_eq!(shown["power_state"], "power on");
    assert_eq!(shown["service_step"], json!({}));
    assert_eq!(shown["driver_internal_info"]["service_steps"], Value::Null);
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abort_of_a_step_that_can_not_end_halfway_is_noted_for_its_end() {
    let bench = Bench::start().await;
    let node = bench.active_fake("n").await;
    let steps = json!([{"interface": "vendor", "step": "trigger_servicewait"}]);
    bench.provision(&node, service(steps)).await;
    let waits = bench.comes_to(&node, "service wait").await;
    let mut step = json!({"interface": "vendor", "step": "trigger_servicewait", "priority": 0, "abortable": false});
    assert_eq!(waits["service_step"], step);
    bench.provision(&node, json!({"target": "abort"})).await;
    let waits = bench.shown(&node).await;
    step["abort_after"] = true.into();
    assert_eq!(waits["provision_state"], "service wait");
    assert_eq!(waits["service_step"], step);
    // An undeploy needs nobody's leave.
    bench.provision(&node, json!({"target": "deleted"})).await;
    bench.running.rests(&node, State::Available).await;
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_service_leaves_the_node_active_and_runs_nothing_more() {
    let bench = Bench::start().await;
    let node = bench.active_fake("n").await;
    for (step, state) in [
        (
            json!({"interface": "power", "step": "hold"}),
            "service hold",
        ),
        (
            json!({"interface": "power", "step": "wait"}),
            "service wait",
        ),
    ] {
        let off = json!({"interface": "power", "step": "power_off"});
        bench
            .provision(
                &node,
                json!({"target": "service", "service_steps": [
                    {"interface": "power", "step": "power_on"}, step, off,
                ]}),
            )
            .await;
        bench.comes_to(&node, state).await;
        bench.provision(&node, json!({"target": "abort"})).await;
        let node = bench.running.rests(&node, State::Active).await;
        let error = node.last_error.clone().unwrap();
        assert!(
            error.starts_with("By request, the service operation was aborted during"),
            "{error}"
        );
        assert_eq!(node.target_provision_state, None);
        assert_eq!(bench.shown(&node).await["power_state"], "power on");
        let said = bench.running.history(&node).await;
        assert!(said.iter().any(|entry| entry.event == error), "{said:?}");
    }
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_can_not_begin_is_aborted_back_to_active() {
    let bench = Bench::start().await;
    let node = bench.active_fake("n").await;
    let steps = json!([{"interface": "deploy", "step": "nosuch"}]);
    bench.provision(&node, service(steps)).await;
    let failed = bench.running.rests(&node, State::ServiceFailed).await;
    let error = failed.last_error.unwrap();
    assert!(
        error.contains("node does not support this service step"),
        "{error}"
    );
    assert!(error.contains("vendor.trigger_servicewait"), "{error}");
    assert!(!failed.maintenance);

    let maintenance = format!("nodes/{}/maintenance", node.uuid);
    bench.ok(Method::PUT, &maintenance, json!({})).await;
    let (status, words) = bench.asked(&node, json!({"target": "abort"})).await;
    assert_eq!(status, 409, "{words}");
    assert!(words.contains("Can not abort service"), "{words}");
    bench.ok(Method::DELETE, &maintenance, Value::Null).await;
    bench.provision(&node, json!({"target": "abort"})).await;
    bench.running.rests(&node, State::Active).await;
    bench.running.stop().await;
}
