//! Installs from a profile that the customer made.

use ferric::states::{ProvisionState as State, Verb};
use serde_json::json;
use testkit::{DISTRO, Lab, LabSpec};

use crate::support::{Running, map, sqlite};

const THEIRS: &str = "# theirs, for $hostname\nlang en_US\nreboot\n%packages\n@theirs\n%end\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_s_profile_is_installed_as_it_is_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    // Cobbler has a profile for each distro, of the distro's name.
    let theirs = || {
        let profiles = lab.cobbler.profiles();
        profiles.into_iter().find(|profile| profile.name == DISTRO)
    };
    let before = theirs().unwrap();
    lab.cobbler.add_template(&before.autoinstall, THEIRS);
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    let mut current = running.node(&node).await;
    current.instance_info = map(json!({"cobbler_profile": DISTRO, "service": "own"}));
    running.conductor.store().save_node(&current).await.unwrap();

    running.say(&node, Verb::Active).await;
    running.rests(&node, State::Active).await;
    // The installer's last word comes before its end.
    let finished = testkit::until("the machine's own end", crate::support::LIMIT, || async {
        (lab.installs()[0].1 == 1).then_some(())
    });
    finished.await.unwrap();
    let disk = format!("{:?}", lab.rack.controllers()[0].machine().disk);
    assert!(
        disk.contains("# theirs, for node-0") && disk.contains("@theirs"),
        "{disk}"
    );
    let ours = |name: &str| name.starts_with("ferric-own-");
    assert!(lab.cobbler.profiles().iter().any(|p| ours(&p.name)));

    running.say(&node, Verb::Deleted).await;
    running.rests(&node, State::Available).await;
    assert!(!lab.cobbler.profiles().iter().any(|p| ours(&p.name)));
    assert_eq!(theirs().unwrap(), before);
    assert_eq!(lab.cobbler.templates()[&before.autoinstall], THEIRS);
}
