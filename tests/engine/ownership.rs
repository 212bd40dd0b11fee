//! What belongs to somebody else, and what somebody else has changed, stops a deploy before the
//! server is touched, with the words that a person needs.

use std::collections::BTreeMap;

use cobbler_sim::{ProfileView, SystemView};
use ferric::model::{InterfaceKind, Node, Port, now};
use ferric::states::{ProvisionState as State, Verb};
use serde_json::json;
use testkit::{DISTRO, Lab, LabSpec};

use crate::support::{LIMIT, Running, map, sqlite};

/// All that Cobbler holds.
fn contents(lab: &Lab) -> (Vec<SystemView>, Vec<ProfileView>, BTreeMap<String, String>) {
    let cobbler = &lab.cobbler;
    (cobbler.systems(), cobbler.profiles(), cobbler.templates())
}

/// Calls that write, whatever came of them.
fn writes(lab: &Lab) -> Vec<(String, u64)> {
    let writing = ["new_", "modify_", "save_", "remove_", "write_", "sync"];
    lab.cobbler
        .calls()
        .into_iter()
        .filter(|(method, _)| writing.iter().any(|start| method.starts_with(start)))
        .collect()
}

async fn switch_on(lab: &Lab, number: usize) {
    let controller = &lab.rack.controllers()[number];
    controller.press_power_button();
    let on = testkit::until("a server that runs", LIMIT, || async {
        controller.is_powered().then_some(())
    });
    on.await.unwrap();
}

async fn port(running: &Running, node: &Node, mac: &str) {
    let mut port = Port::new(node.uuid, mac.to_owned(), now());
    port.pxe_enabled = true;
    running.conductor.create_port(port).await.unwrap();
}

async fn failed(running: &Running, node: &Node) -> String {
    running.say(node, Verb::Active).await;
    let node = running.rests(node, State::DeployFailed).await;
    node.last_error.unwrap_or_default()
}

/// What `node validate` says of the deploy interface.
async fn validation(running: &Running, node: &Node) -> Result<(), String> {
    let node = running.node(node).await;
    let mut results = running.conductor.validate(&node).await.unwrap();
    results.remove(&InterfaceKind::Deploy).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mac_of_somebody_else_s_system_stops_a_deploy_while_the_server_still_runs() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    let mac = lab.rack.controllers()[0].macs()[0].to_lowercase();
    port(&running, &node, &mac).await;
    running.make_available(&node).await;
    switch_on(&lab, 0).await;
    validation(&running, &node).await.unwrap();

    lab.cobbler.add_foreign_system("their-db", DISTRO, &mac);
    let before = contents(&lab);
    let said = validation(&running, &node).await.unwrap_err();
    let error = failed(&running, &node).await;
    for text in [&said, &error] {
        assert!(
            text.contains(&mac)
                && text.contains("taken by their-db, which was not made by this service"),
            "{text}"
        );
    }
    assert!(
        error.contains("did not begin, and nothing was touched"),
        "{error}"
    );
    assert!(lab.rack.controllers()[0].is_powered());
    assert_eq!(lab.installs(), [(0, 0)]);
    assert_eq!(writes(&lab), []);
    assert_eq!(contents(&lab), before);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mac_that_only_the_controller_told_stops_it_before_a_system_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    // The last one, which is not the one that boots.
    let mac = lab.rack.controllers()[0].macs().last().unwrap();
    let mac = mac.to_lowercase();
    lab.cobbler.add_foreign_system("their-db", DISTRO, &mac);
    let before = contents(&lab);
    let error = failed(&running, &node).await;
    assert!(
        error.contains("ensure_system") && error.contains(&mac) && error.contains("their-db"),
        "{error}"
    );
    assert_eq!(contents(&lab), before, "the profile is gone again");
    assert_eq!(lab.cobbler.calls().get("new_system"), None);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_template_stops_the_next_deploy_and_is_shown_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        nodes: 2,
        ..LabSpec::default()
    })
    .await
    .unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let first = running.enrol(&lab, 0).await;
    running.make_available(&first).await;
    running.say(&first, Verb::Active).await;
    running.rests(&first, State::Active).await;
    let (name, text) = lab
        .cobbler
        .templates()
        .into_iter()
        .find(|(name, _)| name.starts_with("ferric-web-"))
        .unwrap();
    let edited = text.replace("timezone", "rootpw s3cret\ntimezone");
    assert_ne!(edited, text);
    lab.cobbler.add_template(&name, &edited);

    let second = running.enrol(&lab, 1).await;
    running.make_available(&second).await;
    switch_on(&lab, 1).await;
    let error = failed(&running, &second).await;
    for part in [
        "did not begin",
        name.as_str(),
        "changed since by somebody else",
        "there is more",
        "delete the file there",
    ] {
        assert!(error.contains(part), "no {part:?} in {error}");
    }
    assert!(!error.contains("s3cret"), "{error}");
    assert!(lab.rack.controllers()[1].is_powered());
    assert_eq!(lab.cobbler.templates()[&name], edited, "left as it is");

    let shown = running.conductor.shared_objects("lab").await.unwrap();
    let shown = json!(shown);
    assert_eq!(shown[0]["state"], "changed", "{shown}");
    assert_eq!(shown[0]["nodes"], json!(["node-0"]), "{shown}");
    assert_eq!(
        running.conductor.shared_objects("none").await.unwrap(),
        None
    );

    lab.cobbler.add_template(&name, &text);
    let shown = json!(running.conductor.shared_objects("lab").await.unwrap());
    assert_eq!(shown[0]["state"], "as_made", "{shown}");
    running.say(&second, Verb::Active).await;
    running.rests(&second, State::Active).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_name_of_another_node_is_not_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        nodes: 2,
        ..LabSpec::default()
    })
    .await
    .unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let first = running.enrol(&lab, 0).await;
    running.make_available(&first).await;
    running.say(&first, Verb::Active).await;
    running.rests(&first, State::Active).await;
    let second = running.enrol(&lab, 1).await;
    running.make_available(&second).await;
    let mut changed = running.node(&second).await;
    changed
        .instance_info
        .extend(map(json!({"hostname": "node-0"})));
    running.conductor.store().save_node(&changed).await.unwrap();
    let error = failed(&running, &second).await;
    assert!(
        error.contains("the host name node-0 is taken by")
            && error.contains("another record of this service"),
        "{error}"
    );
    running.stop().await;
}
