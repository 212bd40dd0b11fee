//! The configured Cobbler servers, and which of them a node uses.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cobbler_client::{Cobbler, CobblerError, InstallLog};
use tokio::sync::Mutex;

use crate::drivers::DriverError;
use crate::drivers::error::with_sources;
use crate::model::Node;

/// How long an install log may take to read: all steps that wait for installers wait for it.
const LOG_LIMIT: Duration = Duration::from_secs(10);

/// The servers by name, and the image map; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Cobblers {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    servers: BTreeMap<String, Server>,
    images: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Server {
    url: String,
    client: Cobbler,
    log: Mutex<Option<LogRead>>,
}

/// What a server's install log said, and when.
#[derive(Debug)]
struct LogRead {
    at: Instant,
    /// `None` where it could not be read.
    log: Option<Arc<Log>>,
}

/// Installs by the name of the system.
type Log = BTreeMap<String, InstallLog>;

impl Cobblers {
    /// These servers: name, URL as people know it, client. `images` maps what a client sends as
    /// `image_source` to `cobbler://…`.
    pub fn new(servers: Vec<(String, String, Cobbler)>, images: BTreeMap<String, String>) -> Self {
        let servers = servers
            .into_iter()
            .map(|(name, url, client)| {
                let log = Mutex::default();
                (name, Server { url, client, log })
            })
            .collect();
        Self {
            inner: Arc::new(Inner { servers, images }),
        }
    }

    /// The server of a node: the one it names, or the only one there is.
    ///
    /// # Errors
    /// [`DriverError::InvalidParameter`] that lists the names there are.
    pub fn of(&self, node: &Node) -> Result<&Cobbler, DriverError> {
        Ok(&self.server(node)?.client)
    }

    /// The install log of a node's server, read at most that long ago. All who ask share one read:
    /// a log tells of all systems. It is a hint only; where it can't be read there is none.
    pub(super) async fn install_log(&self, node: &Node, age: Duration) -> Option<Arc<Log>> {
        let server = self.server(node).ok()?;
        let mut kept = server.log.lock().await;
        if let Some(read) = kept.as_ref().filter(|read| read.at.elapsed() < age) {
            return read.log.clone();
        }
        let log = match tokio::time::timeout(LOG_LIMIT, server.client.install_log()).await {
            Ok(Ok(log)) => Some(Arc::new(log)),
            Ok(Err(error)) => {
                tracing::debug!(%error, "an install log can't be read");
                None
            }
            Err(_) => {
                tracing::debug!("an install log takes too long to read");
                None
            }
        };
        let at = Instant::now();
        *kept = Some(LogRead {
            at,
            log: log.clone(),
        });
        log
    }

    fn server(&self, node: &Node) -> Result<&Server, DriverError> {
        let servers = &self.inner.servers;
        let names = || {
            servers
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        };
        match node.driver_text("cobbler") {
            Some(name) => servers.get(name).ok_or_else(|| match servers.len() {
                0 => DriverError::invalid(format!(
                    "driver_info/cobbler is {name:?}, but no Cobbler server is configured; add a section \
                     [cobbler.{name}] to the configuration."
                )),
                _ => DriverError::invalid(format!(
                    "driver_info/cobbler is {name:?}, which is not configured; choose one of: {}.",
                    names()
                )),
            }),
            None if servers.len() == 1 => servers.values().next().ok_or_else(Self::none),
            None if servers.is_empty() => Err(Self::none()),
            None => Err(DriverError::invalid(format!(
                "driver_info/cobbler is not set and there are several Cobbler servers; choose one of: {}.",
                names()
            ))),
        }
    }

    fn none() -> DriverError {
        DriverError::invalid(
            "No Cobbler server is configured; add a section [cobbler.NAME] to the configuration.",
        )
    }

    /// The server of this name.
    pub fn named(&self, name: &str) -> Option<&Cobbler> {
        self.inner.servers.get(name).map(|server| &server.client)
    }

    /// What an image's id is mapped to, or `None`.
    pub fn image(&self, id: &str) -> Option<&str> {
        self.inner.images.get(id).map(String::as_str)
    }

    /// Name and URL of each server.
    pub fn list(&self) -> Vec<(String, String)> {
        self.inner
            .servers
            .iter()
            .map(|(name, server)| (name.clone(), server.url.clone()))
            .collect()
    }
}

/// The client's errors as the conductor treats them.
pub(super) fn from_cobbler(error: &CobblerError) -> DriverError {
    let message = with_sources(error);
    if error.is_transient() {
        DriverError::Transient(message)
    } else {
        DriverError::Refused(message)
    }
}
