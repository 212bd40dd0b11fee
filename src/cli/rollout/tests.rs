//! Rollouts against a stand-in for the API.

use std::sync::Mutex;

use serde_json::json;

use super::fake_api::{self, Kept, Shared};
use super::work::{Next, next};
use super::*;
use crate::batch::Batch;
use crate::cli::fleet::{self, Node};

fn wishes(text: &str) -> Vec<Wish> {
    wishes_with("", text)
}

fn wishes_with(user_data: &str, text: &str) -> Vec<Wish> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("lab.yaml");
    let head = "cobbler: {url: https://c/cobbler_api, username: u, password: p}\n\
                defaults: {cimc: {username: admin, password: p}}\n\
                services: {web: {distro: el9, packages: [nginx]}}\nnodes:\n";
    std::fs::write(&path, format!("{head}{text}")).unwrap();
    std::fs::write(directory.path().join("user-data"), user_data).unwrap();
    let wish = |node| Wish {
        node,
        cobbler: "lab".to_owned(),
        extra: Map::new(),
    };
    Batch::load(&path)
        .unwrap()
        .nodes
        .into_iter()
        .map(wish)
        .collect()
}

const THREE: &str = "  n[1-3]: {cimc: {address: '10.9.1.[1-3]'}, service: web}\n";

async fn roll_out(kept: &Shared, wishes: Vec<Wish>) -> Rollout {
    let client = Client::new(&fake_api::start(kept.clone()).await).unwrap();
    let fleet = fleet::follow(client.clone(), None, Duration::from_millis(10));
    let stop = CancellationToken::new();
    run(&client, fleet, wishes, &mut View::new(), &stop).await
}

fn requests(kept: &Shared, name: &str) -> Vec<String> {
    let kept = kept.lock().unwrap();
    let of_node = kept.requests.iter().filter(|(node, _)| node == name);
    of_node.map(|(_, target)| target.clone()).collect()
}

#[tokio::test]
async fn new_nodes_are_enrolled_and_taken_to_active() {
    let kept = Shared::default();
    let text = format!(
        "{THREE}  m1: {{cimc: {{address: 10.9.1.9}}, service: web, mac: '00:25:b5:00:00:01'}}\n"
    );
    let rollout = roll_out(&kept, wishes(&text)).await;
    assert_eq!(rollout.results.len(), 4);
    assert!(
        rollout
            .results
            .values()
            .all(|result| matches!(result, Result::Installed(_)))
    );
    assert_eq!(requests(&kept, "n2"), ["manage", "provide", "active"]);
    let kept = kept.lock().unwrap();
    assert!(
        kept.nodes
            .iter()
            .all(|node| node["instance_info"]["packages"] == json!(["nginx"]))
    );
    assert_eq!(kept.ports.len(), 1);
    assert_eq!(kept.ports[0]["address"], "00:25:b5:00:00:01");
}

#[tokio::test]
async fn a_second_run_leaves_what_is_installed_alone() {
    let kept = Shared::default();
    roll_out(&kept, wishes(THREE)).await;
    kept.lock().unwrap().requests.clear();
    let again = roll_out(&kept, wishes(THREE)).await;
    assert!(
        again
            .results
            .values()
            .all(|result| *result == Result::WasActive)
    );
    assert_eq!(kept.lock().unwrap().requests.len(), 0);
}

#[tokio::test]
async fn an_installed_node_that_differs_is_reported_and_not_touched() {
    let kept = Shared::default();
    roll_out(&kept, wishes(THREE)).await;
    for node in &mut kept.lock().unwrap().nodes {
        if node["name"] == "n1" {
            node["instance_info"]["packages"] = json!(["postgresql"]);
        }
    }
    kept.lock().unwrap().requests.clear();
    let again = roll_out(&kept, wishes(THREE)).await;
    let Result::Failed { why, .. } = &again.results["n1"] else {
        panic!("{again:?}")
    };
    assert!(
        why.contains("different packages") && why.contains("undeploy n1"),
        "{why}"
    );
    assert_eq!(kept.lock().unwrap().requests.len(), 0);
}

#[tokio::test]
async fn user_data_that_answers_do_not_show_are_still_compared() {
    const ONE: &str = "  n1: {cimc: {address: 10.9.1.1}, service: web, user_data: user-data}\n";
    let kept = Shared::default();
    roll_out(&kept, wishes_with("#!/bin/sh\n", ONE)).await;
    let again = roll_out(&kept, wishes_with("#!/bin/sh\n", ONE)).await;
    assert_eq!(again.results["n1"], Result::WasActive);
    let changed = roll_out(&kept, wishes_with("#!/bin/sh\nreboot\n", ONE)).await;
    let Result::Failed { why, .. } = &changed.results["n1"] else {
        panic!("{changed:?}")
    };
    assert!(why.contains("different user_data;"), "{why}");
}

