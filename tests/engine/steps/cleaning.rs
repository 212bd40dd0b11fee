//! Manual and automated cleaning.

use ferric::conductor::ProvisionRequest;
use ferric::model::{InterfaceKind, Interfaces, Job, JobKind, Node, PlannedStep, now};
use ferric::states::{PowerState, ProvisionState as State, Verb};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Bench, settings};
use crate::support::{LIMIT, conductor, map, sqlite};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manual_cleaning_runs_what_was_asked_for_in_that_order_and_comes_back() {
    let bench = Bench::start().await;
    let node = bench.fake("n").await;
    let steps = json!([
        {"interface": "power", "step": "power_on"},
        {"interface": "bios", "step": "apply_configuration", "args": settings("Enabled")},
        {"interface": "power", "step": "hold"},
        {"interface": "bios", "step": "factory_reset"},
        {"interface": "power", "step": "power_off"},
        {"interface": "power", "step": "power_on"},
    ]);
    bench
        .provision(&node, json!({"target": "clean", "clean_steps": steps}))
        .await;

    let held = bench.comes_to(&node, "clean hold").await;
    assert_eq!(held["target_provision_state"], "manageable");
    assert_eq!(
        held["clean_step"],
        json!({"interface": "power", "step": "hold", "priority": 0, "abortable": true})
    );
    assert_eq!(held["deploy_step"], json!({}));
    let internal = &held["driver_internal_info"];
    assert_eq!(internal["clean_step_index"], 2);
    assert_eq!(internal["clean_steps"].as_array().map(Vec::len), Some(6));
    assert_eq!(internal["clean_steps"][1]["args"], settings("Enabled"));
    assert_eq!(held["power_state"], "power on");
    assert_eq!(
        bench.bios(&node).await,
        [("LogicalProc".to_owned(), "Enabled".to_owned())]
    );

    bench.provision(&node, json!({"target": "unhold"})).await;
    bench.running.rests(&node, State::Manageable).await;
    let done = bench.shown(&node).await;
    assert_eq!(done["clean_step"], json!({}));
    assert_eq!(done["last_error"], Value::Null);
    assert_eq!(done["target_provision_state"], Value::Null);
    assert_eq!(done["driver_internal_info"]["clean_steps"], Value::Null);
    assert_eq!(done["power_state"], "power on");
    assert_eq!(bench.bios(&node).await, []);
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_that_can_not_be_done_fail_the_cleaning_before_the_first_of_them() {
    let bench = Bench::start().await;
    let node = bench.fake("n").await;
    let good =
        json!({"interface": "bios", "step": "apply_configuration", "args": settings("Enabled")});
    let cases = [
        (
            json!({"interface": "vendor", "step": "nosuch"}),
            "node does not support this clean step: {'interface': 'vendor', 'step': 'nosuch'}; it has vendor.log_passthrough",
        ),
        (
            json!({"interface": "bios", "step": "apply_configuration"}),
            "is missing these required arguments: settings (",
        ),
        (
            json!({"interface": "bios", "step": "factory_reset", "args": {"force": true}}),
            "has these unexpected arguments: force",
        ),
        (
            json!({"interface": "bios", "step": "apply_configuration", "args": {"settings": "x"}}),
            "settings must be a list",
        ),
        (
            json!({"interface": "power", "step": "wait", "args": {"seconds": "long"}}),
            "seconds must be a whole number",
        ),
    ];
    for (bad, words) in cases {
        let steps = json!([good, bad]);
        bench
            .provision(&node, json!({"target": "clean", "clean_steps": steps}))
            .await;
        bench.running.rests(&node, State::CleanFailed).await;
        let failed = bench.shown(&node).await;
        let error = failed["last_error"].as_str().unwrap();
        let start = format!("Cannot clean node {}: ", node.uuid);
        assert!(
            error.starts_with(&start) && error.contains(words),
            "{error}"
        );
        assert_eq!(failed["target_provision_state"], "manageable");
        assert_eq!(failed["maintenance"], false);
        assert_eq!(failed["fault"], Value::Null);
        assert_eq!(
            bench.bios(&node).await,
            [],
            "{bad} came after a step that ran"
        );
        bench.provision(&node, json!({"target": "manage"})).await;
        bench.running.rests(&node, State::Manageable).await;
    }
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_that_need_a_ramdisk_are_refused_where_there_shall_be_none() {
    let bench = Bench::start().await;
    let node = bench.fake("n").await;
    let steps = json!([{"interface": "bios", "step": "factory_reset"}]);
    let body = json!({"target": "clean", "clean_steps": steps, "disable_ramdisk": true});
    bench.provision(&node, body).await;
    let failed = bench.running.rests(&node, State::CleanFailed).await;
    let error = failed.last_error.unwrap();
    assert!(error.contains("requires booting a ramdisk"), "{error}");
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_in_maintenance_is_not_cleaned() {
    let bench = Bench::start().await;
    let node = bench.fake("n").await;
    let path = format!("nodes/{}/maintenance", node.uuid);
    bench
        .ok(Method::PUT, &path, json!({"reason": "a fan"}))
        .await;
    let steps = json!([{"interface": "bios", "step": "factory_reset"}]);
    let (status, words) = bench
        .asked(&node, json!({"target": "clean", "clean_steps": steps}))
        .await;
    assert_eq!(status, 400);
    assert!(
        words.contains("The cleaning operation can't be performed"),
        "{words}"
    );
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_cleaning_runs_no_step_any_more() {
    let bench = Bench::start().await;
    let node = bench.fake("n").await;
    for (step, state) in [
        (json!({"interface": "power", "step": "hold"}), "clean hold"),
        (
            json!({"interface": "power", "step": "wait", "args": {"seconds": 600}}),
            "clean wait",
        ),
        (json!({"interface": "power", "step": "wait"}), "clean wait"),
    ] {
        let after = json!({"interface": "bios", "step": "apply_configuration", "args": settings("Enabled")});
        let name = step["step"].as_str().unwrap().to_owned();
        let body = json!({"target": "clean", "clean_steps": [step, after]});
        bench.provision(&node, body).await;
        let shown = bench.comes_to(&node, state).await;
        assert_eq!(shown["clean_step"]["step"], name.as_str());
        bench.provision(&node, json!({"target": "abort"})).await;
        let node = bench.running.rests(&node, State::CleanFailed).await;
        assert_eq!(
            node.last_error.as_deref(),
            Some(
                format!(
                    "By request, the clean operation was aborted during or after the completion of step \"power.{name}\""
                )
                .as_str()
            )
        );
        assert!(!node.maintenance);
        assert_eq!(node.next_run_at, None);
        assert_eq!(bench.bios(&node).await, []);
        bench.provision(&node, json!({"target": "manage"})).await;
        bench.running.rests(&node, State::Manageable).await;
    }
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abort_of_a_step_that_can_not_end_halfway_takes_effect_at_its_end() {
    let bench = Bench::start().await;
    let planned = |step: &str, args: Value| PlannedStep {
        interface: InterfaceKind::Bios,
        step: step.to_owned(),
        priority: 0,
        args: Some(map(args)),
        abortable: false,
    };
    for (kind, ends) in [
        (JobKind::ManualClean, State::CleanFailed),
        (JobKind::Service, State::ServiceFailed),
    ] {
        let steps = vec![
            planned("wait", json!({"seconds": 0})),
            planned("power_on", json!({})),
        ];
        let mut job = Job::new(kind, steps, now());
        job.abort_after = true;
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        let waits = match kind {
            JobKind::Service => State::ServiceWait,
            _ => State::CleanWait,
        };
        node.enter(waits, now());
        node.job = Some(job);
        node.next_run_at = Some(now());
        let node = bench.running.conductor.create_node(node).await.unwrap();
        let node = bench.running.rests(&node, ends).await;
        let error = node.last_error.clone().unwrap();
        assert!(
            error.contains("aborted during or after the completion of step \"bios.wait\""),
            "{error}"
        );
        assert!(!node.maintenance);
        assert_ne!(node.power_state, Some(PowerState::On));
    }
    bench.running.stop().await;
}

#[tokio::test]
async fn automated_cleaning_plans_the_enabled_steps_unless_the_node_opts_out() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = "http://127.0.0.1:9/";
    // No engine runs, so that the plan can be looked at.
    let conductor = conductor(sqlite(folder.path()).await, nowhere, nowhere, "");
    for (automated_clean, planned) in [
        (None, vec!["vendor.log_passthrough"]),
        (Some(true), vec!["vendor.log_passthrough"]),
        (Some(false), vec![]),
    ] {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.automated_clean = automated_clean;
        node.enter(State::Manageable, now());
        let node = conductor.create_node(node).await.unwrap();
        let ident = node.uuid.to_string();
        let request = ProvisionRequest::default();
        conductor
            .provision(&ident, Verb::Provide, request)
            .await
            .unwrap();
        let job = conductor.store().node(&ident).await.unwrap().job.unwrap();
        let ids: Vec<String> = job.steps.iter().map(PlannedStep::id).collect();
        assert_eq!(ids, planned, "{automated_clean:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runbook_is_used_by_nodes_that_have_its_trait() {
    let bench = Bench::start().await;
    let node = bench.fake("n").await;
    let runbook = json!({
        "name": "CUSTOM_SETTINGS",
        "steps": [
            {"interface": "power", "step": "hold", "args": {}, "order": 2},
            {"interface": "bios", "step": "apply_configuration", "args": settings("Enabled"), "order": 1},
        ],
    });
    bench.ok(Method::POST, "runbooks", runbook).await;
    let clean = json!({"target": "clean", "runbook": "CUSTOM_SETTINGS"});
    let (status, words) = bench.asked(&node, clean.clone()).await;
    assert_eq!(status, 400);
    assert!(words.contains("has not been approved"), "{words}");
    let path = format!("nodes/{}/traits/CUSTOM_SETTINGS", node.uuid);
    bench.ok(Method::PUT, &path, Value::Null).await;
    bench.provision(&node, clean).await;
    bench.comes_to(&node, "clean hold").await;
    assert_eq!(bench.bios(&node).await.len(), 1);
    bench.provision(&node, json!({"target": "unhold"})).await;
    bench.running.rests(&node, State::Manageable).await;

    let (status, words) = bench
        .asked(
            &node,
            json!({"target": "provide", "runbook": "CUSTOM_SETTINGS"}),
        )
        .await;
    assert_eq!(status, 400);
    assert!(words.contains("only valid when"), "{words}");
    bench.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_power_can_be_changed_during_a_hold_which_goes_on_afterwards() {
    let bench = Bench::start().await;
    let node = bench.fake("n").await;
    let steps = json!([
        {"interface": "power", "step": "power_off"},
        {"interface": "power", "step": "hold"},
        {"interface": "bios", "step": "apply_configuration", "args": settings("Enabled")},
    ]);
    bench
        .provision(&node, json!({"target": "clean", "clean_steps": steps}))
        .await;
    bench.comes_to(&node, "clean hold").await;
    let path = format!("nodes/{}/states/power", node.uuid);
    bench
        .ok(Method::PUT, &path, json!({"target": "power on"}))
        .await;
    let is_on = testkit::until("power", LIMIT, || async {
        let node = bench.running.node(&node).await;
        let held = node.job.is_some_and(|job| job.held.is_none());
        (held && node.power_state == Some(PowerState::On)).then_some(())
    });
    is_on.await.unwrap();
    let held = bench.shown(&node).await;
    assert_eq!(held["provision_state"], "clean hold");
    assert_eq!(held["clean_step"]["step"], "hold");
    assert_eq!(bench.bios(&node).await, []);
    bench.provision(&node, json!({"target": "unhold"})).await;
    let node = bench.running.rests(&node, State::Manageable).await;
    assert_eq!(node.power_state, Some(PowerState::On));
    assert_eq!(bench.bios(&node).await.len(), 1);
    bench.running.stop().await;
}
