//! Who may say what of a running install, and what follows from it.

use std::time::Duration;

use cimc_sim::Quirk;
use ferric::drivers::Settings;
use ferric::drivers::cobbler::{FIRST_BOOT, INSTALL_TOKEN};
use ferric::model::{Evidence, EvidenceKind as Kind, EvidenceSource as Source, Node};
use ferric::states::{ProvisionState as State, Verb};
use ferric::store::Page;
use serde_json::{Value, json};
use testkit::{DISTRO, Lab, LabSpec};
use tokio::io::AsyncWriteExt as _;

use crate::support::{LIMIT, Running, map, sqlite};

/// A template that tells Cobbler alone, as many in use do.
const THEIRS: &str = "lang en_US\nreboot\n%pre\n\
    wget \"http://$http_server/cblr/svc/op/trig/mode/pre/system/$system_name\" -O /dev/null\n%end\n\
    %packages\n@core\n%end\n%post\n\
    wget \"http://$http_server/cblr/svc/op/trig/mode/post/system/$system_name\" -O /dev/null\n%end\n";

/// What came of one deploy.
struct Deploy {
    lab: Lab,
    running: Running,
    node: Node,
    _folder: tempfile::TempDir,
}

impl Deploy {
    /// Begins one of a server with these quirks; what is heard of it is forgotten soon.
    async fn begin(quirks: &[Quirk], info: Value, tune: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lab = Lab::start(LabSpec::default()).await.unwrap();
        let profiles = lab.cobbler.profiles();
        let theirs = profiles.iter().find(|profile| profile.name == DISTRO);
        lab.cobbler
            .add_template(&theirs.unwrap().autoinstall, THEIRS);
        let running = Running::tuned(sqlite(folder.path()).await, &lab, |settings| {
            settings.install_silence_limit = Duration::from_secs(3);
            settings.install_log_poll = Duration::from_millis(100);
            tune(settings);
        })
        .await;
        let node = running.enrol(&lab, 0).await;
        running.make_available(&node).await;
        let mut current = running.node(&node).await;
        current.instance_info.extend(map(info));
        current.instance_info.retain(|_, value| !value.is_null());
        running.conductor.store().save_node(&current).await.unwrap();
        lab.rack.controllers()[0].set_quirks(quirks.to_vec());
        running.say(&node, Verb::Active).await;
        Self {
            lab,
            running,
            node,
            _folder: folder,
        }
    }

    /// Waits until the installer is waited for, and gives the install's token.
    async fn token(&self) -> String {
        let token = testkit::until("a step that waits for the installer", LIMIT, || async {
            let node = self.running.node(&self.node).await;
            let token = node.internal_text(INSTALL_TOKEN)?.to_owned();
            (node.provision_state == State::DeployWait).then_some(token)
        });
        token.await.unwrap()
    }

    async fn beat(&self, token: &str, status: &str, message: &str) -> u16 {
        let url = format!("{}/v1/heartbeat/{}", self.running.url, self.node.uuid);
        let body = json!({
            "callback_url": "", "agent_token": token, "agent_status": status, "agent_status_message": message,
        });
        let answer = reqwest::Client::new()
            .post(url)
            .header("X-OpenStack-Ironic-API-Version", "1.72")
            .json(&body)
            .send();
        answer.await.unwrap().status().as_u16()
    }

    /// What an installer calls below the node's link.
    async fn get(&self, token: &str, what: &str) -> u16 {
        let Self { running, node, .. } = self;
        let link = format!(
            "{}/ferric/v1/nodes/{}/install/{token}/{what}",
            running.url, node.uuid
        );
        reqwest::get(link).await.unwrap().status().as_u16()
    }

    async fn ends(&self, state: State) -> Node {
        self.running.rests(&self.node, state).await
    }

    async fn fails(&self) -> String {
        self.ends(State::DeployFailed).await.last_error.unwrap()
    }

    async fn seen(&self) -> Vec<Evidence> {
        let uuid = self.node.uuid.to_string();
        self.running
            .conductor
            .install_evidence(&uuid)
            .await
            .unwrap()
            .seen
    }

    async fn history(&self) -> String {
        let store = self.running.conductor.store();
        let entries = store.history(self.node.uuid, &Page::default()).await;
        let events = entries.unwrap().into_iter().map(|entry| entry.event);
        events.collect::<Vec<_>>().join("\n")
    }
}

