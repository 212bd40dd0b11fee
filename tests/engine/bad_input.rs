//! What an operator gets wrong: one sentence in `last_error`, and nothing half done in Cobbler.

use ferric::model::Node;
use ferric::states::{ProvisionState as State, Verb};
use serde_json::json;
use testkit::{COBBLER_PASSWORD, Lab, LabSpec};

use crate::support::{Running, map, sqlite};

/// Whether anything of ours is in Cobbler.
fn nothing_of_ours(lab: &Lab) -> bool {
    lab.cobbler
        .systems()
        .iter()
        .all(|s| !s.comment.starts_with("ferric:"))
        && lab
            .cobbler
            .profiles()
            .iter()
            .all(|p| !p.comment.starts_with("ferric:"))
}

async fn verify_error(running: &Running, node: &Node) -> String {
    running.say(node, Verb::Manage).await;
    running
        .rests(node, State::Enroll)
        .await
        .last_error
        .unwrap_or_default()
}

async fn deploy_error(running: &Running, node: &Node) -> String {
    running.make_available(node).await;
    running.say(node, Verb::Active).await;
    running
        .rests(node, State::DeployFailed)
        .await
        .last_error
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_cimc_password_is_said_and_the_node_stays_in_enroll() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let address = lab.rack.controllers()[0].address().to_string();
    let node = running
        .enrol_with(
            0,
            json!({"cimc_address": address, "cimc_password": "canary-wrong"}),
        )
        .await;
    let error = verify_error(&running, &node).await;
    assert!(
        error.contains(&address) && error.to_lowercase().contains("password"),
        "{error}"
    );
    assert!(!error.contains("canary-wrong"), "{error}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_cimc_is_named_after_some_tries() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    // Bound and let go: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let node = running.enrol_with(0, json!({"cimc_address": free})).await;
    let error = verify_error(&running, &node).await;
    assert!(error.contains(&free) && error.contains("tries"), "{error}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_distro_fails_the_deploy_before_its_first_step() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    let mut changed = running.node(&node).await;
    changed.instance_info = map(json!({"cobbler_distro": "el99"}));
    running
        .conductor
        .update_node(&node, changed, false)
        .await
        .unwrap();
    let error = deploy_error(&running, &node).await;
    assert!(
        error.contains("did not begin") && error.contains("el99") && error.contains("el9-x86_64"),
        "{error}"
    );
    assert!(nothing_of_ours(&lab));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_cobbler_password_fails_the_deploy_and_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::with_password(sqlite(folder.path()).await, &lab, "canary-wrong").await;
    let node = running.enrol(&lab, 0).await;
    let error = deploy_error(&running, &node).await;
    assert!(
        error.contains("did not begin") && error.contains("login refused"),
        "{error}"
    );
    assert!(
        !error.contains("canary-wrong") && !error.contains(COBBLER_PASSWORD),
        "{error}"
    );
    assert!(nothing_of_ours(&lab));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mac_address_of_somebody_elses_system_stops_the_deploy() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let mac = lab.rack.controllers()[0].macs()[0].clone();
    lab.cobbler
        .add_foreign_system("theirs", testkit::DISTRO, &mac);
    let before = format!("{:?}", lab.cobbler.system("theirs"));
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    let error = deploy_error(&running, &node).await;
    assert!(
        error.contains("ensure_system") && error.contains(&mac) && error.contains("theirs"),
        "{error}"
    );
    assert!(nothing_of_ours(&lab));
    assert_eq!(format!("{:?}", lab.cobbler.system("theirs")), before);
    assert!(
        !lab.rack.controllers()[0].is_powered(),
        "nothing was switched on"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_server_enrolled_twice_is_noticed_by_its_mac_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let first = running.enrol(&lab, 0).await;
    running.make_available(&first).await;
    running.say(&first, Verb::Active).await;
    running.rests(&first, State::Active).await;
    let address = lab.rack.controllers()[0].address().to_string();
    let twin = running
        .enrol_with(1, json!({"cimc_address": address}))
        .await;
    let error = deploy_error(&running, &twin).await;
    assert!(
        error.contains("learn_macs") && error.contains(&first.uuid.to_string()),
        "{error}"
    );
    running.stop().await;
}
