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
    /// The release to play: 2.8.5, 3.1.2, 3.2.3, 3.3.0 or 3.3.10
    #[arg(long, value_name = "V", default_value_t = Release::default().to_string())]
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
        let known = Release::ALL.map(Release::version).join(", ");
        Failure::usage(format!(
            "--release: {:?} is not known; write one of {known}",
            args.release
        ))
    })?;
    let cobbler = rack::start_cobbler_as(SimSpec {
        listen: args.listen,
        username: args.user,
        password: args.password.into(),
        ..SimSpec::of(release)
    })
    .await?;
    output::line(format!("Cobbler {} at {}", args.release, cobbler.api_url()));
    stop.cancelled().await;
    cobbler.shutdown().await;
    Ok(Exit::Done)
}
