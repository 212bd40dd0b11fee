//! What happens when the process dies, and when two share a database.

use std::collections::HashSet;
use std::time::Duration;

use ferric::model::{Interfaces, Node, now};
use ferric::states::{ProvisionState as State, Verb};
use ferric::store::StoreError;
use testkit::{COBBLER_PASSWORD, Lab, LabSpec};

use crate::support::{LIMIT, Running, conductor, sqlite};

/// Runs a conductor in a runtime of its own and drops that after `life`, with everything that was
/// in the middle of something: as near to a crash as one process can show another.
pub(crate) fn live_and_die(folder: std::path::PathBuf, api: String, url: String, life: Duration) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let conductor = conductor(sqlite(&folder).await, &api, &url, COBBLER_PASSWORD);
        let _ = tokio::time::timeout(
            life,
            conductor.run(tokio_util::sync::CancellationToken::new()),
        )
        .await;
    });
    runtime.shutdown_background();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deploys_go_on_after_crashes_and_install_each_server_once() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        nodes: 4,
        install: Duration::from_secs(2),
        pace: 0.05,
        // Every crash may leave a session behind, and there are dozens.
        session_idle: Duration::from_secs(1),
    })
    .await
    .unwrap();
    let store = sqlite(folder.path()).await;
    let running = Running::start(store.clone(), &lab).await;
    let mut nodes = Vec::new();
    for number in 0..4 {
        let node = running.enrol(&lab, number).await;
        running.make_available(&node).await;
        nodes.push(node);
    }
    running.stop().await;

    // The API outlives the engine here, so that no report is lost for want of a listener: the
    // installers' patience is not what this test is about.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let api = lab.cobbler.api_url();
    let door = conductor(store.clone(), &api, &url, COBBLER_PASSWORD);
    let router = ferric::api::router(ferric::api::ApiState::new(door.clone(), None));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    for node in &nodes {
        door.provision(&node.uuid.to_string(), Verb::Active, Default::default())
            .await
            .unwrap();
    }
    let mut lives = 0;
    let deadline = tokio::time::Instant::now() + LIMIT;
    loop {
        let (folder, api, url) = (folder.path().to_owned(), api.clone(), url.clone());
        // Lives of different lengths end at different places.
        let life = Duration::from_millis(60 + 37 * (lives % 7));
        tokio::task::spawn_blocking(move || live_and_die(folder, api, url, life))
            .await
            .unwrap();
        lives += 1;
        let mut active = 0;
        for node in &nodes {
            let node = store.node(&node.uuid.to_string()).await.unwrap();
            assert_ne!(
                node.provision_state,
                State::DeployFailed,
                "{:?}",
                node.last_error
            );
            active += usize::from(node.provision_state == State::Active);
        }
        if active == nodes.len() {
            break;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "{active} of {} active after {lives} lives",
            nodes.len()
        );
    }
    assert!(lives > 3, "the crashes came too late to show anything");
    testkit::until("the machines' own end", LIMIT, || async {
        lab.installs()
            .iter()
            .all(|(_, finished)| *finished == 1)
            .then_some(())
    })
    .await
    .unwrap();
    assert!(
        lab.installs().iter().all(|(started, _)| *started == 1),
        "{:?}",
        lab.installs()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_due_node_is_claimed_by_one_conductor_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    for _ in 0..20 {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.next_run_at = Some(now());
        store.create_node(&node).await.unwrap();
    }
    let claims = (0..4).map(|host| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            while let Some(node) = store
                .claim_due(&format!("host-{host}"), Duration::from_secs(60))
                .await
                .unwrap()
            {
                mine.push(node.uuid);
            }
            mine
        })
    });
    let mut all = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        all.extend(claim.await.unwrap());
    }
    assert_eq!(all.len(), 20);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 20);
}

#[tokio::test]
async fn a_result_that_comes_after_the_lease_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let mut node = Node::new("fake-hardware", Interfaces::default(), now());
    node.next_run_at = Some(now());
    store.create_node(&node).await.unwrap();
    let slow = store
        .claim_due("slow", Duration::ZERO)
        .await
        .unwrap()
        .unwrap();
    let fast = testkit::until("the end of the lease", LIMIT, || async {
        store
            .claim_due("fast", Duration::from_secs(60))
            .await
            .unwrap()
    });
    let fast = fast.await.unwrap();
    assert_eq!(slow.uuid, fast.uuid);
    assert!(matches!(
        store.save_node(&slow).await,
        Err(StoreError::Stale)
    ));
    assert!(store.save_node(&fast).await.is_ok());
}

#[tokio::test]
async fn a_wake_up_during_a_step_makes_the_node_due_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let mut node = Node::new("fake-hardware", Interfaces::default(), now());
    node.next_run_at = Some(now());
    store.create_node(&node).await.unwrap();
    let mut claimed = store
        .claim_due("host", Duration::from_secs(60))
        .await
        .unwrap()
        .unwrap();
    store.wake_node(claimed.uuid).await.unwrap();
    claimed.next_run_at = Some(now() + chrono::TimeDelta::hours(1));
    claimed.reservation = None;
    let saved = store.save_node(&claimed).await.unwrap();
    assert!(saved.next_run_at.unwrap() <= now());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_conductors_share_the_work_and_install_each_server_once() {
    crate::stores::on_each(async |store| {
        let lab = Lab::start(LabSpec {
            nodes: 6,
            ..LabSpec::default()
        })
        .await
        .unwrap();
        let one = Running::named(store.clone(), &lab, "one").await;
        let two = Running::named(store.clone(), &lab, "two").await;
        let mut nodes = Vec::new();
        for number in 0..6 {
            let node = one.enrol(&lab, number).await;
            one.make_available(&node).await;
            nodes.push(node);
        }
        for (number, node) in nodes.iter().enumerate() {
            let door = if number % 2 == 0 { &one } else { &two };
            door.say(node, Verb::Active).await;
        }
        for node in &nodes {
            one.rests(node, State::Active).await;
        }
        let ends = testkit::until("the machines' own end", LIMIT, async || {
            (lab.installs() == [(1, 1); 6]).then_some(())
        });
        ends.await.unwrap();
        one.stop().await;
        two.stop().await;
    })
    .await;
}
