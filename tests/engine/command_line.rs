//! Servers whose controllers have no XML API (1.3), or one that tells no MAC addresses (1.4): their
//! command line over SSH does what is missing.

use ferric::states::{PowerState, ProvisionState as State, Verb};
use serde_json::{Value, json};
use testkit::Lab;

use crate::support::{Running, sqlite};

async fn lab(firmware: &[&str]) -> Lab {
    Lab::of_firmware(firmware).await.unwrap()
}

/// What lets the command line of a server be used.
fn driver_info(lab: &Lab, number: usize) -> Value {
    let controller = &lab.rack.controllers()[number];
    json!({
        "cimc_address": controller.address(),
        "cimc_ssh_port": controller.ssh_address().unwrap().port(),
        "cimc_ssh_fingerprint": controller.ssh_fingerprint(),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_of_1_3_and_1_4_are_installed_without_a_port_made_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab(&["1.3", "1.4"]).await;
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let mut nodes = Vec::new();
    for number in 0..2 {
        let node = running.enrol_with(number, driver_info(&lab, number)).await;
        running.make_available(&node).await;
        running.say(&node, Verb::Active).await;
        nodes.push(node);
    }
    for (node, controller) in nodes.iter().zip(lab.rack.controllers()) {
        let node = running.rests(node, State::Active).await;
        assert_eq!(
            (node.power_state, node.last_error.clone()),
            (Some(PowerState::On), None)
        );
        assert_eq!(
            node.internal_text("firmware_version"),
            Some(controller.personality().firmware())
        );
        let ports = running.conductor.store().ports_of(node.uuid).await.unwrap();
        let mut macs: Vec<_> = ports.iter().map(|port| port.address.clone()).collect();
        macs.sort();
        assert_eq!(macs, controller.macs()[2..], "those of the VIC");
        let sessions = controller.sessions();
        assert_eq!(sessions.most_open, 1);
    }
    for node in &nodes {
        running.say(node, Verb::Deleted).await;
        let node = running.rests(node, State::Available).await;
        assert_eq!(node.last_error, None);
    }
    running.stop().await;
    assert!(
        lab.rack
            .controllers()
            .iter()
            .all(|c| c.sessions().open == 0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_1_3_is_inspected() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab(&["1.3"]).await;
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol_with(0, driver_info(&lab, 0)).await;
    running.say(&node, Verb::Manage).await;
    running.rests(&node, State::Manageable).await;
    running.say(&node, Verb::Inspect).await;
    let node = running.rests(&node, State::Manageable).await;
    assert_eq!(node.last_error, None);
    assert_eq!(node.properties["cpus"], 32);
    assert_eq!(node.properties["memory_mb"], 131_072);
    let ports = running.conductor.store().ports_of(node.uuid).await.unwrap();
    assert_eq!(ports.len(), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_1_3_whose_host_key_is_not_pinned_says_which_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab(&["1.3"]).await;
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let mut info = driver_info(&lab, 0);
    info["cimc_ssh_fingerprint"] = Value::Null;
    let node = running.enrol_with(0, info).await;
    running.say(&node, Verb::Manage).await;
    let node = running.rests(&node, State::Enroll).await;
    let error = node.last_error.unwrap();
    let fingerprint = lab.rack.controllers()[0].ssh_fingerprint().unwrap();
    assert!(
        error.contains(fingerprint) && error.contains("cimc_ssh_fingerprint"),
        "{error}"
    );
    running.stop().await;
}
