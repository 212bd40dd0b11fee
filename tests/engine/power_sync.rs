//! Power sync on simulated controllers: what the hardware says is recorded, and what it doesn't
//! say is not made up.

use std::collections::HashSet;
use std::time::Duration;

use cimc_client::{ControllerSettings, Controllers, PowerCommand, Protocol};
use cimc_sim::{Fault, FaultRule};
use ferric::conductor::PowerSync;
use ferric::model::{Interfaces, JobKind, Node, now};
use ferric::states::PowerState;
use ferric::store::{Newcomers, Page, Rhythm};
use testkit::{CIMC_PASSWORD, CIMC_USER, Lab, LabSpec};

use crate::stores::on_each;
use crate::support::{LIMIT, Running, sqlite};

const SYNC: PowerSync = PowerSync {
    interval: Duration::from_millis(200),
    force: false,
    max_retries: 3,
    workers: 8,
};

/// A lab of so many servers, all `available`, and a conductor that watches their power.
async fn watched(
    folder: &tempfile::TempDir,
    nodes: usize,
    sync: PowerSync,
) -> (Lab, Running, Vec<Node>) {
    let spec = LabSpec {
        nodes,
        ..LabSpec::default()
    };
    let lab = Lab::start(spec).await.unwrap();
    let running = Running::watching(sqlite(folder.path()).await, &lab, sync).await;
    let mut all = Vec::new();
    for number in 0..nodes {
        let node = running.enrol(&lab, number).await;
        running.make_available(&node).await;
        all.push(node);
    }
    (lab, running, all)
}

/// Waits until a node is as wanted.
async fn becomes(running: &Running, node: &Node, what: &str, is: impl Fn(&Node) -> bool) -> Node {
    let seen = testkit::until(what, LIMIT, || async {
        Some(running.node(node).await).filter(|node| is(node))
    });
    match seen.await {
        Ok(node) => node,
        Err(error) => panic!("{error}; it is {:#?}", running.node(node).await),
    }
}

/// Waits until a server's controller has been asked so many times more.
async fn asked_again(lab: &Lab, number: usize, times: u64) {
    let logins = || lab.rack.controllers()[number].sessions().logins;
    let before = logins();
    let more = testkit::until("more logins", LIMIT, || async {
        (logins() >= before + times).then_some(())
    });
    more.await.unwrap();
}

/// Somebody at the controller's own web page.
async fn press(lab: &Lab, number: usize, command: PowerCommand) {
    let address = lab.rack.controllers()[number].address();
    let mut settings = ControllerSettings::new(&address, CIMC_USER, CIMC_PASSWORD.into());
    settings.protocol = Protocol::Http;
    let controllers = Controllers::new();
    let controller = controllers.get(&settings).unwrap();
    controller
        .run(async |session| session.set_power(command).await)
        .await
        .unwrap();
}

/// The texts of a node's history.
async fn history(running: &Running, node: &Node) -> Vec<String> {
    let page = Page::default();
    let entries = running.conductor.store().history(node.uuid, &page).await;
    entries
        .unwrap()
        .into_iter()
        .map(|entry| entry.event)
        .collect()
}

