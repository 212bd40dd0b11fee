//! `ferric demo`: a simulated rack, a simulated Cobbler and the real service in one process.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cimc_sim::{Controller, Disk, Rack, RackSpec};
use clap::Args;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::exit::{Exit, Failure, Outcome};
use super::fleet::Fleet;
use super::rollout::{self, Rollout, Wish};
use super::sim::rack::{DISTRO, MIX, controllers, start_cobbler, start_rack, timing};
use super::sim::{lab_name, needs_mac, seconds};
use super::view::{Row, View, summary};
use super::{Global, fleet, interrupt, output, serve, state};
use crate::batch::{BatchCimc, BatchNode};
use crate::config::{Config, Database, ImageTarget, Overrides};

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
    /// Keep the database here; without it, it goes with the demo
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
    let (listen, was_taken) = choose_port(args.listen);
    let cobbler = start_cobbler(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let config = configuration(global, listen, &kept, &cobbler.api_url())?;
    let rack = start_rack(RackSpec {
        cobbler_base: Some(cobbler.base_url()),
        install_duration: install,
        timing: timing(install),
        ..RackSpec::new(controllers(MIX, usize::from(args.nodes))?)
    })
    .await?;
    let service = serve::start(config).await?;
    let url = service.api_url();
    if was_taken {
        output::note(format!(
            "Port {DEFAULT_PORT} is in use, so this API has another."
        ));
    }
    output::line(format!(
        "{} simulated servers, a simulated Cobbler, Ferric's API at {url}",
        args.nodes
    ));
    let outcome = match Client::new(url) {
        Ok(client) => install_all(&client, &rack, args.once, &stop).await,
        Err(failure) => Err(failure),
    };
    service.shutdown().await;
    rack.shutdown().await;
    cobbler.shutdown().await;
    outcome
}

async fn install_all(
    client: &Client,
    rack: &Rack,
    once: bool,
    stop: &CancellationToken,
) -> Outcome {
    let wishes: Vec<Wish> = rack
        .controllers()
        .iter()
        .enumerate()
        .map(|(index, c)| wish(index, c))
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
    settle(rack, &rollout).await;
    let mut rows = rollout.rows(&names, &fleet.borrow());
    count_installs(&mut rows, rack);
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
async fn stay(fleet: &mut watch::Receiver<Arc<Fleet>>, stop: &CancellationToken) {
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
async fn settle(rack: &Rack, rollout: &Rollout) {
    let installed = rack.controllers().iter().enumerate().filter(|(index, _)| {
        matches!(
            rollout.results.get(&lab_name(*index)),
            Some(rollout::Result::Installed(_))
        )
    });
    let wait = async {
        for (_, controller) in installed {
            while matches!(controller.machine().disk, Disk::Empty) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    // Past the limit the summary says which machines have nothing on their disks.
    let _ = tokio::time::timeout(SETTLE_LIMIT, wait).await;
}

fn count_installs(rows: &mut [Row], rack: &Rack) {
    for (row, controller) in rows.iter_mut().zip(rack.controllers()) {
        let machine = controller.machine();
        row.installs = Some(machine.counters.installs_finished);
        // What the service says is checked against the machine itself.
        if row.is_good && !matches!(machine.disk, Disk::Installed(_)) {
            row.is_good = false;
            row.remark = "is active, but nothing is on its disk".to_owned();
        }
    }
}

/// The kinds of server in the demo's rack, and what each has beyond the distro's minimum.
const SERVICES: [(&str, &str); 3] = [
    (
        "web",
        "nginx chrony openssl certbot logrotate rsyslog firewalld policycoreutils",
    ),
    (
        "db",
        "postgresql-server postgresql-contrib chrony lvm2 xfsprogs tuned rsyslog firewalld sysstat",
    ),
    (
        "compute",
        "qemu-kvm libvirt-daemon-kvm openvswitch chrony tuned numactl lvm2 multipath-tools ethtool rsyslog",
    ),
];

fn wish(index: usize, controller: &Controller) -> Wish {
    let name = lab_name(index);
    let (service, packages) = SERVICES[index % SERVICES.len()];
    let mut extra = Map::new();
    extra.insert(
        "firmware".to_owned(),
        Value::from(controller.personality().firmware()),
    );
    let macs = controller
        .macs()
        .iter()
        .take(1)
        .filter(|_| needs_mac(controller))
        .cloned()
        .collect();
    Wish {
        node: BatchNode {
            hostname: name.clone(),
            name,
            line: 0,
            service: service.to_owned(),
            target: ImageTarget::Distro(DISTRO.to_owned()),
            packages: packages.split(' ').map(str::to_owned).collect(),
            cimc: BatchCimc {
                address: controller.address(),
                username: "admin".to_owned(),
                password: "password".into(),
                protocol: Some("http".to_owned()),
                port: None,
                verify_ca: None,
            },
            macs,
            domain: Some("lab.example".to_owned()),
            address: None,
            gateway: None,
            name_servers: Vec::new(),
            kernel_options: None,
            ssh_keys: Vec::new(),
            user_data: None,
            resource_class: "baremetal".to_owned(),
        },
        cobbler: COBBLER.to_owned(),
        extra,
    }
}

/// The port that clients expect.
const DEFAULT_PORT: u16 = 6385;

/// The address to listen on, and whether the usual port was in use.
fn choose_port(given: Option<SocketAddr>) -> (SocketAddr, bool) {
    if let Some(given) = given {
        return (given, false);
    }
    let usual = SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT));
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
        .set("cimc.poll_interval_seconds", Some(0.2));
    global.load(overrides, true)
}

/// The demo's state directory; a temporary one goes when this is dropped.
struct State {
    directory: PathBuf,
    is_temporary: bool,
}

impl State {
    fn new(given: Option<PathBuf>) -> Result<Self, Failure> {
        let is_temporary = given.is_none();
        let directory = given.unwrap_or_else(|| {
            std::env::temp_dir().join(format!("ferric-demo-{}", uuid::Uuid::new_v4().simple()))
        });
        state::make(&directory)?;
        Ok(Self {
            directory,
            is_temporary,
        })
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = std::fs::remove_dir_all(&self.directory);
        }
    }
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
    fn a_temporary_state_directory_goes_with_the_demo() {
        let state = State::new(None).unwrap();
        let directory = state.directory.clone();
        assert!(directory.is_dir());
        drop(state);
        assert!(!directory.exists());
    }

    #[test]
    fn an_address_that_is_asked_for_is_not_changed() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        assert_eq!(choose_port(Some(address)), (address, false));
    }
}
