//! Everything that a controller can do wrong, in the middle of an operation on a node: what becomes
//! of the node, and what a person reads. One table, which is `docs/faults.md` too.
//!
//! Whatever happens, afterwards no session is open at any controller, and there was never more
//! than one: the simulated controllers count.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

mod cases;
#[path = "../docs/page.rs"]
#[allow(dead_code, reason = "other pages use the rest")]
mod page;
mod rack;
#[path = "../engine/support.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;

use std::time::Duration;

use cases::{CASES, Case, During, Ends};
use cimc_sim::{Controller, Rack};
use ferric::model::Node;
use ferric::states::{PowerState, PowerTarget, ProvisionState as State, Verb};
use futures_util::future::join_all;
use page::Page;
use serde_json::json;
use support::{LIMIT, Running, sqlite};
use testkit::{Lab, LabSpec};

/// No wait of a case is longer.
const CASE_LIMIT: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_that_passes_is_waited_for() {
    let lasting = |case: &&Case| matches!(case.ends, Ends::Well);
    // These have the time that a service has.
    let running =
        async |folder: &std::path::Path, lab: &Lab| Running::start(sqlite(folder).await, lab).await;
    play(CASES.iter().filter(lasting).collect(), running).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_that_stays_is_named_in_the_nodes_error() {
    let staying = |case: &&Case| matches!(case.ends, Ends::Saying(_));
    let running = async |folder: &std::path::Path, lab: &Lab| {
        Running::impatient(sqlite(folder).await, lab).await
    };
    play(CASES.iter().filter(staying).collect(), running).await;
}

/// Plays all cases at the same time, each on a server of its own.
async fn play(cases: Vec<&Case>, start: impl AsyncFnOnce(&std::path::Path, &Lab) -> Running) {
    let folder = tempfile::tempdir().unwrap();
    // Its rack isn't used: the cases want their own.
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let rack = rack::start(&lab, &cases).await;
    let running = start(folder.path(), &lab).await;
    let all = cases
        .iter()
        .zip(rack.controllers())
        .enumerate()
        .map(|(number, (case, controller))| one(&running, case, controller, number));
    let problems: Vec<String> = join_all(all).await.into_iter().flatten().collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert_sessions(&rack, &cases).await;
    running.stop().await;
    rack.shutdown().await;
}

/// Plays one case; the problem, if it doesn't end as it should.
async fn one(
    running: &Running,
    case: &Case,
    controller: &Controller,
    number: usize,
) -> Option<String> {
    let played = case_on(running, case, controller, number).await;
    played
        .err()
        .map(|problem| format!("{}: {problem}", case.name()))
}

async fn case_on(
    running: &Running,
    case: &Case,
    controller: &Controller,
    number: usize,
) -> Result<(), String> {
    let protocol = if case.tls { "https" } else { "http" };
    let info = json!({
        "cimc_address": controller.address(), "cimc_protocol": protocol, "cimc_verify_ca": false,
    });
    let node = running.enrol_with(number, info).await;
    // A profile of its own: one that is shared goes with the failure of another case.
    let mut changed = running.node(&node).await;
    changed
        .instance_info
        .insert("service".to_owned(), json!(format!("case{number}")));
    let updated = running.conductor.update_node(&node, changed, false).await;
    let node = updated.map_err(|error| error.to_string())?;
    if case.during != During::Verify {
        running.say(&node, Verb::Manage).await;
        reaches(running, &node, &[State::Manageable]).await?;
    }
    if case.during == During::Deploy {
        running.say(&node, Verb::Provide).await;
        reaches(running, &node, &[State::Available]).await?;
    }
    for rule in (case.rules)() {
        controller.faults().add(rule);
    }
    let node = match case.during {
        During::Verify => {
            running.say(&node, Verb::Manage).await;
            reaches(running, &node, &[State::Manageable, State::Enroll]).await?
        }
        During::PowerOn => {
            let uuid = node.uuid.to_string();
            let told = running.conductor.set_power(&uuid, PowerTarget::On, None);
            told.await.map_err(|error| error.to_string())?;
            reaches(running, &node, &[State::Manageable]).await?
        }
        During::Deploy => {
            running.say(&node, Verb::Active).await;
            reaches(running, &node, &[State::Active, State::DeployFailed]).await?
        }
    };
    let struck = controller.faults().struck();
    controller.faults().clear();
    judge(case, controller, &node)?;
    match struck {
        0 => Err("the fault was never met".to_owned()),
        _ => Ok(()),
    }
}

/// Waits until the node rests in one of these states.
async fn reaches(running: &Running, node: &Node, states: &[State]) -> Result<Node, String> {
    let found = testkit::until("the node to rest", CASE_LIMIT, || async {
        let node = running.node(node).await;
        let rests = node.job.is_none() && node.reservation.is_none();
        (rests && states.contains(&node.provision_state)).then_some(node)
    });
    match found.await {
        Ok(node) => Ok(node),
        Err(error) => {
            let node = running.node(node).await;
            Err(format!(
                "{error}; it is {} with {:?}",
                node.provision_state, node.job
            ))
        }
    }
}

/// Whether the node has become what the table says.
fn judge(case: &Case, controller: &Controller, node: &Node) -> Result<(), String> {
    let error = node.last_error.clone().unwrap_or_default();
    let (state, power) = (node.provision_state, node.power_state);
    let wanted = case.state();
    if state != wanted {
        return Err(format!("it is {state}, not {wanted}: {error}"));
    }
    if error.contains(testkit::CIMC_PASSWORD) {
        return Err(format!("the password is in {error}"));
    }
    match case.ends {
        Ends::Well if !error.is_empty() => Err(error),
        Ends::Well if case.during == During::PowerOn && power != Some(PowerState::On) => {
            Err(format!("the power is {power:?}"))
        }
        Ends::Well if case.during != During::Verify && !controller.is_powered() => {
            Err("the server has no power".to_owned())
        }
        Ends::Well => Ok(()),
        Ends::Saying(words) => match words.iter().find(|word| !error.contains(**word)) {
            Some(missing) => Err(format!("{missing:?} is not in: {error}")),
            None => Ok(()),
        },
    }
}

async fn assert_sessions(rack: &Rack, cases: &[&Case]) {
    for (controller, case) in rack.controllers().iter().zip(cases) {
        let closed = testkit::until("no open session", LIMIT, || async {
            (controller.sessions().open == 0).then_some(())
        });
        closed
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", case.name()));
        let most = controller.sessions().most_open;
        assert!(most <= 1, "{}: {most} sessions at one time", case.name());
    }
}

#[test]
fn the_published_table_is_this_one() {
    let rows: Vec<[String; 5]> = CASES
        .iter()
        .map(|case| {
            let read = match case.ends {
                Ends::Well => String::new(),
                Ends::Saying(words) => words.join(" … "),
            };
            [
                case.fault.to_owned(),
                case.during.to_string(),
                case.firmware.to_owned(),
                case.outcome(),
                read,
            ]
        })
        .collect();
    let mut page = Page::open("docs/faults.md");
    let head = [
        "the controller",
        "during",
        "firmware",
        "the node becomes",
        "what `last_error` says",
    ];
    page.fill("faults", &page::table(head, &rows));
    page.close();
}
