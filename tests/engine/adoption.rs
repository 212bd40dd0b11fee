//! Adoption: a server that somebody else has installed.

use ferric::model::{Node, Port, now};
use ferric::states::{PowerState, ProvisionState as State, Verb};
use testkit::{DISTRO, Lab, LabSpec};

use crate::support::{LIMIT, Running, sqlite};

/// A server that runs, under a node that is `manageable`.
async fn manageable(running: &Running, lab: &Lab) -> Node {
    let controller = &lab.rack.controllers()[0];
    controller.press_power_button();
    let on = testkit::until("a server that runs", LIMIT, || async {
        controller.is_powered().then_some(())
    });
    on.await.unwrap();
    let node = running.enrol(lab, 0).await;
    running.say(&node, Verb::Manage).await;
    running.rests(&node, State::Manageable).await;
    node
}

/// Changes the password that the node has for its controller.
async fn password(running: &Running, node: &Node, password: &str) {
    let before = running.node(node).await;
    let mut after = before.clone();
    after
        .driver_info
        .insert("cimc_password".to_owned(), password.into());
    let changed = running.conductor.update_node(&before, after, false);
    changed.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_adopted_server_goes_on_and_nothing_of_somebody_else_s_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let mac = lab.rack.controllers()[0].macs()[0].to_lowercase();
    lab.cobbler.add_foreign_system("their-db", DISTRO, &mac);
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = manageable(&running, &lab).await;
    let port = Port::new(node.uuid, mac.clone(), now());
    running.conductor.create_port(port).await.unwrap();
    let before = (lab.cobbler.systems(), lab.cobbler.profiles());

    running.say(&node, Verb::Adopt).await;
    let adopted = running.rests(&node, State::Active).await;
    assert_eq!(adopted.power_state, Some(PowerState::On));
    assert!(lab.rack.controllers()[0].is_powered());
    let said = running.history(&node).await;
    assert!(
        said.iter().any(|entry| entry.event_type == "adoption"
            && entry.event.contains(&mac)
            && entry.event.contains("Cobbler's system their-db")),
        "{said:?}"
    );
    assert_eq!((lab.cobbler.systems(), lab.cobbler.profiles()), before);

    running.say(&node, Verb::Deleted).await;
    running.rests(&node, State::Available).await;
    assert!(!lab.rack.controllers()[0].is_powered());
    assert_eq!((lab.cobbler.systems(), lab.cobbler.profiles()), before);
    assert_eq!(lab.installs(), [(0, 0)]);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_forgotten_is_adopted_with_its_own_system() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    running.say(&node, Verb::Active).await;
    let active = running.rests(&node, State::Active).await;
    let gone = testkit::until("the node's end", LIMIT, || async {
        let uuid = node.uuid.to_string();
        let set = running.conductor.set_maintenance(&uuid, true, None);
        set.await.unwrap();
        running.conductor.delete_node(&uuid).await.ok()
    });
    gone.await.unwrap();
    assert_eq!(lab.cobbler.systems().len(), 1);

    let mut again = Node::new("cisco-ucs-standalone", Default::default(), now());
    again.uuid = node.uuid;
    again.driver_info = active.driver_info;
    let again = running.conductor.create_node(again).await.unwrap();
    running.say(&again, Verb::Manage).await;
    running.rests(&again, State::Manageable).await;
    running.say(&again, Verb::Adopt).await;
    running.rests(&again, State::Active).await;
    running.say(&again, Verb::Deleted).await;
    running.rests(&again, State::Available).await;
    assert_eq!(lab.cobbler.systems(), []);
    let ours = |profile: &cobbler_sim::ProfileView| profile.name.starts_with("ferric-");
    assert!(!lab.cobbler.profiles().iter().any(ours));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_adoption_that_the_controller_refuses_fails_and_can_be_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = manageable(&running, &lab).await;
    password(&running, &node, "wrong").await;
    running.say(&node, Verb::Adopt).await;
    let failed = running.rests(&node, State::AdoptFailed).await;
    let error = failed.last_error.unwrap();
    assert!(
        error.starts_with("Error while attempting to adopt node node-0: "),
        "{error}"
    );
    assert_eq!(failed.power_state, None);
    password(&running, &node, testkit::CIMC_PASSWORD).await;
    running.say(&node, Verb::Adopt).await;
    running.rests(&node, State::Active).await;
    running.stop().await;
}
