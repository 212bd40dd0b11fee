//! A server that installs itself again and again.

use cimc_sim::Quirk;
use ferric::drivers::cobbler::FIRST_BOOT;
use ferric::states::{PowerState, ProvisionState as State, Verb};
use ferric::store::Page;
use testkit::{Lab, LabSpec};

use crate::support::{LIMIT, Running, sqlite};

/// The boot order has no effect, and what answers the network boot hands the installer out although
/// netboot is off.
const LOOPS: [Quirk; 2] = [Quirk::IgnoresBootOrder, Quirk::StaleNetboot];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_third_start_in_one_deploy_ends_with_power_and_netboot_off() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    let controller = &lab.rack.controllers()[0];
    controller.set_quirks(LOOPS.into_iter().chain([Quirk::ResetsInPackages]));
    running.say(&node, Verb::Active).await;
    let node = running.rests(&node, State::DeployFailed).await;
    let error = node.last_error.unwrap();
    assert!(
        error.contains("boot loop") && error.contains("powered off"),
        "{error}"
    );
    assert!(!controller.is_powered());
    assert_eq!(node.power_state, Some(PowerState::Off));
    let system = lab.cobbler.system(&node.uuid.to_string()).unwrap();
    assert!(!system.netboot_enabled);
    let starts = controller.machine().counters.installs_started;
    assert!(starts > 2, "{starts} starts");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn netboot_is_off_while_the_installer_still_runs() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        install: std::time::Duration::from_secs(600),
        ..LabSpec::default()
    })
    .await
    .unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    running.say(&node, Verb::Active).await;
    let off = testkit::until("netboot off", LIMIT, || async {
        let on = lab.cobbler.system(&node.uuid.to_string())?.netboot_enabled;
        let started = controller_started(&lab);
        (started && !on).then_some(())
    });
    off.await.unwrap();
    assert_eq!(lab.installs()[0], (1, 0), "it runs, and has not ended");
    running.stop().await;
}

fn controller_started(lab: &Lab) -> bool {
    lab.installs()[0].0 > 0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installer_that_starts_again_after_the_end_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    lab.rack.controllers()[0].set_quirks(LOOPS);
    running.say(&node, Verb::Active).await;
    let store = running.conductor.store();
    let told = testkit::until("an entry in the history", LIMIT, || async {
        let history = store.history(node.uuid, &Page::default()).await.unwrap();
        let again = |text: &str| text.contains("started again after the installation was done");
        history
            .iter()
            .any(|entry| again(&entry.event))
            .then_some(())
    });
    told.await.unwrap();
    let node = running.node(&node).await;
    assert_eq!(node.provision_state, State::Active);
    assert!(node.driver_internal_info.contains_key(FIRST_BOOT));
    running.say(&node, Verb::Deleted).await;
    let node = running.rests(&node, State::Available).await;
    assert!(!node.driver_internal_info.contains_key(FIRST_BOOT));
    running.stop().await;
}
