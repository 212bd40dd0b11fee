//! A process that dies between any two saves of a cleaning or a service.

use std::time::Duration;

use cimc_sim::Event;
use ferric::conductor::ProvisionRequest;
use ferric::model::{Interfaces, Node, now};
use ferric::states::{PowerState, ProvisionState as State, Verb};
use ferric::store::Store;
use serde_json::json;
use testkit::{COBBLER_PASSWORD, Lab, LabSpec};

use crate::restart::live_and_die;
use crate::support::{LIMIT, Running, conductor, sqlite};

const NOWHERE: &str = "http://127.0.0.1:9";

/// Lets process after process die until the node comes to that state without work in hand. How many
/// there were.
async fn die_until(
    store: &Store,
    folder: &std::path::Path,
    lab: &Lab,
    node: &Node,
    state: State,
) -> u64 {
    let deadline = tokio::time::Instant::now() + LIMIT;
    let mut lives = 0;
    loop {
        let found = store.node(&node.uuid.to_string()).await.unwrap();
        let waits = found.provision_state.is_hold() && found.next_run_at.is_none();
        if found.provision_state == state && (found.job.is_none() || waits) {
            return lives;
        }
        assert!(
            !found.maintenance && found.provision_state != State::CleanFailed,
            "{:?}",
            found.last_error
        );
        assert!(
            tokio::time::Instant::now() < deadline,
            "after {lives} lives: {found:#?}"
        );
        let (folder, api) = (folder.to_owned(), lab.cobbler.api_url());
        // Lives of different lengths end at different places.
        let life = Duration::from_millis(50 + 31 * (lives % 7));
        tokio::task::spawn_blocking(move || live_and_die(folder, api, NOWHERE.to_owned(), life))
            .await
            .unwrap();
        lives += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cleaning_goes_on_after_crashes_and_resets_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        pace: 0.05,
        // Every crash may leave a session behind.
        session_idle: Duration::from_secs(1),
        ..LabSpec::default()
    })
    .await
    .unwrap();
    let store = sqlite(folder.path()).await;
    let running = Running::start(store.clone(), &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.say(&node, Verb::Manage).await;
    running.rests(&node, State::Manageable).await;
    running.stop().await;

    let door = conductor(
        store.clone(),
        &lab.cobbler.api_url(),
        NOWHERE,
        COBBLER_PASSWORD,
    );
    let say = async |verb, steps| {
        let request = ProvisionRequest {
            clean_steps: steps,
            ..ProvisionRequest::default()
        };
        door.provision(&node.uuid.to_string(), verb, request)
            .await
            .unwrap();
    };
    let steps = json!([
        {"interface": "power", "step": "power_on"},
        {"interface": "power", "step": "wait", "args": {"seconds": 0}},
        {"interface": "power", "step": "reboot"},
        {"interface": "power", "step": "hold"},
        {"interface": "power", "step": "power_off"},
        {"interface": "power", "step": "power_on"},
        {"interface": "management", "step": "reset_bmc"},
        {"interface": "power", "step": "power_off"},
    ]);
    say(Verb::Clean, Some(steps)).await;
    let before = die_until(&store, folder.path(), &lab, &node, State::CleanHold).await;
    assert!(lab.rack.controllers()[0].is_powered());
    say(Verb::Unhold, None).await;
    let after = die_until(&store, folder.path(), &lab, &node, State::Manageable).await;
    assert!(
        before + after > 3,
        "the crashes came too late to show anything"
    );

    let controller = &lab.rack.controllers()[0];
    let events = controller.events();
    let count = |wanted: Event| events.iter().filter(|entry| entry.event == wanted).count();
    assert!(!controller.is_powered());
    assert_eq!(
        (count(Event::PoweredOn), count(Event::PoweredOff)),
        (2, 2),
        "{events:?}"
    );
    assert!(
        count(Event::PowerCommand("hard-reset-immediate".to_owned())) <= 1,
        "{events:?}"
    );
    assert!(count(Event::ControllerReset) <= 1, "{events:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_outlives_the_process_and_its_unhold_too() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let store = sqlite(folder.path()).await;
    let door = conductor(store.clone(), NOWHERE, NOWHERE, "");
    let mut node = Node::new("fake-hardware", Interfaces::default(), now());
    node.power_state = Some(PowerState::Off);
    node.enter(State::Active, now());
    let node = door.create_node(node).await.unwrap();
    let ident = node.uuid.to_string();
    let request = ProvisionRequest {
        service_steps: Some(json!([
            {"interface": "power", "step": "hold"},
            {"interface": "power", "step": "hold"},
            {"interface": "power", "step": "power_on"},
        ])),
        ..ProvisionRequest::default()
    };
    door.provision(&ident, Verb::Service, request)
        .await
        .unwrap();
    for _ in 0..2 {
        die_until(&store, folder.path(), &lab, &node, State::ServiceHold).await;
        let request = ProvisionRequest::default();
        door.provision(&ident, Verb::Unhold, request).await.unwrap();
    }
    die_until(&store, folder.path(), &lab, &node, State::Active).await;
    let node = store.node(&ident).await.unwrap();
    assert_eq!(node.power_state, Some(PowerState::On));
    assert_eq!(node.last_error, None);
}
