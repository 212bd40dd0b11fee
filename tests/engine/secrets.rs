//! A secret of a node's reaches the node and nobody else.

use std::io::Write;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ferric::states::{ProvisionState as State, Verb};
use serde_json::json;
use testkit::{Lab, LabSpec};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Running, map, sqlite};

const CANARY: &str = "canary-node-4711";

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_of_a_node_is_in_cobbler_in_a_log_or_in_an_error() {
    let log = Log::default();
    // Where another test of this process has set one already, that one's log is not looked at.
    let logs_here = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .try_init()
        .is_ok();
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.make_available(&node).await;

    // One that fails for its distro, then one that goes through.
    let secrets = json!({
        "user_data": format!("#cloud-config\npassword: {CANARY}\n"),
        "root_password": CANARY,
        "configdrive": {
            "meta_data": {"admin_pass": CANARY}, "user_data": CANARY,
            "vendor_data": {"x": CANARY}, "network_data": {"x": CANARY},
        },
    });
    let mut shown = Vec::new();
    for (distro, ends) in [
        ("no-such", State::DeployFailed),
        (testkit::DISTRO, State::Active),
    ] {
        let mut current = running.node(&node).await;
        current.instance_info = map(secrets.clone());
        current
            .instance_info
            .insert("cobbler_distro".to_owned(), distro.into());
        running.conductor.store().save_node(&current).await.unwrap();
        running.say(&node, Verb::Active).await;
        let ended = running.rests(&node, ends).await;
        shown.push(format!("{:?}", ended.last_error));
    }

    // The installer's last word comes before its end.
    let finished = testkit::until("the machine's own end", crate::support::LIMIT, || async {
        (lab.installs()[0].1 == 1).then_some(())
    });
    finished.await.unwrap();
    let machine = lab.rack.controllers()[0].machine();
    assert!(
        machine
            .fetched
            .values()
            .any(|script| script.contains("chpasswd")),
        "the node itself gets its data"
    );
    shown.push(format!("{:?}", machine.disk));
    shown.push(format!("{:?}", lab.cobbler.systems()));
    shown.push(format!("{:?}", lab.cobbler.profiles()));
    shown.push(format!("{:?}", lab.cobbler.templates()));
    if logs_here {
        let log = log.0.lock().unwrap();
        assert!(!log.is_empty());
        shown.push(String::from_utf8_lossy(&log).into_owned());
    }
    for text in &shown {
        for form in forms(CANARY) {
            let at = text.find(&form).map(|at| around(text, at));
            assert_eq!(at, None, "as {form}");
        }
    }
}

/// A text as it is, and as it looks inside base64, which depends on where it begins.
fn forms(text: &str) -> Vec<String> {
    let encoded = |before: usize| {
        let whole = BASE64.encode(format!("{}{text}", "x".repeat(before)));
        // The ends depend on what stands beside.
        whole[4..whole.len() - 4].to_owned()
    };
    vec![text.to_owned(), encoded(0), encoded(1), encoded(2)]
}

fn around(text: &str, at: usize) -> String {
    let before: String = text[..at].chars().rev().take(200).collect();
    let after: String = text[at..].chars().take(200).collect();
    before.chars().rev().chain(after.chars()).collect()
}
