//! `ferric install`: the servers of a batch file, through a service of its own or a running one.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use sha2::{Digest, Sha256};

use super::client::Client;
use super::exit::{Exit, Failure, Outcome};
use super::rollout::{self, Wish};
use super::view::{View, summary};
use super::{Global, fleet, interrupt, output, plan, serve, state};
use crate::batch::Batch;
use crate::config::{Config, Database, Overrides, is_loopback};

/// The name of the batch file's Cobbler in the embedded service.
const COBBLER: &str = "batch";

#[derive(Debug, Args)]
pub(super) struct InstallArgs {
    /// The batch file (YAML)
    file: PathBuf,
    /// Show what would be done, contacting nothing; `ferric plan` shows more
    #[arg(long)]
    plan: bool,
    /// A running service's base URL; without it a service runs in this process
    #[arg(long, value_name = "URL", conflicts_with_all = ["state_dir", "listen"])]
    server: Option<String>,
    /// Where this batch's state is kept; a second run goes on from it
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Where the service in this process listens. Installers fetch user data there and report
    /// there, so for real servers give an address that they reach
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
}

pub(super) async fn run(global: &Global, args: InstallArgs) -> Outcome {
    // The batch file is checked first: without a good one nothing else matters.
    let batch = Batch::load(&args.file)?;
    if args.plan {
        return plan::run(global, plan::PlanArgs::of_file(args.file)).await;
    }
    match &args.server {
        Some(server) => {
            global.log()?;
            let client = Client::new(server)?;
            let cobbler = configured_cobbler(&client, &batch.cobbler.url).await?;
            install(&client, batch, &cobbler).await
        }
        None => {
            let config = embedded(global, &args, &batch)?;
            let state_dir = config.database.state_dir.clone();
            let service = serve::start(config).await?;
            state::remember(&state_dir, service.api_url());
            let outcome = match Client::new(service.api_url()) {
                Ok(client) => install(&client, batch, COBBLER).await,
                Err(failure) => Err(failure),
            };
            service.shutdown().await;
            outcome
        }
    }
}

pub(super) async fn install(client: &Client, batch: Batch, cobbler: &str) -> Outcome {
    let stop = interrupt::watch();
    let names: Vec<String> = batch.nodes.iter().map(|node| node.name.clone()).collect();
    let only: BTreeSet<String> = names.iter().cloned().collect();
    let wishes = batch
        .nodes
        .into_iter()
        .map(|node| Wish {
            node,
            cobbler: cobbler.to_owned(),
            extra: serde_json::Map::new(),
        })
        .collect();
    let fleet = fleet::follow(client.clone(), Some(only), fleet::INTERVAL);
    let mut view = View::new();
    let started = Instant::now();
    let rollout = rollout::run(client, fleet.clone(), wishes, &mut view, &stop).await;
    view.finish();
    if rollout.interrupted {
        let done = rollout.results.len();
        output::note(format!(
            "Interrupted with {done} of {} servers done; the same command goes on.",
            names.len()
        ));
        return Ok(Exit::Interrupted);
    }
    let rows = rollout.rows(&names, &fleet.borrow());
    output::line(summary(&rows, started.elapsed().as_secs_f64()));
    let failed = rows.iter().any(|row| !row.is_good);
    Ok(if failed { Exit::NodeFailed } else { Exit::Done })
}

/// The configuration of the service in this process.
fn embedded(global: &Global, args: &InstallArgs, batch: &Batch) -> Result<Config, Failure> {
    let listen = args.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
    let overrides = Overrides::default().set("api.listen", Some(listen.to_string()));
    let mut config = global.load(overrides, true)?;
    let directory = match &args.state_dir {
        Some(directory) => directory.clone(),
        None => config
            .database
            .state_dir
            .join("batches")
            .join(state_name(&batch.path)),
    };
    state::make(&directory)?;
    if args.listen.is_none() {
        config.api.listen.set_port(state::recall(&directory));
    }
    let is_elsewhere = reqwest::Url::parse(&batch.cobbler.url).is_ok_and(|url| !is_loopback(&url));
    if is_elsewhere && listen.ip().is_loopback() && config.api.public_url.is_none() {
        output::note(format!(
            "note: installers can't reach {listen}, so user data is not delivered and progress is \
             known from Cobbler only; give --listen an address that they reach"
        ));
    }
    config.database.url = Some(Database::sqlite_url(&directory).into());
    config.database.state_dir = directory;
    config
        .cobbler
        .insert(COBBLER.to_owned(), batch.cobbler.clone());
    Ok(config)
}

/// The same for the same file: its name, and a hash of its place, since many are `lab.yaml`.
fn state_name(file: &Path) -> String {
    let whole = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let hash = Sha256::digest(whole.as_os_str().as_encoded_bytes());
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    format!(
        "{stem}-{:02x}{:02x}{:02x}{:02x}",
        hash[0], hash[1], hash[2], hash[3]
    )
}

/// The name under which a running service knows the batch file's Cobbler.
async fn configured_cobbler(client: &Client, url: &str) -> Result<String, Failure> {
    let known = client.get("/ferric/v1/cobblers").await?;
    let plain = |url: &str| url.trim_end_matches('/').to_lowercase();
    known
        .as_array()
        .into_iter()
        .flatten()
        .find(|cobbler| {
            cobbler["url"]
                .as_str()
                .is_some_and(|known| plain(known) == plain(url))
        })
        .and_then(|cobbler| cobbler["name"].as_str())
        .map(str::to_owned)
        .ok_or_else(|| {
            Failure::usage(format!(
                "{}: this server knows no Cobbler {url}; add a section [cobbler.NAME] with url = \
                 \"{url}\" to its configuration and restart it",
                client.base()
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_directory_belongs_to_one_file() {
        let directory = tempfile::tempdir().unwrap();
        let (a, b) = (
            directory.path().join("a/lab.yaml"),
            directory.path().join("b/lab.yaml"),
        );
        assert_eq!(state_name(&a), state_name(&a));
        assert_ne!(state_name(&a), state_name(&b));
        assert!(state_name(&a).starts_with("lab-"));
    }
}
