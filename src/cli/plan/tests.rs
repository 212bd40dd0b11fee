//! What a plan says is what happens.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cimc_sim::{ControllerSpec, Personality, Phase, Rack, RackSpec, Timing};
use cobbler_sim::{CobblerSim, SimSpec};
use serde_json::{Value, json};

use super::names::without_repetitions;
use super::online::Online;
use super::stage::Asked;
use super::{FIRMWARE, PlanArgs, Planned, chosen, facts, group, plan, text};
use crate::batch::Batch;
use crate::cli::client::Client;
use crate::cli::exit::Exit;
use crate::cli::install;
use crate::config::{Config, Database};
use crate::drivers::cobbler::{Cobblers, sequence};
use crate::service::{Options, Service};

const DISTRO: &str = "el9-x86_64";
const CIMC_PASSWORD: &str = "canary-cimc";
const COBBLER_PASSWORD: &str = "canary-cobbler";
const ROOT_PASSWORD: &str = "canary-root";

fn fixture() -> Batch {
    Batch::load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/batch/fixtures/full.yaml"))
        .unwrap()
}

/// A batch file of one server, with secrets wherever there may be one.
fn batch(folder: &Path, cobbler: &str, cimc: &str, mac: &str) -> Batch {
    let file = folder.join("lab.yaml");
    let text = format!(
        "cobbler: {{url: \"{cobbler}\", username: ucs, password: {COBBLER_PASSWORD}}}\n\
         services:\n  web: {{distro: {DISTRO}, packages: [nginx], disks: [sda]}}\n\
         nodes:\n  web01: {{cimc: {{address: \"{cimc}\", username: admin, password: {CIMC_PASSWORD}, protocol: http}}, \
         service: web, address: 10.8.0.41/24, mac: \"{mac}\", root_password: {ROOT_PASSWORD}}}\n"
    );
    std::fs::write(&file, text).unwrap();
    Batch::load(&file).unwrap()
}

async fn planned<'a>(batch: &'a Batch, online: Option<&Online>) -> Planned<'a> {
    let args = PlanArgs::of_file(batch.path.clone());
    let group = group::of(batch).remove(0);
    plan(group, batch, &Config::default(), &args, online)
        .await
        .unwrap()
}

async fn cobbler() -> CobblerSim {
    CobblerSim::start(SimSpec {
        username: "ucs".to_owned(),
        password: COBBLER_PASSWORD.into(),
        ..SimSpec::default()
    })
    .await
    .unwrap()
}

#[test]
fn the_steps_in_words_are_those_of_the_sequence() {
    let batch = fixture();
    let steps = group::steps(&group::of(&batch)[0], &batch, &Config::default());
    let real = sequence(&Cobblers::default());
    let real: Vec<&str> = real.iter().map(|step| step.name()).collect();
    assert_eq!(steps.map(|(step, _)| step).to_vec(), real);
}

#[tokio::test]
async fn servers_of_one_kind_stand_together_with_their_own_part_a_line_each() {
    let batch = fixture();
    let groups = group::of(&batch);
    assert_eq!(groups.len(), 1);
    let planned = planned(&batch, None).await;
    let text = text::group(&planned, true);
    for part in [
        "web  2 servers",
        "packages: chrony, nginx, tmux",
        "kernel options: console=ttyS0 inst.sshd",
        "user data: given, by one-time link",
        "8 wait_installed",
        "10.9.1.12   www2",
        "10.8.0.42/24 via 10.8.0.1",
        "boots from 00:25:b5:00:00:0a",
        "xapi_object_edit(\"system\", \"<node>\", \"add\", {",
        "\"hostname\":\"www1\"",
    ] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    assert!(
        !text.contains("127.0.0.1:8080/cobbler_api\", \"secret"),
        "{text}"
    );
    assert_eq!(planned.rehearsal.error, None);
}

#[test]
fn an_unknown_server_is_answered_with_the_known_ones() {
    let batch = fixture();
    let failure = chosen(group::of(&batch), Some("web3")).unwrap_err();
    assert!(failure.message.contains("web3"), "{}", failure.message);
    let one = chosen(group::of(&batch), Some("web2")).unwrap();
    assert_eq!((one.len(), one[0].nodes.len()), (1, 1));
}

