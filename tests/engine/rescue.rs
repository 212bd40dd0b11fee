//! Rescue by a profile of the customer's: from `active` to `rescue` and back.

use ferric::conductor::ProvisionRequest;
use ferric::model::Node;
use ferric::states::{PowerState, ProvisionState as State, Verb};
use serde_json::json;
use testkit::{DISTRO, Lab, LabSpec};

use crate::support::{LIMIT, Running, sqlite};

/// The customer's profile that boots a rescue system.
pub(crate) const PROFILE: &str = "their-rescue";
const PASSWORD: &str = "canary-rescue-4711";
/// Anaconda's rescue mode, which fetches its password over the link.
const TEMPLATE: &str = "#template=cheetah\nrescue --nomount\nlang en_US\nkeyboard us\nnetwork --bootproto=dhcp\n\
    %pre\ncurl -fsS -o /tmp/rescue.sh '$ferric_report/script' && sh /tmp/rescue.sh\n%end\n";
/// The same without the link.
const SILENT: &str = "rescue --nomount\n%pre\ncurl \"http://$http_server/cblr/svc/op/trig/mode/pre/system/$system_name\" -o /dev/null\n%end\n";

/// What the owner of the Cobbler server has made.
pub(crate) fn add_rescue_profile(lab: &Lab) {
    lab.cobbler.add_template("their-rescue.ks", TEMPLATE);
    lab.cobbler
        .add_foreign_profile(PROFILE, DISTRO, "their-rescue.ks");
}

async fn rescue(running: &Running, node: &Node) {
    let request = ProvisionRequest {
        rescue_password: Some(PASSWORD.to_owned()),
        ..ProvisionRequest::default()
    };
    let node = node.uuid.to_string();
    let said = running.conductor.provision(&node, Verb::Rescue, request);
    said.await.unwrap();
}

/// A server that is `active`, whose node says that it is rescued with that profile.
async fn active(running: &Running, lab: &Lab, profile: &str) -> Node {
    let address = lab.rack.controllers()[0].address();
    let info = json!({"cimc_address": address, "cobbler_rescue_profile": profile});
    let node = running.enrol_with(0, info).await;
    running.make_available(&node).await;
    running.say(&node, Verb::Active).await;
    running.rests(&node, State::Active).await;
    let done = testkit::until("the install's own end", LIMIT, || async {
        (lab.installs() == [(1, 1)]).then_some(())
    });
    done.await.unwrap();
    node
}

async fn history(running: &Running, node: &Node) -> Vec<String> {
    let entries = running.history(node).await;
    entries.into_iter().map(|entry| entry.event).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescued_server_has_its_password_and_comes_back_to_its_own_disk() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    add_rescue_profile(&lab);
    let profiles = lab.cobbler.profiles();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = active(&running, &lab, PROFILE).await;
    let system = || lab.cobbler.system(&node.uuid.to_string()).unwrap();
    let installed_with = system().profile;

    rescue(&running, &node).await;
    let rescued = running.rests(&node, State::Rescue).await;
    assert_eq!(rescued.power_state, Some(PowerState::On));
    assert_eq!(rescued.last_error, None);
    let kept = format!("{rescued:?}");
    assert!(!kept.contains(PASSWORD), "{kept}");
    assert!(
        !rescued
            .driver_internal_info
            .contains_key("ferric_install_token")
    );
    assert_eq!(
        (system().profile.as_str(), system().netboot_enabled),
        (PROFILE, false)
    );
    let machine = lab.rack.controllers()[0].machine();
    assert_eq!(
        machine.counters.installs_started, 1,
        "nothing was installed"
    );
    let script = &machine.fetched["/tmp/rescue.sh"];
    assert!(script.contains("| chpasswd"), "{script}");
    assert!(
        history(&running, &node)
            .await
            .iter()
            .all(|event| !event.contains("on the word of")),
        "it was not taken on somebody's word"
    );

    running.say(&node, Verb::Unrescue).await;
    running.rests(&node, State::Active).await;
    assert_eq!(
        (system().profile, system().netboot_enabled),
        (installed_with, false)
    );
    let up = testkit::until("its own system", LIMIT, || async {
        let machine = lab.rack.controllers()[0].machine();
        (machine.phase == cimc_sim::Phase::OsUp).then_some(machine)
    });
    assert_eq!(up.await.unwrap().counters.rescues, 1);

    rescue(&running, &node).await;
    running.rests(&node, State::Rescue).await;
    running.say(&node, Verb::Deleted).await;
    running.rests(&node, State::Available).await;
    assert_eq!(lab.cobbler.systems().len(), 0);
    assert_eq!(
        lab.cobbler.profiles(),
        profiles,
        "the customer's profile stays"
    );
    running.stop().await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let found = bytes
            .windows(PASSWORD.len())
            .any(|w| w == PASSWORD.as_bytes());
        assert!(!found, "the rescue password is in the database");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_without_the_link_rescues_on_cobblers_word_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    lab.cobbler.add_template("silent.ks", SILENT);
    lab.cobbler
        .add_foreign_profile("silent", DISTRO, "silent.ks");
    let running = Running::tuned(sqlite(folder.path()).await, &lab, |settings| {
        settings.install_log_poll = std::time::Duration::from_millis(50);
    });
    let running = running.await;
    let node = active(&running, &lab, "silent").await;
    rescue(&running, &node).await;
    running.rests(&node, State::Rescue).await;
    let said = history(&running, &node).await;
    assert!(
        said.iter().any(
            |event| event.contains("on the word of Cobbler's install log")
                && event.contains("not given the rescue password")
        ),
        "{said:?}"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescue_that_nobody_hears_of_fails_and_can_be_undone() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    add_rescue_profile(&lab);
    let running = Running::tuned(sqlite(folder.path()).await, &lab, |settings| {
        settings.install_silence_limit = std::time::Duration::from_secs(3);
    });
    let running = running.await;
    let node = active(&running, &lab, PROFILE).await;
    lab.rack.controllers()[0].set_quirks([cimc_sim::Quirk::NoDhcp]);
    rescue(&running, &node).await;
    let failed = running.rests(&node, State::RescueFailed).await;
    let error = failed.last_error.clone().unwrap();
    assert!(
        error.contains("nothing was heard of the rescue system"),
        "{error}"
    );
    assert!(!format!("{failed:?}").contains(PASSWORD));
    let system = lab.cobbler.system(&node.uuid.to_string()).unwrap();
    assert!(!system.netboot_enabled);
    running.say(&node, Verb::Unrescue).await;
    running.rests(&node, State::Active).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescue_profile_that_is_not_there_leaves_the_server_running() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = active(&running, &lab, "nowhere").await;
    rescue(&running, &node).await;
    let failed = running.rests(&node, State::RescueFailed).await;
    let error = failed.last_error.unwrap();
    assert!(error.contains("Cobbler has no profile nowhere"), "{error}");
    assert!(lab.rack.controllers()[0].is_powered());
    running.stop().await;
}
