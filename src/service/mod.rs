//! The service as one thing to start and to stop: store, drivers, conductor and API, put together
//! from the configuration.

mod parts;

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::serve::ListenerExt as _;
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::{self, ApiState};
use crate::conductor::Conductor;
use crate::config::{Config, ConfigError};
use crate::drivers::Registry;
use crate::metrics::Metrics;
use crate::store::{Presence, Store, StoreError, Vault};

/// Which parts run in this process.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The REST API.
    pub api: bool,
    /// The engine.
    pub conductor: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            api: true,
            conductor: true,
        }
    }
}

/// Why the service can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The API's address can't be had.
    #[error("can't listen on {address}: {reason}; {advice}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's word.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// The key that encrypts secrets can't be had.
    #[error(transparent)]
    Secrets(#[from] ConfigError),
    /// The database can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The directory for transcripts can't be made.
    #[error(
        "cimc.record_dir: {} can't be made; choose a place that can be written to, or leave the key out",
        path.display()
    )]
    RecordDir {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A Cobbler server's settings can't be used.
    #[error("[cobbler.{name}] can't be used: {reason}")]
    Cobbler {
        /// The section's name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// A running service.
#[derive(Debug)]
pub struct Service {
    url: String,
    stop: CancellationToken,
    conductor: Conductor,
    controllers: std::sync::Arc<cimc_client::Controllers>,
    tasks: TaskTracker,
    presence: Option<Presence>,
    server: Option<JoinHandle<()>>,
}

impl Service {
    /// Starts what `options` name.
    ///
    /// # Errors
    /// [`StartError`], each a sentence that says what to do; nothing runs then.
    pub async fn start(config: Config, options: Options) -> Result<Self, StartError> {
        // First of all: of two services on one port, the second must not touch the database.
        let listener = match options.api {
            true => Some(bind(config.api.listen).await?),
            false => None,
        };
        let address = listener
            .as_ref()
            .and_then(|l| l.local_addr().ok())
            .unwrap_or(config.api.listen);
        let url = match &config.api.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{address}"),
        };
        let store = open_store(&config).await?;
        let presence = match options.conductor {
            true => Some(store.take_host(&config.conductor.host).await?),
            false => None,
        };
        let metrics = Metrics::default();
        let controllers = std::sync::Arc::new(parts::controllers(&config, &metrics)?);
        let drivers = Registry::new(
            controllers.clone(),
            config.cimc.timeout,
            parts::cobblers(&config, &metrics)?,
        );
        let options_of_conductor = parts::options_of(&config, metrics);
        let conductor = Conductor::new(
            store,
            drivers,
            parts::settings(&config, &url),
            options_of_conductor,
        );
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        if options.conductor {
            let (conductor, stop) = (conductor.clone(), stop.clone());
            tasks.spawn(async move { conductor.run(stop).await });
        }
        let server = listener.map(|listener| {
            let router = api::router(ApiState::new(
                conductor.clone(),
                config.api.public_url.clone(),
            ));
            tasks.spawn(serve(listener, router, stop.clone()))
        });
        Ok(Self {
            url,
            stop,
            conductor,
            controllers,
            tasks,
            presence,
            server,
        })
    }

    /// The base URL of the API, without a slash at its end.
    pub fn api_url(&self) -> &str {
        &self.url
    }

    /// Stops: no new requests, running steps end, sessions are logged out, the database is closed.
    pub async fn shutdown(self) {
        self.stop.cancel();
        if let Some(server) = self.server {
            // A client that keeps its connection open must not keep the service from stopping.
            let patience = std::time::Duration::from_secs(5);
            let abort = server.abort_handle();
            if tokio::time::timeout(patience, server).await.is_err() {
                abort.abort();
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
        self.controllers.shut_down().await;
        drop(self.presence);
        self.conductor.store().close().await;
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen {
        address,
        reason: error.to_string(),
        advice: match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another program has that port: stop it, or choose another with --listen or api.listen"
            }
            std::io::ErrorKind::PermissionDenied => "choose a port above 1023 with --listen or api.listen",
            _ => "choose an address of this machine with --listen or api.listen",
        },
    })
}

/// Opens the database of a configuration and brings its schema up to date.
///
/// # Errors
/// [`StartError::Secrets`], [`StartError::Store`].
pub async fn open_store(config: &Config) -> Result<Store, StartError> {
    let key = config.secrets.load_key(&config.database.state_dir)?;
    if config.database.url.is_none() {
        std::fs::create_dir_all(&config.database.state_dir).map_err(|error| StoreError::Open {
            url: config.database.display_url(),
            reason: error.to_string(),
        })?;
    }
    let vault = Vault::new(key.expose_secret());
    Ok(Store::open(config.database.effective_url().expose_secret(), vault).await?)
}

/// A client of a Cobbler server, without a service.
///
/// # Errors
/// [`StartError::Cobbler`].
pub fn cobbler_client(
    name: &str,
    section: &crate::config::Cobbler,
) -> Result<cobbler_client::Cobbler, StartError> {
    parts::cobbler(name, section, None)
}

async fn serve(listener: TcpListener, router: axum::Router, stop: CancellationToken) {
    // A list is sent in pieces: where each waited for the client's word that the one before has come,
    // it would take 40 ms more.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "can't switch off Nagle's algorithm");
        }
    });
    let served =
        axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await });
    if let Err(error) = served.await {
        tracing::error!(%error, "the API's listener failed");
    }
}
