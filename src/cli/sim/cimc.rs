//! `ferric sim cimc`: controllers of one firmware.

use std::net::SocketAddr;
use std::time::Duration;

use cimc_sim::{RackSpec, Timing};
use clap::{Args, ValueEnum};
use tokio_util::sync::CancellationToken;

use super::rack;
use crate::cli::exit::{Exit, Failure, Outcome};
use crate::cli::output;

#[derive(Debug, Args)]
pub(in crate::cli) struct CimcArgs {
    /// Address and port of the first controller; the others follow. Port 0: free ports
    #[arg(long, value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The firmware to play, or `mix`
    #[arg(long, value_name = "V")]
    firmware: String,
    /// How many controllers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    count: u16,
    /// Speak TLS, with a self-signed certificate
    #[arg(long)]
    tls: bool,
    /// The account that may do everything
    #[arg(long, default_value = "admin")]
    user: String,
    /// Its password
    #[arg(long, default_value = "password")]
    password: String,
    /// What is behind the controllers
    #[arg(long, value_enum, default_value_t = Backend::Model)]
    backend: Backend,
    /// The base URL of the Cobbler that machines boot from, e.g. `http://127.0.0.1:8080`
    #[arg(long, value_name = "URL")]
    cobbler: Option<String>,
    /// How long an install takes
    #[arg(long, value_name = "S", default_value_t = 300.0)]
    install_seconds: f64,
    /// Where to tell what the machines do: GET /machines
    #[arg(long, value_name = "ADDR:PORT")]
    admin: Option<SocketAddr>,
}

/// What a controller switches on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Backend {
    /// A machine that is played in this process.
    Model,
}

pub(super) async fn run(args: CimcArgs, stop: &CancellationToken) -> Outcome {
    let mut controllers = rack::controllers(&args.firmware, usize::from(args.count))?;
    for (number, controller) in (0_u16..).zip(&mut controllers) {
        controller.tls = args.tls;
        if args.listen.port() != 0 {
            controller.port = args.listen.port().checked_add(number).ok_or_else(|| {
                Failure::usage(format!(
                    "--count: there are no {} ports from {}",
                    args.count, args.listen
                ))
            })?;
        }
    }
    let Backend::Model = args.backend;
    let rack = rack::start_rack(RackSpec {
        listen_ip: args.listen.ip(),
        user: args.user,
        password: args.password.into(),
        cobbler_base: args.cobbler,
        install_duration: seconds(args.install_seconds)?,
        timing: Timing::default(),
        admin: args.admin,
        ..RackSpec::new(controllers)
    })
    .await?;
    for controller in rack.controllers() {
        let personality = controller.personality();
        output::line(format!(
            "{}  {}  {}  {}",
            controller.url(),
            personality.firmware(),
            personality.model(),
            controller.serial()
        ));
    }
    if let Some(admin) = rack.admin_address() {
        output::line(format!("machines: http://{admin}/machines"));
    }
    stop.cancelled().await;
    rack.shutdown().await;
    Ok(Exit::Done)
}

/// A length of time from a flag.
pub(in crate::cli) fn seconds(seconds: f64) -> Result<Duration, Failure> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        Failure::usage(format!(
            "--install-seconds: {seconds} is no length of time; write e.g. 12"
        ))
    })
}
