//! The demo's servers and their Cobbler: in this process; or, where the demo's state is kept, in one
//! of their own that outlives the demo, as real servers outlive the service that installs them.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cimc_sim::{Disk, Rack, RackSpec};
use cobbler_sim::CobblerSim;
use serde_json::Value;

use super::super::client::Client;
use super::super::exit::Failure;
use super::super::output;
use super::super::sim::rack::{MIX, controllers, start_cobbler, start_rack, timing};
use crate::batch::Batch;

/// How long the other process may take to start.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A simulated server, as far as enrolment needs it.
pub(super) struct Server {
    pub(super) address: String,
    pub(super) firmware: String,
}

/// What has become of one.
pub(super) struct Machine {
    pub(super) installs: u32,
    pub(super) has_system: bool,
}

pub(super) enum Hardware {
    Here {
        rack: Rack,
        cobbler: CobblerSim,
    },
    Apart {
        admin: Client,
        cobbler_api: String,
        directory: PathBuf,
    },
}

impl Hardware {
    /// Servers that live as long as this process.
    pub(super) async fn here(nodes: u16, install: Duration) -> Result<Self, Failure> {
        let cobbler = start_cobbler(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let rack = start_rack(RackSpec {
            cobbler_base: Some(cobbler.base_url()),
            install_duration: install,
            timing: timing(install),
            ..RackSpec::new(controllers(MIX, usize::from(nodes))?)
        })
        .await?;
        Ok(Self::Here { rack, cobbler })
    }

    /// Servers in a process of their own: those that a former demo with this directory left
    /// running, else new ones.
    pub(super) async fn apart(
        directory: &Path,
        nodes: u16,
        install: Duration,
    ) -> Result<Self, Failure> {
        let lab = directory.join("lab");
        let running = match std::fs::read_to_string(lab.join("admin")) {
            Ok(url) => {
                let admin = Client::new(url.trim())?;
                admin.get("/machines").await.is_ok().then_some(admin)
            }
            Err(_) => None,
        };
        let admin = match running {
            Some(admin) => {
                output::note(
                    "The simulated servers of this directory still run; going on with them.",
                );
                admin
            }
            None if directory.join("ferric.sqlite").exists() => {
                return Err(Failure::cannot_start(format!(
                    "{} holds the state of simulated servers that no longer run; remove it, or choose another with \
                     --state-dir",
                    directory.display()
                )));
            }
            None => start_lab(&lab, nodes, install).await?,
        };
        let batch = Batch::load(&lab.join("lab.yaml"))
            .map_err(|error| Failure::cannot_start(error.to_string()))?;
        Ok(Self::Apart {
            admin,
            cobbler_api: batch.cobbler.url,
            directory: directory.to_owned(),
        })
    }

    /// The XML-RPC door of the Cobbler.
    pub(super) fn cobbler_api(&self) -> String {
        match self {
            Self::Here { cobbler, .. } => cobbler.api_url(),
            Self::Apart { cobbler_api, .. } => cobbler_api.clone(),
        }
    }

    pub(super) async fn servers(&self) -> Result<Vec<Server>, Failure> {
        Ok(match self {
            Self::Here { rack, .. } => rack
                .controllers()
                .iter()
                .map(|c| Server {
                    address: c.address(),
                    firmware: c.personality().firmware().to_owned(),
                })
                .collect(),
            Self::Apart { admin, .. } => told(admin)
                .await?
                .iter()
                .map(|m| Server {
                    address: text(m, "address"),
                    firmware: text(m, "firmware"),
                })
                .collect(),
        })
    }

    pub(super) async fn machines(&self) -> Result<Vec<Machine>, Failure> {
        Ok(match self {
            Self::Here { rack, .. } => rack
                .controllers()
                .iter()
                .map(|controller| {
                    let machine = controller.machine();
                    Machine {
                        installs: machine.counters.installs_finished,
                        has_system: matches!(machine.disk, Disk::Installed(_)),
                    }
                })
                .collect(),
            Self::Apart { admin, .. } => told(admin)
                .await?
                .iter()
                .map(|m| Machine {
                    installs: m["counters"]["installs_finished"]
                        .as_u64()
                        .and_then(|n| n.try_into().ok())
                        .unwrap_or(0),
                    has_system: !m["installed"].is_null(),
                })
                .collect(),
        })
    }

    /// Ends those of this process; the others are left running, and it is said how to end them.
    pub(super) async fn end(self) {
        match self {
            Self::Here { rack, cobbler } => {
                rack.shutdown().await;
                cobbler.shutdown().await;
            }
            Self::Apart { directory, .. } => {
                let pid = std::fs::read_to_string(directory.join("lab/pid")).unwrap_or_default();
                output::note(format!(
                    "The simulated servers run on, for the next demo with {}. To end them: kill {pid}",
                    directory.display()
                ));
            }
        }
    }
}

async fn told(admin: &Client) -> Result<Vec<Value>, Failure> {
    let answer = admin.get("/machines").await;
    let answer = answer.map_err(|error| {
        Failure::cannot_start(format!("the simulated servers don't answer: {error}"))
    })?;
    Ok(answer.as_array().cloned().unwrap_or_default())
}

fn text(machine: &Value, key: &str) -> String {
    machine[key].as_str().unwrap_or_default().to_owned()
}

/// Starts `ferric sim lab` so that neither the end of this process nor a Ctrl-C in its terminal
/// ends it.
async fn start_lab(lab: &Path, nodes: u16, install: Duration) -> Result<Client, Failure> {
    let failed = |error: std::io::Error| {
        Failure::cannot_start(format!("the simulated servers can't be started: {error}"))
    };
    std::fs::create_dir_all(lab).map_err(failed)?;
    let log = std::fs::File::create(lab.join("log")).map_err(failed)?;
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|l| l.local_addr())
        .map_err(failed)?;
    let url = format!("http://{port}");
    let mut process = Command::new(std::env::current_exe().map_err(failed)?)
        .args([
            "sim",
            "lab",
            "--firmware",
            MIX,
            "--nodes",
            &nodes.to_string(),
        ])
        .args([
            "--install-seconds",
            &install.as_secs_f64().to_string(),
            "--admin",
            &port.to_string(),
            "--out",
        ])
        .arg(lab)
        .stdin(Stdio::null())
        .stdout(log.try_clone().map_err(failed)?)
        .stderr(log)
        .process_group(0)
        .spawn()
        .map_err(failed)?;
    let admin = Client::new(&url)?;
    let start = Instant::now();
    // The batch file is written last.
    while admin.get("/machines").await.is_err() || !lab.join("enrol.sh").exists() {
        let ended = process.try_wait().map_err(failed)?.is_some();
        if ended || start.elapsed() > START_LIMIT {
            let _ = process.kill();
            return Err(Failure::cannot_start(format!(
                "the simulated servers did not start; see {}",
                lab.join("log").display()
            )));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    std::fs::write(lab.join("pid"), process.id().to_string()).map_err(failed)?;
    std::fs::write(lab.join("admin"), url).map_err(failed)?;
    Ok(admin)
}
