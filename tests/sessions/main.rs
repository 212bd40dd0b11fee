//! What the program leaves behind on controllers when it is stopped or killed: the program itself
//! against simulated controllers.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

mod program;

use std::time::Duration;

use cimc_sim::{Fault, FaultRule};
use program::{LIMIT, Program, free_port};
use serde_json::json;
use testkit::{CIMC_PASSWORD, CIMC_USER, DISTRO, Lab, LabSpec};

/// Longer than any test: a request that is under way when the signal comes.
const SLOW: Duration = Duration::from_secs(600);

async fn lab() -> Lab {
    // Another test may have been faster.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Lab::start(LabSpec::default()).await.unwrap()
}

/// Lets reads of the server hang, and nothing else.
fn slow_reads(lab: &Lab) {
    let rule = FaultRule::always(Fault::Delay(SLOW)).on("configResolve");
    lab.rack.controllers()[0].faults().add(rule);
}

fn open(lab: &Lab) -> usize {
    lab.rack.controllers()[0].sessions().open
}

async fn until_open(lab: &Lab, count: usize) {
    let what = format!("{count} open sessions");
    let seen = testkit::until(&what, LIMIT, || async {
        (open(lab) == count).then_some(())
    });
    seen.await.unwrap();
}

/// Enrols the lab's server through the API and asks for its verification.
async fn verify(lab: &Lab, url: &str) {
    let client = reqwest::Client::new();
    let node = json!({"name": "n0", "driver": "cisco-ucs-standalone", "driver_info": {
        "cimc_address": lab.rack.controllers()[0].address(), "cimc_protocol": "http",
        "cimc_username": CIMC_USER, "cimc_password": CIMC_PASSWORD,
    }});
    let version = ("x-openstack-ironic-api-version", "latest");
    let made = client.post(format!("{url}/v1/nodes")).json(&node);
    let made = made.header(version.0, version.1).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let verb = client
        .put(format!("{url}/v1/nodes/n0/states/provision"))
        .json(&json!({"target": "manage"}));
    let taken = verb.header(version.0, version.1).send().await.unwrap();
    assert_eq!(taken.status(), 202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_probe_that_is_interrupted_logs_out() {
    let (folder, lab) = (tempfile::tempdir().unwrap(), lab().await);
    slow_reads(&lab);
    let address = lab.rack.controllers()[0].address();
    let mut probe = Program::start(folder.path(), &["probe", &address, "--http"]);
    until_open(&lab, 1).await;
    probe.interrupt();
    assert_eq!(probe.ended().await, Some(130), "{}", probe.output());
    until_open(&lab, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_interrupted_logs_out() {
    let (folder, lab) = (tempfile::tempdir().unwrap(), lab().await);
    slow_reads(&lab);
    let listen = format!("127.0.0.1:{}", free_port());
    let mut service = Program::serve(folder.path(), &listen).await;
    verify(&lab, &format!("http://{listen}")).await;
    until_open(&lab, 1).await;
    service.interrupt();
    assert_eq!(service.ended().await, Some(0), "{}", service.output());
    until_open(&lab, 0).await;
    let mut left = std::fs::read_dir(folder.path()).unwrap();
    let is_journal = |name: &str| name.starts_with("cimc-sessions");
    assert!(!left.any(|file| is_journal(&file.unwrap().file_name().to_string_lossy())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_install_that_is_interrupted_logs_out() {
    let (folder, lab) = (tempfile::tempdir().unwrap(), lab().await);
    slow_reads(&lab);
    let batch = format!(
        "cobbler: {{url: \"{}\", username: {}, password_env: COBBLER_PASSWORD}}\n\
         defaults: {{cimc: {{username: {CIMC_USER}, password_env: CIMC_PASSWORD, protocol: http}}}}\n\
         services:\n  web: {{distro: {DISTRO}, packages: [chrony]}}\n\
         nodes:\n  n0: {{cimc: {{address: \"{}\"}}, service: web}}\n",
        lab.cobbler.api_url(),
        testkit::COBBLER_USER,
        lab.rack.controllers()[0].address(),
    );
    let file = folder.path().join("lab.yaml");
    std::fs::write(&file, batch).unwrap();
    let mut install = Program::start(folder.path(), &["install", file.to_str().unwrap()]);
    until_open(&lab, 1).await;
    install.interrupt();
    assert_eq!(install.ended().await, Some(130), "{}", install.output());
    until_open(&lab, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_kill_9_the_next_start_says_how_long_the_session_takes_its_place() {
    let (folder, lab) = (tempfile::tempdir().unwrap(), lab().await);
    slow_reads(&lab);
    let listen = format!("127.0.0.1:{}", free_port());
    let mut service = Program::serve(folder.path(), &listen).await;
    verify(&lab, &format!("http://{listen}")).await;
    until_open(&lab, 1).await;
    service.kill();
    service.ended().await;
    assert_eq!(open(&lab), 1, "nobody could log out");
    let mut next = Program::serve(folder.path(), &listen).await;
    let address = lab.rack.controllers()[0].address();
    let said = format!("left a session open on CIMC {address}");
    assert!(next.output().contains(&said), "{}", next.output());
    next.kill();
    next.ended().await;
}
