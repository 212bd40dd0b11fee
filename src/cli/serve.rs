//! `ferric serve`: the service until it is asked to stop.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure, Outcome};
use super::{Global, interrupt, output};
use crate::config::{Config, Overrides};
use crate::service::{self, Service};

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Address and port of the API, in place of the configured one
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Which parts run in this process; processes with one database share the work
    #[arg(long, value_enum, default_value_t = Role::All)]
    role: Role,
}

/// The parts of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// API and engine
    All,
    /// The REST API alone
    Api,
    /// The engine alone
    Conductor,
}

pub(super) async fn run(global: &Global, args: ServeArgs) -> Outcome {
    let listen = args.listen.map(|listen| listen.to_string());
    let config = global.load(Overrides::default().set("api.listen", listen), false)?;
    let stop = interrupt::watch();
    let options = service::Options {
        api: args.role != Role::Conductor,
        conductor: args.role != Role::Api,
    };
    let service = start_with(config, options).await?;
    match args.role {
        Role::Conductor => output::note("ferric: the engine runs, without an API"),
        Role::All | Role::Api => {
            output::note(format!("ferric: the API listens at {}", service.api_url()));
        }
    }
    stop.cancelled().await;
    output::note("ferric: stopping");
    service.shutdown().await;
    Ok(Exit::Done)
}

/// Starts a whole service in this process.
pub(super) async fn start(config: Config) -> Result<Service, Failure> {
    start_with(config, service::Options::default()).await
}

async fn start_with(config: Config, options: service::Options) -> Result<Service, Failure> {
    Box::pin(Service::start(config, options))
        .await
        .map_err(|error| Failure::of(Exit::CannotStart, &error))
}
