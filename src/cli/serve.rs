//! `ferric serve`: the service until it is asked to stop.

use std::net::SocketAddr;

use clap::Args;

use super::exit::{Exit, Failure, Outcome};
use super::{Global, interrupt, output};
use crate::config::{Config, Overrides};
use crate::service::{self, Service};

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Address and port of the API, in place of the configured one
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
}

pub(super) async fn run(global: &Global, args: ServeArgs) -> Outcome {
    let listen = args.listen.map(|listen| listen.to_string());
    let config = global.load(Overrides::default().set("api.listen", listen), false)?;
    let stop = interrupt::watch();
    let service = start(config).await?;
    output::note(format!("ferric: the API listens at {}", service.api_url()));
    stop.cancelled().await;
    output::note("ferric: stopping");
    service.shutdown().await;
    Ok(Exit::Done)
}

/// Starts a service in this process.
pub(super) async fn start(config: Config) -> Result<Service, Failure> {
    Box::pin(Service::start(config, service::Options::default()))
        .await
        .map_err(|error| Failure::of(Exit::CannotStart, &error))
}
