//! `ferric sim lab`: a rack and a Cobbler to try Ferric on from outside.

use std::net::SocketAddr;
use std::path::PathBuf;

use cimc_sim::RackSpec;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{cimc, lab_files, rack};
use crate::cli::exit::{Exit, Failure, Outcome};
use crate::cli::output;

#[derive(Debug, Args)]
pub(in crate::cli) struct LabArgs {
    /// How many servers
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..))]
    nodes: u16,
    /// Their firmware, or `mix`
    #[arg(long, value_name = "V", default_value = rack::MIX)]
    firmware: String,
    /// The base URL of a real Cobbler, e.g. `http://10.0.0.2`; without it one is simulated
    #[arg(long, value_name = "URL")]
    cobbler: Option<String>,
    /// How long an install takes
    #[arg(long, value_name = "S", default_value_t = 30.0)]
    install_seconds: f64,
    /// Where the files are written
    #[arg(long, value_name = "DIR", default_value = "ferric-lab")]
    out: PathBuf,
    /// Where to tell what the machines do: GET /machines
    #[arg(long, value_name = "ADDR:PORT")]
    admin: Option<SocketAddr>,
}

pub(super) async fn run(args: LabArgs, stop: &CancellationToken) -> Outcome {
    let install = cimc::seconds(args.install_seconds)?;
    let mut controllers = rack::controllers(&args.firmware, usize::from(args.nodes))?;
    for controller in &mut controllers {
        // What their XML API can't do, their command line can.
        if lab_files::needs_command_line(controller.personality) {
            controller.ssh = Some(0);
        }
    }
    let simulated = match &args.cobbler {
        Some(_) => None,
        None => Some(rack::start_cobbler(SocketAddr::from(([127, 0, 0, 1], 0))).await?),
    };
    let base = match (&args.cobbler, &simulated) {
        (Some(base), _) => base.trim_end_matches('/').to_owned(),
        (None, Some(cobbler)) => cobbler.base_url(),
        (None, None) => String::new(),
    };
    let rack = rack::start_rack(RackSpec {
        cobbler_base: Some(base.clone()),
        install_duration: install,
        timing: rack::timing(install),
        admin: args.admin,
        ..RackSpec::new(controllers)
    })
    .await?;
    lab_files::write(&args.out, &rack, &base).map_err(|error| {
        Failure::cannot_start(format!(
            "{} can't be written: {error}; choose another place with --out",
            args.out.display()
        ))
    })?;
    output::line(format!(
        "{} servers, Cobbler at {base}/cobbler_api.",
        rack.controllers().len()
    ));
    if let Some(admin) = rack.admin_address() {
        output::line(format!(
            "What the machines do: curl http://{admin}/machines"
        ));
    }
    output::line(lab_files::what_next(&args.out, args.cobbler.is_some()));
    stop.cancelled().await;
    rack.shutdown().await;
    if let Some(cobbler) = simulated {
        cobbler.shutdown().await;
    }
    Ok(Exit::Done)
}
