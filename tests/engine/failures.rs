//! What goes wrong on the way: each ends in `deploy failed` with the step's name and the cause, no
//! system of ours boots from the network any more, and the same deploy succeeds once it is mended.

use cimc_sim::{Event, Fault, FaultRule, Quirk};
use cobbler_sim::SimFault;
use ferric::model::{EvidenceKind, EvidenceSource};
use ferric::states::{ProvisionState as State, Verb};
use testkit::{Lab, LabSpec};

use crate::support::{LIMIT, Running, sqlite};

/// What is broken on a server, the step that notices, and a word of the cause.
const CASES: [(&str, &str, &str); 5] = [
    ("boot order", "boot_network", "boot order"),
    ("power", "power_on", "power off"),
    ("dhcp", "boot_disk", "DHCP"),
    ("installer", "wait_installed", "gave up"),
    ("hang", "boot_disk", "first sign"),
];

fn break_it(lab: &Lab, number: usize, what: &str) {
    let controller = &lab.rack.controllers()[number];
    match what {
        "boot order" => controller
            .faults()
            .add(FaultRule::always(Fault::BootOrderNotStored)),
        "power" => controller
            .faults()
            .add(FaultRule::always(Fault::PowerIgnored)),
        "dhcp" => controller.set_quirks([Quirk::NoDhcp]),
        "installer" => controller.set_quirks([Quirk::FailsInPackages]),
        _ => controller.set_quirks([Quirk::HangsBeforePre]),
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_names_its_step_and_cause_and_a_retry_repairs_it() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        nodes: CASES.len(),
        ..LabSpec::default()
    })
    .await
    .unwrap();
    let running = Running::impatient(sqlite(folder.path()).await, &lab).await;
    let mut nodes = Vec::new();
    for (number, (what, ..)) in CASES.iter().enumerate() {
        let node = running.enrol(&lab, number).await;
        running.make_available(&node).await;
        break_it(&lab, number, what);
        running.say(&node, Verb::Active).await;
        nodes.push(node);
    }
    for (node, (what, step, cause)) in nodes.iter().zip(CASES) {
        let node = running.rests(node, State::DeployFailed).await;
        let error = node.last_error.unwrap_or_default();
        assert!(
            error.contains(step) && error.contains(cause),
            "{what}: {error}"
        );
        assert_eq!(node.target_provision_state, Some(State::Active));
        if let Some(system) = lab.cobbler.system(&node.uuid.to_string()) {
            assert!(!system.netboot_enabled, "{what}");
        }
    }
    for (number, node) in nodes.iter().enumerate() {
        let controller = &lab.rack.controllers()[number];
        controller.faults().clear();
        controller.set_quirks([]);
        running.say(node, Verb::Active).await;
    }
    for node in &nodes {
        let node = running.rests(node, State::Active).await;
        assert_eq!(node.last_error, None);
    }
    for controller in lab.rack.controllers() {
        let closed = testkit::until("no open session", LIMIT, || async {
            (controller.sessions().open == 0).then_some(())
        });
        closed.await.unwrap();
        assert_eq!(controller.sessions().most_open, 1);
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_that_answers_nonsense_for_a_while_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    let faults = lab.rack.controllers()[0].faults();
    faults.add(FaultRule::times(2, Fault::Html).on("lsboot"));
    faults.add(FaultRule::times(1, Fault::Truncated).on("aaaLogin"));
    running.say(&node, Verb::Active).await;
    running.rests(&node, State::Active).await;
    assert!(
        faults.list().is_empty(),
        "the faults were met: {:?}",
        faults.list()
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_without_a_free_session_is_waited_for_and_the_node_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    let controller = &lab.rack.controllers()[0];
    controller
        .faults()
        .add(FaultRule::times(1, Fault::ForeignSessions(4)));
    running.say(&node, Verb::Manage).await;
    let waits = testkit::until("words on the sessions", LIMIT, || async {
        let job = running.node(&node).await.job?;
        job.waiting_for
            .filter(|text| text.contains("no free session"))
    });
    waits.await.unwrap();
    let node = running.rests(&node, State::Manageable).await;
    assert_eq!((node.last_error, node.maintenance), (None, false));
    assert_eq!(controller.sessions().most_open, 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_cobbler_the_disk_comes_first_all_the_same_and_netboot_goes_off_later() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    let controller = &lab.rack.controllers()[0];
    // It says nothing of itself, so that this test says when it is heard of.
    controller.set_quirks([Quirk::HangsBeforePre]);
    running.say(&node, Verb::Active).await;
    let token = testkit::until("the installer's start", LIMIT, || async {
        let node = running.node(&node).await;
        let waits = node.provision_state == State::DeployWait;
        let token = node.internal_text("ferric_install_token")?.to_owned();
        (waits && controller.machine().counters.installs_started == 1).then_some(token)
    });
    let token = token.await.unwrap();
    let changes = || {
        let events = controller.events();
        let changes = events.iter().filter(|e| e.event == Event::BootOrderChanged);
        changes.count()
    };
    let before = changes();
    lab.cobbler.inject(SimFault::Unavailable, None);
    let said = running.conductor.report(
        node.uuid,
        &token,
        EvidenceKind::Started,
        String::new(),
        EvidenceSource::Installer,
    );
    said.await.unwrap();
    testkit::until("the disk first", LIMIT, || async {
        (changes() > before).then_some(())
    })
    .await
    .unwrap();
    let netboot = || {
        let system = lab.cobbler.system(&node.uuid.to_string()).unwrap();
        system.netboot_enabled
    };
    assert!(netboot());
    lab.cobbler.clear_faults();
    testkit::until("netboot off", LIMIT, || async {
        (!netboot()).then_some(())
    })
    .await
    .unwrap();
    running.stop().await;
}