#[tokio::test]
async fn what_can_not_be_installed_is_said_by_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let mut batch = batch(
        folder.path(),
        "https://c/cobbler_api",
        "10.0.0.1",
        "00:25:b5:00:00:01",
    );
    batch.nodes[0].target = "cobbler://distro/sles15".parse().unwrap();
    let planned = planned(&batch, None).await;
    let error = planned.rehearsal.error.as_deref().unwrap_or_default();
    assert!(error.contains("redhat, debian or ubuntu"), "{error}");
    assert!(planned.is_hindered);
}

/// The names by which a plan speaks, put into what a real run asked.
fn named(text: &str, names: &[(String, &str)]) -> String {
    let put = |text: String, (from, to): &(String, &str)| text.replace(from, to);
    names.iter().fold(text.to_owned(), put)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_calls_of_a_plan_are_those_that_an_installation_makes() {
    let folder = tempfile::tempdir().unwrap();
    let cobbler = cobbler().await;
    let rack = Rack::start(RackSpec {
        password: CIMC_PASSWORD.into(),
        cobbler_base: Some(cobbler.base_url()),
        installed: true,
        timing: Timing::default().scaled(0.01),
        install_duration: Duration::from_millis(200),
        ..RackSpec::new(vec![ControllerSpec::new(
            Personality::by_name(FIRMWARE).unwrap(),
        )])
    })
    .await
    .unwrap();
    let controller = &rack.controllers()[0];
    let macs = controller.macs();
    let batch = batch(
        folder.path(),
        &cobbler.api_url(),
        &controller.address(),
        &macs[0],
    );
    let planned = planned(&batch, None).await;
    assert_eq!(planned.rehearsal.error, None);

    controller.press_power_button();
    let running = testkit::until("a running server", Duration::from_secs(30), || async {
        (controller.machine().phase == Phase::OsUp).then_some(())
    });
    running.await.unwrap();
    cobbler.keep_calls();
    controller.keep_requests();
    let mut config = Config::default();
    config.api.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.database.url = Some(Database::sqlite_url(folder.path()).into());
    config.database.state_dir = folder.path().to_owned();
    config.conductor.poll_interval = Duration::from_millis(50);
    config.cimc.poll_interval = Duration::from_millis(50);
    config.cimc.session_pause = Duration::ZERO;
    config
        .cobbler
        .insert("batch".to_owned(), batch.cobbler.clone());
    let service = Service::start(config, Options::default()).await.unwrap();
    let client = Client::new(service.api_url()).unwrap();
    let exit = install::install(&client, batch.clone(), "batch").await;
    assert_eq!(exit.unwrap(), Exit::Done);
    let url = service.api_url().to_owned();
    service.shutdown().await;

    let system = cobbler.systems().remove(0);
    let token = system.meta["ferric_report"].rsplit('/').next().unwrap();
    let mut names = vec![
        (token.to_owned(), "<one-time token>"),
        (system.name.clone(), "<node>"),
        (url, "http://FERRIC"),
    ];
    for (mac, lower, upper) in [
        (&macs[1], "<MAC 2>", "<MAC 2 in capitals>"),
        (&macs[2], "<MAC 3>", "<MAC 3 in capitals>"),
        (&macs[3], "<MAC 4>", "<MAC 4 in capitals>"),
    ] {
        names.push((mac.clone(), lower));
        names.push((mac.to_uppercase(), upper));
    }
    // The install log is looked at as time passes.
    let polled = "get_status";
    let shown = |call: &Asked| match call {
        Asked::Cobbler { method, .. } if method == polled => None,
        Asked::Cobbler { method, arguments } => {
            Some(format!("{method}{}", Value::from(arguments.clone())))
        }
        Asked::Cimc { .. } => None,
    };
    let parts = planned.rehearsal.parts.iter();
    let asked: Vec<&Asked> = parts.flat_map(|part| &part.calls).collect();
    // A repetition may begin in one step and end in the next.
    let told = without_repetitions(asked.iter().filter_map(|call| shown(call)));
    let real = cobbler
        .take_calls()
        .into_iter()
        .filter(|call| call.method != polled)
        .map(|call| format!("{}{}", call.method, Value::from(call.arguments)));
    let mut real: Vec<String> = without_repetitions(real.map(|call| named(&call, &names)));
    // The simulated server's own, in place of DHCP and TFTP, when it boots from the network.
    let booted = real
        .iter()
        .position(|call| call.starts_with("generate_autoinstall"));
    let own = real.remove(booted.unwrap() + 1);
    assert!(
        own.starts_with("find_system") && own.contains(&macs[0]),
        "{own}"
    );
    let differs = told.iter().zip(&real).position(|(told, real)| told != real);
    let near = |all: &[String]| all[differs.unwrap_or_default().saturating_sub(4)..].join("\n");
    assert_eq!(
        (differs, told.len()),
        (None, real.len()),
        "{}\n\n{}",
        near(&told),
        near(&real)
    );

    let requests = controller.take_requests();
    let told: Vec<&String> = asked
        .iter()
        .filter_map(|call| match call {
            Asked::Cimc { request } => Some(request),
            Asked::Cobbler { .. } => None,
        })
        .collect();
    let is_write = |request: &&String| request.starts_with("<configConfMo");
    let told_writes: Vec<&String> = told.iter().copied().filter(is_write).collect();
    let real_writes: Vec<&String> = requests.iter().filter(is_write).collect();
    assert!(!told_writes.is_empty());
    assert_eq!(told_writes, real_writes);
    // How often something is looked at depends on how fast the hardware is.
    for request in told {
        assert!(requests.contains(request), "never asked: {request}");
    }

    let everything = format!(
        "{}{}",
        text::group(&planned, true),
        super::as_json(&batch, &[planned], false)
    );
    for secret in [CIMC_PASSWORD, COBBLER_PASSWORD, ROOT_PASSWORD, token] {
        assert!(!everything.contains(secret), "{secret} in {everything}");
    }
    rack.shutdown().await;
    cobbler.shutdown().await;
}

#[tokio::test]
async fn a_plan_that_asks_cobbler_names_what_is_somebody_else_s_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cobbler = cobbler().await;
    let mac = "00:25:b5:00:00:01";
    cobbler.add_foreign_system("their-db", DISTRO, mac);
    let batch = batch(folder.path(), &cobbler.api_url(), "10.0.0.1", mac);
    let online = Online::new(&batch).unwrap();
    let planned = planned(&batch, Some(&online)).await;
    let said = planned.said.join("\n");
    assert!(
        said.contains("Cobbler would get the profile ferric-web-")
            && said.contains("web01: cannot claim system web01")
            && said.contains("taken by their-db, which was not made by this service"),
        "{said}"
    );
    assert!(planned.is_hindered && planned.facts.assumed.is_empty());
    for method in cobbler.calls().keys() {
        // The question whether there is `xapi_object_edit` comes without arguments.
        let reads = [
            "get_",
            "find_",
            "read_",
            "extended_version",
            "login",
            "xapi_",
        ];
        assert!(
            reads.iter().any(|start| method.starts_with(start)),
            "{method}"
        );
    }
    assert_eq!(cobbler.profiles().len(), 3);
    assert_eq!(cobbler.systems().len(), 1);
}

#[tokio::test]
async fn a_customer_s_profile_is_asked_for_with_its_template() {
    let folder = tempfile::tempdir().unwrap();
    let cobbler = cobbler().await;
    cobbler.add_template("theirs.ks", "lang de_DE\n");
    cobbler.add_foreign_profile("theirs", DISTRO, "theirs.ks");
    let mut batch = batch(
        folder.path(),
        &cobbler.api_url(),
        "10.0.0.1",
        "00:25:b5:00:00:01",
    );
    let node = &mut batch.nodes[0];
    node.target = "cobbler://profile/theirs".parse().unwrap();
    node.packages.clear();
    node.options.clear();
    let online = Online::new(&batch).unwrap();
    let asked = facts::asked(online.cobbler(), &batch.nodes[0].target, None).await;
    let template = ("theirs.ks".to_owned(), "lang de_DE\n".to_owned());
    assert_eq!(asked.unwrap().template, Some(template));
    let planned = planned(&batch, Some(&online)).await;
    assert_eq!(planned.rehearsal.error, None);
    let file = &planned.rehearsal.autoinstall;
    assert!(file.starts_with("lang de_DE"), "{file}");
    assert_eq!(
        json!(planned.said[1]),
        "nothing in Cobbler stands against it"
    );
}