/// Nothing is left open, and never more than one session was.
async fn stop_and_count(lab: &Lab, running: Running) {
    running.stop().await;
    for controller in lab.rack.controllers() {
        let closed = testkit::until("no open session", LIMIT, || async {
            (controller.sessions().open == 0).then_some(())
        });
        closed.await.unwrap();
        assert_eq!(controller.sessions().most_open, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_pressed_behind_the_services_back_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (lab, running, nodes) = watched(&folder, 1, SYNC).await;
    becomes(&running, &nodes[0], "off", |n| {
        n.power_state == Some(PowerState::Off)
    })
    .await;
    press(&lab, 0, PowerCommand::Up).await;
    let node = becomes(&running, &nodes[0], "on", |n| {
        n.power_state == Some(PowerState::On)
    })
    .await;
    assert!(!node.maintenance && node.job.is_none());
    let history = history(&running, &node).await;
    let said = |text: &String| text.contains("\"power off\" and is \"power on\"");
    assert_eq!(
        history.iter().filter(|text| said(text)).count(),
        1,
        "{history:?}"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_force_the_hardware_is_told_to_be_as_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let sync = PowerSync {
        force: true,
        ..SYNC
    };
    let (lab, running, nodes) = watched(&folder, 1, sync).await;
    becomes(&running, &nodes[0], "off", |n| {
        n.power_state == Some(PowerState::Off)
    })
    .await;
    press(&lab, 0, PowerCommand::Up).await;
    let told = |n: &Node| {
        n.job
            .as_ref()
            .is_some_and(|job| matches!(job.kind, JobKind::Power(_)))
    };
    becomes(&running, &nodes[0], "told", told).await;
    let off = testkit::until("off again", LIMIT, || async {
        (!lab.rack.controllers()[0].is_powered()).then_some(())
    });
    off.await.unwrap();
    let node = becomes(&running, &nodes[0], "at rest", |n| n.job.is_none()).await;
    assert_eq!(node.power_state, Some(PowerState::Off));
    assert!(!node.maintenance);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_force_a_server_that_never_obeys_is_believed_in_the_end_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let sync = PowerSync {
        force: true,
        ..SYNC
    };
    let (lab, running, nodes) = watched(&folder, 1, sync).await;
    becomes(&running, &nodes[0], "off", |n| {
        n.power_state == Some(PowerState::Off)
    })
    .await;
    let lie = FaultRule::always(Fault::PowerReads("on".to_owned()));
    lab.rack.controllers()[0].faults().add(lie);
    let gave_up = |n: &Node| n.last_error.is_some() && n.job.is_none();
    let node = becomes(&running, &nodes[0], "believed", gave_up).await;
    assert_eq!(node.power_state, Some(PowerState::On));
    let error = node.last_error.unwrap_or_default();
    assert!(error.contains("still says \"power on\""), "{error}");
    stop_and_count(&lab, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_that_fails_goes_into_maintenance_and_its_first_answer_takes_it_out() {
    let folder = tempfile::tempdir().unwrap();
    let (lab, running, nodes) = watched(&folder, 1, SYNC).await;
    let always = FaultRule::always;
    // Of reads alone: a login whose answer can't be read takes a session each time.
    for rule in [
        always(Fault::Refuse),
        always(Fault::Html).on("configResolve"),
        always(Fault::Truncated).on("configResolve"),
    ] {
        let fault = format!("{rule:?}");
        let faults = lab.rack.controllers()[0].faults();
        faults.add(rule);
        let what = format!("maintenance by {fault}");
        let node = becomes(&running, &nodes[0], &what, |n| n.maintenance).await;
        assert_eq!(node.fault.as_deref(), Some("power failure"), "{fault}");
        assert_eq!(node.power_state, Some(PowerState::Error), "{fault}");
        let reason = node.maintenance_reason.unwrap_or_default();
        assert!(
            reason.contains("4 times") && reason.contains("CIMC"),
            "{reason}"
        );
        faults.clear();
        let node = becomes(&running, &nodes[0], "out of it", |n| !n.maintenance).await;
        assert_eq!((node.fault, node.maintenance_reason), (None, None));
        assert_eq!(node.power_state, Some(PowerState::Off));
    }
    stop_and_count(&lab, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_without_a_free_session_is_no_power_failure() {
    let folder = tempfile::tempdir().unwrap();
    let sync = PowerSync {
        max_retries: 0,
        ..SYNC
    };
    let (lab, running, nodes) = watched(&folder, 1, sync).await;
    let before = running.node(&nodes[0]).await;
    let faults = lab.rack.controllers()[0].faults();
    faults.add(FaultRule::times(5, Fault::ForeignSessions(4)));
    let used = testkit::until("five refusals", LIMIT, || async {
        faults.list().is_empty().then_some(())
    });
    used.await.unwrap();
    asked_again(&lab, 0, 1).await;
    let node = running.node(&nodes[0]).await;
    assert!(!node.maintenance, "{:?}", node.maintenance_reason);
    assert_eq!(node.power_state, before.power_state);
    let text = running.conductor.metrics().encode().unwrap();
    assert!(
        text.contains("ferric_power_sync_skipped_total{reason=\"session_limit\"} 5"),
        "{text}"
    );
    stop_and_count(&lab, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_that_is_neither_on_nor_off_is_a_value_and_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let sync = PowerSync {
        max_retries: 0,
        ..SYNC
    };
    let (lab, running, nodes) = watched(&folder, 1, sync).await;
    let odd = FaultRule::always(Fault::PowerReads("test".to_owned()));
    lab.rack.controllers()[0].faults().add(odd);
    let node = becomes(&running, &nodes[0], "odd", |n| {
        n.power_state == Some(PowerState::Error)
    })
    .await;
    assert!(!node.maintenance);
    stop_and_count(&lab, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_that_hangs_never_ends_as_power_off() {
    let folder = tempfile::tempdir().unwrap();
    let sync = PowerSync {
        max_retries: 0,
        ..SYNC
    };
    let (lab, running, nodes) = watched(&folder, 1, sync).await;
    let hang = FaultRule::times(1, Fault::Hang).on("configResolve");
    lab.rack.controllers()[0].faults().add(hang);
    let node = becomes(&running, &nodes[0], "given up", |n| n.maintenance).await;
    assert_eq!(node.power_state, Some(PowerState::Error));
    let reason = node.maintenance_reason.unwrap_or_default();
    assert!(reason.contains("no answer in time"), "{reason}");
    becomes(&running, &nodes[0], "back", |n| !n.maintenance).await;
    stop_and_count(&lab, running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_in_maintenance_for_another_reason_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (lab, running, nodes) = watched(&folder, 2, SYNC).await;
    let ident = nodes[0].uuid.to_string();
    let reason = Some("new fans".to_owned());
    running
        .conductor
        .set_maintenance(&ident, true, reason)
        .await
        .unwrap();
    // What was under way when maintenance began may still end.
    asked_again(&lab, 1, 2).await;
    let before = lab.rack.controllers()[0].sessions().logins;
    asked_again(&lab, 1, 3).await;
    assert_eq!(lab.rack.controllers()[0].sessions().logins, before);
    let node = running.node(&nodes[0]).await;
    assert_eq!(node.maintenance_reason.as_deref(), Some("new fans"));
    stop_and_count(&lab, running).await;
}

#[tokio::test]
async fn of_several_conductors_one_takes_up_each_node_at_each_of_its_moments() {
    on_each(async |store| {
        let rhythm = Rhythm::new(Duration::from_millis(200));
        for number in 0..40 {
            let mut node = Node::new("fake-hardware", Interfaces::default(), now());
            node.name = Some(format!("n{number}"));
            store.create_node(&node).await.unwrap();
        }
        store
            .enlist_for_power_sync(rhythm, Newcomers::New)
            .await
            .unwrap();
        let mut taken = HashSet::new();
        let mut times = 0;
        let limit = tokio::time::Instant::now() + LIMIT;
        while taken.len() < 120 {
            assert!(
                tokio::time::Instant::now() < limit,
                "{} were taken up",
                taken.len()
            );
            let (one, two) = tokio::join!(
                store.claim_power_syncs(rhythm, 7),
                store.claim_power_syncs(rhythm, 7)
            );
            for due in one.unwrap().into_iter().chain(two.unwrap()) {
                times += 1;
                taken.insert((due.node.uuid, due.due_at));
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(times, taken.len());
        let nodes: HashSet<_> = taken.iter().map(|(node, _)| *node).collect();
        assert_eq!(nodes.len(), 40);
    })
    .await;
}