#[tokio::test]
async fn a_run_goes_on_where_each_node_stands() {
    let kept = Shared::default();
    let node = |name: &str, state: &str| {
        json!({"uuid": format!("uuid-{name}"), "name": name, "provision_state": state,
               "driver_info": {"cimc_address": "old"}, "last_error": "of the last run"})
    };
    kept.lock().unwrap().nodes = vec![
        node("n1", "clean failed"),
        node("n2", "wait call-back"),
        node("n3", "deploy failed"),
    ];
    let rollout = roll_out(&kept, wishes(THREE)).await;
    assert!(
        rollout
            .results
            .values()
            .all(|result| matches!(result, Result::Installed(_))),
        "{rollout:?}"
    );
    assert_eq!(requests(&kept, "n1"), ["manage", "provide", "active"]);
    assert_eq!(requests(&kept, "n2"), [""; 0]);
    assert_eq!(requests(&kept, "n3"), ["active"]);
    let kept = kept.lock().unwrap();
    assert_eq!(kept.nodes[0]["driver_info"]["cimc_address"], "10.9.1.1");
    assert_eq!(
        kept.nodes[1]["driver_info"]["cimc_address"], "old",
        "it was at work"
    );
}

#[tokio::test]
async fn a_failure_is_the_node_s_own_and_says_its_last_error() {
    let kept: Shared = Arc::new(Mutex::new(Kept {
        deploy_fails: ["n1".to_owned()].into(),
        verify_fails: ["n2".to_owned()].into(),
        ..Kept::default()
    }));
    let rollout = roll_out(&kept, wishes(THREE)).await;
    for failed in ["n1", "n2"] {
        let Result::Failed { why, .. } = &rollout.results[failed] else {
            panic!("{rollout:?}")
        };
        assert_eq!(why, "CIMC said no");
    }
    assert!(matches!(rollout.results["n3"], Result::Installed(_)));
    assert_eq!(requests(&kept, "n2"), ["manage"]);
    let names = ["n1", "n3"].map(str::to_owned);
    let rows = rollout.rows(&names, &Fleet::default());
    assert_eq!(
        rows.iter().map(|row| row.is_good).collect::<Vec<_>>(),
        [false, true]
    );
}

#[tokio::test]
async fn a_busy_node_is_asked_again() {
    let kept: Shared = Arc::new(Mutex::new(Kept {
        busy: 2,
        ..Kept::default()
    }));
    let text = "  n1: {cimc: {address: 10.9.1.1}, service: web}\n";
    let rollout = roll_out(&kept, wishes(text)).await;
    assert!(
        matches!(rollout.results["n1"], Result::Installed(_)),
        "{rollout:?}"
    );
}

#[tokio::test]
async fn an_interrupt_ends_it_with_what_is_known() {
    let kept = Shared::default();
    let client = Client::new(&fake_api::start(kept.clone()).await).unwrap();
    let fleet = fleet::follow(client.clone(), None, Duration::from_millis(10));
    let stop = CancellationToken::new();
    stop.cancel();
    let rollout = run(&client, fleet, wishes(THREE), &mut View::new(), &stop).await;
    assert!(rollout.interrupted && rollout.results.len() < 3);
}

fn node(state: &str) -> Node {
    Node {
        state: state.to_owned(),
        ..Node::default()
    }
}

#[test]
fn every_state_on_the_way_has_its_request() {
    let steps = [
        ("enroll", Next::Request("manage")),
        ("verifying", Next::Wait),
        ("manageable", Next::Request("provide")),
        ("cleaning", Next::Wait),
        ("clean failed", Next::Request("manage")),
        ("available", Next::Request("active")),
        ("wait call-back", Next::Wait),
        ("deploy failed", Next::Request("active")),
        ("active", Next::Finished),
        ("error", Next::GiveUp),
        ("rescue", Next::GiveUp),
    ];
    for (state, expected) in steps {
        assert_eq!(next(&node(state), &[]), expected, "{state}");
    }
}

#[test]
fn a_request_is_made_once() {
    assert_eq!(next(&node("enroll"), &["manage"]), Next::GiveUp);
    assert_eq!(
        next(&node("deploy failed"), &["manage", "provide", "active"]),
        Next::GiveUp
    );
    assert_eq!(
        next(&node("manageable"), &["manage"]),
        Next::Request("provide")
    );
}
