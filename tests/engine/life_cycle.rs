//! From `enroll` to `active` and back.

use ferric::model::{EvidenceKind, EvidenceSource};
use ferric::states::{PowerState, ProvisionState as State, Verb};
use serde_json::Value;
use testkit::{CIMC_PASSWORD, COBBLER_PASSWORD, Lab, LabSpec};

use crate::support::{Running, sqlite};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_of_every_firmware_are_installed_once_and_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        nodes: 4,
        ..LabSpec::default()
    })
    .await
    .unwrap();
    lab.cobbler
        .add_foreign_system("not-ours", testkit::DISTRO, "52:54:00:00:00:01");
    let foreign = format!("{:?}", lab.cobbler.system("not-ours"));
    let running = Running::start(sqlite(folder.path()).await, &lab).await;

    let mut nodes = Vec::new();
    for number in 0..4 {
        let node = running.enrol(&lab, number).await;
        running.make_available(&node).await;
        nodes.push(node);
    }
    for node in &nodes {
        running.say(node, Verb::Active).await;
    }
    for (number, node) in nodes.iter().enumerate() {
        let node = running.rests(node, State::Active).await;
        assert_eq!(node.power_state, Some(PowerState::On));
        assert_eq!(node.last_error, None);
        assert!(
            !node
                .driver_internal_info
                .contains_key("ferric_install_token")
        );
        let system = lab.cobbler.system(&node.uuid.to_string()).unwrap();
        let macs: Vec<&String> = system.macs.values().collect();
        assert_eq!(macs, [&lab.rack.controllers()[number].macs()[0]]);
        assert!(!system.netboot_enabled);
        assert_eq!(system.hostname, node.display_name());
        let ports = running.conductor.store().ports_of(node.uuid).await.unwrap();
        assert!(ports.iter().any(|port| macs.contains(&&port.address)));
    }
    // One profile for the service, beside the distro's own three.
    assert_eq!(
        lab.cobbler
            .profiles()
            .iter()
            .filter(|p| p.name.starts_with("ferric-web-"))
            .count(),
        1
    );
    let installed = testkit::until(
        "every machine on its own disk",
        crate::support::LIMIT,
        || async {
            lab.installs()
                .iter()
                .all(|(_, finished)| *finished == 1)
                .then_some(())
        },
    );
    installed.await.unwrap();
    assert!(
        lab.installs().iter().all(|(started, _)| *started == 1),
        "{:?}",
        lab.installs()
    );
    let fetched = lab.rack.controllers()[0].machine().fetched;
    assert!(
        fetched
            .values()
            .any(|script| script.contains("authorized_keys")),
        "{fetched:?}"
    );

    for node in &nodes {
        running.say(node, Verb::Deleted).await;
    }
    for node in &nodes {
        let node = running.rests(node, State::Available).await;
        assert_eq!(node.power_state, Some(PowerState::Off));
        assert!(node.instance_info.is_empty());
    }
    assert_eq!(lab.cobbler.systems().len(), 1, "only the foreign one stays");
    assert_eq!(format!("{:?}", lab.cobbler.system("not-ours")), foreign);
    assert!(
        !lab.cobbler
            .profiles()
            .iter()
            .any(|p| p.name.starts_with("ferric-"))
    );
    assert!(
        !lab.cobbler
            .templates()
            .keys()
            .any(|path| path.contains("ferric-"))
    );
    for controller in lab.rack.controllers() {
        let sessions = controller.sessions();
        assert_eq!(
            (sessions.open, sessions.most_open),
            (0, 1),
            "{}",
            controller.personality().firmware()
        );
    }
    running.stop().await;

    // What was a secret is one at rest.
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for canary in [CIMC_PASSWORD, COBBLER_PASSWORD] {
            assert!(
                !bytes.windows(canary.len()).any(|w| w == canary.as_bytes()),
                "{canary} is in the database"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_counts_only_with_the_token_of_the_running_deploy() {
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
    let waiting = testkit::until("the installer", crate::support::LIMIT, || async {
        let node = running.node(&node).await;
        let job = node.job.clone()?;
        (job.current()?.step == "wait_installed" && node.provision_state == State::DeployWait)
            .then_some(node)
    });
    let waiting = waiting.await.unwrap();
    let token = waiting
        .driver_internal_info
        .get("ferric_install_token")
        .and_then(Value::as_str)
        .unwrap()
        .to_owned();

    let report = |token: &'static str| {
        running.conductor.report(
            node.uuid,
            token,
            EvidenceKind::Done,
            String::new(),
            EvidenceSource::Installer,
        )
    };
    assert!(report("wrong").await.is_err());
    assert!(
        running
            .conductor
            .install_script(node.uuid, "wrong")
            .await
            .is_err()
    );
    let hooks = |token: String| {
        let conductor = running.conductor.clone();
        async move { conductor.install_hooks(node.uuid, &token).await }
    };
    assert!(hooks("wrong".to_owned()).await.is_err());
    assert!(
        hooks(token.clone())
            .await
            .unwrap()
            .starts_with("#!/bin/sh\n")
    );
    assert_eq!(running.node(&node).await.provision_state, State::DeployWait);

    running
        .conductor
        .report(
            node.uuid,
            &token,
            EvidenceKind::Done,
            String::new(),
            EvidenceSource::Installer,
        )
        .await
        .unwrap();
    running.rests(&node, State::Active).await;
    let late = running
        .conductor
        .report(
            node.uuid,
            &token,
            EvidenceKind::Failed,
            String::new(),
            EvidenceSource::Installer,
        )
        .await;
    assert!(late.is_err(), "the deploy is over");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_installs_the_server_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    running.say(&node, Verb::Active).await;
    running.rests(&node, State::Active).await;
    let finished = |count: u32| {
        let lab = &lab;
        testkit::until("the installs", crate::support::LIMIT, move || async move {
            (lab.installs() == [(count, count)]).then_some(())
        })
    };
    finished(1).await.unwrap();
    running.say(&node, Verb::Rebuild).await;
    running.rests(&node, State::Active).await;
    finished(2).await.unwrap();
    assert_eq!(lab.cobbler.systems().len(), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_deploy_can_not_install_the_server_later() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        install: std::time::Duration::from_secs(600),
        ..LabSpec::default()
    })
    .await
    .unwrap();
    // The server never reaches its installer, so netboot is still on when the abort comes.
    lab.rack.controllers()[0].set_quirks([cimc_sim::Quirk::NoDhcp]);
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;
    running.say(&node, Verb::Active).await;
    let waits = testkit::until("wait call-back", crate::support::LIMIT, || async {
        (running.node(&node).await.provision_state == State::DeployWait).then_some(())
    });
    waits.await.unwrap();
    assert!(
        lab.cobbler
            .system(&node.uuid.to_string())
            .unwrap()
            .netboot_enabled
    );
    running.say(&node, Verb::Abort).await;
    let node = running.rests(&node, State::DeployFailed).await;
    assert!(node.last_error.unwrap().contains("aborted"));
    assert!(
        !lab.cobbler
            .system(&node.uuid.to_string())
            .unwrap()
            .netboot_enabled
    );
    running.stop().await;
}
