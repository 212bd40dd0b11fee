//! `ferric demo`: a simulated rack, a simulated Cobbler and the real service in one process.

mod hardware;
mod kept;
mod wishes;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::exit::{Exit, Failure, Outcome};
use super::fleet::Fleet;
use super::rollout::{self, Rollout, Wish};
use super::sim::{lab_name, seconds};
use super::view::{Row, View, summary};
use super::{Global, fleet, interrupt, output, serve, state};
use crate::config::{Config, Database, Overrides};
use hardware::{Hardware, Machine};
use kept::State;

/// The name of the simulated Cobbler in the service's configuration.
const COBBLER: &str = "demo";

/// How long installers may go on after their reports.
const SETTLE_LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// How many servers
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..))]
    nodes: u16,
    /// Install all, print a summary and end; 0 only if every node is active
    #[arg(long)]
    once: bool,
    /// Keep the database here, and the simulated servers running: a demo that was killed goes on
    /// where it was when it is started again
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Where the API listens; if not given, 127.0.0.1:6385 or else any free port
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// How long an install takes
    #[arg(long, value_name = "S", default_value_t = 12.0)]
    install_seconds: f64,
}

pub(super) async fn run(global: &Global, args: DemoArgs) -> Outcome {
    let stop = interrupt::watch();
    let install = seconds(args.install_seconds)?;
    let kept = State::new(args.state_dir.clone())?;
    let hardware = match &args.state_dir {
        None => Hardware::here(args.nodes, install).await?,
        Some(directory) => Hardware::apart(directory, args.nodes, install).await?,
    };
    let (listen, was_taken) = choose_port(args.listen, &kept.directory);
    let config = configuration(global, listen, &kept, &hardware.cobbler_api())?;
    let service = serve::start(config).await?;
    state::remember(&kept.directory, service.api_url());
    let url = service.api_url();
    if was_taken {
        output::note(format!(
            "Port {DEFAULT_PORT} is in use, so this API has another."
        ));
    }
    output::line(format!(
        "{} simulated servers, a simulated Cobbler, Ferric's API at {url}",
        hardware.servers().await?.len()
    ));
    let outcome = match Client::new(url) {
        Ok(client) => install_all(&client, &hardware, args.once, &stop).await,
        Err(failure) => Err(failure),
    };
    service.shutdown().await;
    hardware.end().await;
    outcome
}

async fn install_all(
    client: &Client,
    hardware: &Hardware,
    once: bool,
    stop: &CancellationToken,
) -> Outcome {
    let servers = hardware.servers().await?;
    let wishes: Vec<Wish> = servers
        .iter()
        .enumerate()
        .map(|(index, server)| wishes::wish(index, server))
        .collect();
    let names: Vec<String> = wishes.iter().map(|wish| wish.node.name.clone()).collect();
    let mut fleet = fleet::follow(client.clone(), None, fleet::INTERVAL);
    let mut view = View::new();
    let started = Instant::now();
    let rollout = rollout::run(client, fleet.clone(), wishes, &mut view, stop).await;
    view.finish();
    if rollout.interrupted {
        let done = rollout.results.len();
        output::note(format!(
            "Interrupted with {done} of {} servers done; the demo is over.",
            names.len()
        ));
        return Ok(Exit::Interrupted);
    }
    settle(hardware, &rollout).await;
    let mut rows = rollout.rows(&names, &fleet.borrow());
    count_installs(&mut rows, &hardware.machines().await?);
    output::line(summary(&rows, started.elapsed().as_secs_f64()));
    if !once {
        output::line(what_to_try(client.base(), &names));
        stay(&mut fleet, stop).await;
        output::note("The demo is over.");
        return Ok(Exit::Done);
    }
    let failed = rows.iter().any(|row| !row.is_good);
    Ok(if failed { Exit::NodeFailed } else { Exit::Done })
}

/// Shows what others do with the nodes, until Ctrl-C.
pub(super) async fn stay(fleet: &mut watch::Receiver<Arc<Fleet>>, stop: &CancellationToken) {
    let mut view = View::new();
    // The rollout's view has shown what is now; only what changes is news.
    view.skip(&fleet.borrow().clone());
    loop {
        tokio::select! {
            changed = fleet.changed() => if changed.is_err() { break },
            () = stop.cancelled() => break,
        }
        let now = fleet.borrow_and_update().clone();
        view.update(&now);
    }
    view.finish();
}

/// Waits until the machines of installed nodes have ended their installers: those report just
/// before.
async fn settle(hardware: &Hardware, rollout: &Rollout) {
    let is_installed = |index: usize| {
        matches!(
            rollout.results.get(&lab_name(index)),
            Some(rollout::Result::Installed(_) | rollout::Result::WasActive)
        )
    };
    let start = Instant::now();
    // Past the limit the summary says which machines have nothing on their disks.
    while start.elapsed() < SETTLE_LIMIT {
        let Ok(machines) = hardware.machines().await else {
            return;
        };
        let mut machines = machines.iter().enumerate();
        if machines.all(|(index, machine)| machine.has_system || !is_installed(index)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn count_installs(rows: &mut [Row], machines: &[Machine]) {
    for (row, machine) in rows.iter_mut().zip(machines) {
        row.installs = Some(machine.installs);
        // What the service says is checked against the machine itself.
        if row.is_good && !machine.has_system {
            row.is_good = false;
            row.remark = "is active, but nothing is on its disk".to_owned();
        }
    }
}

/// The port that clients expect.
const DEFAULT_PORT: u16 = 6385;

/// The address to listen on, and whether the usual port was in use.
fn choose_port(given: Option<SocketAddr>, state_dir: &Path) -> (SocketAddr, bool) {
    if let Some(given) = given {
        return (given, false);
    }
    let usual = match state::recall(state_dir) {
        0 => DEFAULT_PORT,
        port => port,
    };
    let usual = SocketAddr::from(([127, 0, 0, 1], usual));
    match TcpListener::bind(usual) {
        Ok(_) => (usual, false),
        Err(_) => (SocketAddr::from(([127, 0, 0, 1], 0)), true),
    }
}

fn configuration(
    global: &Global,
    listen: SocketAddr,
    state: &State,
    cobbler: &str,
) -> Result<Config, Failure> {
    let key = |key: &str| format!("cobbler.{COBBLER}.{key}");
    let overrides = Overrides::default()
        .set("api.listen", Some(listen.to_string()))
        .set("database.url", Some(Database::sqlite_url(&state.directory)))
        .set(
            "database.state_dir",
            Some(state.directory.display().to_string()),
        )
        .set(&key("url"), Some(cobbler))
        .set(&key("username"), Some("cobbler"))
        .set(&key("password"), Some("cobbler"))
        // The simulated hardware is quick.
        .set("conductor.poll_interval_seconds", Some(0.2))
        .set("cimc.poll_interval_seconds", Some(0.2))
        .set("cimc.session_pause_seconds", Some(0));
    global.load(overrides, true)
}

fn what_to_try(url: &str, names: &[String]) -> String {
    let name = names.first().map_or("rack1-01", String::as_str);
    format!(
        "\nFerric stays up at {url}. In another terminal:\n\n    \
         export OS_AUTH_TYPE=none OS_ENDPOINT={url}\n    \
         openstack baremetal node list\n    \
         openstack baremetal node undeploy {name}\n    \
         curl -s {url}/v1/nodes\n    \
         ferric watch --server {url}\n\nCtrl-C ends the demo.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_asked_for_is_not_changed() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        assert_eq!(choose_port(Some(address), Path::new("")), (address, false));
    }
}
