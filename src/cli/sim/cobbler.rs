//! `ferric sim cobbler`: a Cobbler server.

use std::net::SocketAddr;

use clap::Args;
use cobbler_sim::{Release, SimSpec};
use tokio_util::sync::CancellationToken;

use super::rack;
use crate::cli::exit::{Exit, Failure, Outcome};
use crate::cli::output;

#[derive(Debug, Args)]
pub(in crate::cli) struct CobblerArgs {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR:PORT")]
    listen: SocketAddr,
    /// The release to play
    #[arg(long, value_name = "V", default_value = "3.3.10")]
    release: String,
    /// The only user
    #[arg(long, default_value = "cobbler")]
    user: String,
    /// That user's password
    #[arg(long, default_value = "cobbler")]
    password: String,
}

pub(super) async fn run(args: CobblerArgs, stop: &CancellationToken) -> Outcome {
    let release = Release::from_version(&args.release).ok_or_else(|| {
        Failure::usage(format!(
            "--release: {:?} is not known; write 3.3.10",
            args.release
        ))
    })?;
    let cobbler = rack::start_cobbler_as(SimSpec {
        listen: args.listen,
        release,
        username: args.user,
        password: args.password.into(),
        ..SimSpec::default()
    })
    .await?;
    output::line(format!("Cobbler {} at {}", args.release, cobbler.api_url()));
    stop.cancelled().await;
    cobbler.shutdown().await;
    Ok(Exit::Done)
}