fn has(seen: &[Evidence], source: Source, kind: Kind) -> bool {
    seen.iter().any(|e| e.source == source && e.kind == kind)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_install_whose_reports_are_lost_ends_by_cobbler_s_own_log() {
    let info = json!({"cobbler_distro": null, "cobbler_profile": DISTRO, "packages": null});
    let deploy = Deploy::begin(&[Quirk::CannotReport], info, |_| {}).await;
    deploy.ends(State::Active).await;
    let seen = deploy.seen().await;
    for (source, kind) in [
        (Source::Cobbler, Kind::Started),
        (Source::Cobbler, Kind::Done),
        (Source::Installer, Kind::Fetched),
    ] {
        assert!(has(&seen, source, kind), "{kind} of {source}: {seen:?}");
    }
    assert!(!has(&seen, Source::Installer, Kind::Done));
    let history = deploy.history().await;
    assert!(
        history.contains("on the word of Cobbler's install log"),
        "{history}"
    );
    // What the log says of this install does not speak for the next one.
    deploy.lab.rack.controllers()[0].set_quirks([Quirk::NoDhcp]);
    deploy.running.say(&deploy.node, Verb::Rebuild).await;
    let error = deploy.fails().await;
    assert!(error.contains("no DHCP seen"), "{error}");
    deploy.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heartbeats_as_ironic_s_template_sends_them_make_an_install() {
    let deploy = Deploy::begin(&[Quirk::HangsBeforePre], json!({}), |s| {
        s.install_silence_limit = LIMIT;
    })
    .await;
    let token = deploy.token().await;
    assert_eq!(deploy.beat("wrong", "end", "").await, 400);
    assert_eq!(
        deploy.beat(&token, "start", "Deployment starting.").await,
        202
    );
    let off = testkit::until("netboot off", LIMIT, || async {
        let system = deploy.lab.cobbler.system(&deploy.node.uuid.to_string());
        (!system?.netboot_enabled).then_some(())
    });
    off.await.unwrap();
    assert_eq!(
        deploy
            .beat(&token, "end", "Deployment completed successfully.")
            .await,
        202
    );
    deploy.ends(State::Active).await;
    let seen = deploy.seen().await;
    assert!(
        seen.iter().all(|e| e.source == Source::Heartbeat),
        "{seen:?}"
    );
    assert_eq!(deploy.beat(&token, "error", "late").await, 400);
    deploy.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_words_are_quoted_with_their_cause() {
    let deploy = Deploy::begin(&[Quirk::HangsBeforePre], json!({}), |_| {}).await;
    let token = deploy.token().await;
    let words = "anaconda: Disk \"sdb\" given in ignoredisk command does not exist.";
    deploy.beat(&token, "error", words).await;
    let error = deploy.fails().await;
    assert!(
        error.contains("no disk: the installer gave up") && error.contains(words),
        "{error}"
    );
    deploy.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_boot_is_reported_once_after_the_end() {
    let deploy = Deploy::begin(&[], json!({}), |_| {}).await;
    deploy.ends(State::Active).await;
    let booted = testkit::until("the report of the first boot", LIMIT, || async {
        has(&deploy.seen().await, Source::Installer, Kind::Booted).then_some(())
    });
    booted.await.unwrap();
    let node = deploy.running.node(&deploy.node).await;
    assert!(!node.driver_internal_info.contains_key(FIRST_BOOT));
    assert_eq!(node.provision_state, State::Active);
    deploy.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_boot_is_waited_for_where_that_is_asked_for() {
    let wait = |s: &mut Settings| {
        s.wait_for_first_boot = true;
        s.first_boot_limit = LIMIT;
    };
    let deploy = Deploy::begin(&[], json!({}), wait).await;
    deploy.ends(State::Active).await;
    assert!(has(&deploy.seen().await, Source::Installer, Kind::Booted));
    deploy.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_boot_that_does_not_come_fails_where_it_is_waited_for() {
    let wait = |s: &mut Settings| {
        s.wait_for_first_boot = true;
        s.first_boot_limit = Duration::from_millis(500);
    };
    let deploy = Deploy::begin(&[Quirk::HangsBeforePre], json!({}), wait).await;
    let token = deploy.token().await;
    deploy.beat(&token, "end", "").await;
    let error = deploy.fails().await;
    assert!(error.contains("did not report its first boot"), "{error}");
    deploy.running.stop().await;
}

/// Greets as an SSH server does, until the test ends.
async fn ssh_server() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_8.7\r\n").await;
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_greeting_at_its_address_ends_the_silence_of_a_node_that_has_its_script() {
    for (fetches, state) in [(true, State::Active), (false, State::DeployFailed)] {
        let port = ssh_server().await;
        let info = json!({"address": "127.0.0.1/8"});
        let deploy = Deploy::begin(&[Quirk::HangsBeforePre], info, |s| s.ssh_port = port).await;
        let token = deploy.token().await;
        // As Debian's small wget reports: it can't post.
        assert_eq!(deploy.get(&token, "started").await, 204);
        if fetches {
            assert_eq!(deploy.get(&token, "script").await, 200);
        }
        let node = deploy.ends(state).await;
        let seen = deploy.seen().await;
        assert!(has(&seen, Source::Ssh, Kind::Reachable), "{seen:?}");
        let words = node.last_error.unwrap_or(deploy.history().await);
        assert!(
            words.contains("SSH-2.0-OpenSSH_8.7 answers at 127.0.0.1"),
            "{words}"
        );
        assert_eq!(
            words.contains("script was never fetched"),
            !fetches,
            "{words}"
        );
        deploy.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_names_what_cobbler_and_the_controller_say() {
    let deploy = Deploy::begin(&[Quirk::NoDhcp], json!({}), |_| {}).await;
    deploy.token().await;
    let profile = deploy.lab.cobbler.system(&deploy.node.uuid.to_string());
    let template = format!("{}.ks", profile.unwrap().profile);
    deploy
        .lab
        .cobbler
        .add_template(&template, "#template=jinja\n");
    let error = deploy.fails().await;
    assert!(error.contains("kickstart not fetched"), "{error}");
    deploy.running.stop().await;

    let deploy = Deploy::begin(&[Quirk::NoDhcp], json!({}), |_| {}).await;
    deploy.token().await;
    let faults = deploy.lab.rack.controllers()[0].faults();
    faults.add(cimc_sim::FaultRule::always(cimc_sim::Fault::Html));
    let error = deploy.fails().await;
    assert!(error.contains("BMC gone"), "{error}");
    deploy.running.stop().await;
}
