//! The configured Cobbler servers, and which of them a node uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use cobbler_client::{Cobbler, CobblerError};

use crate::drivers::DriverError;
use crate::drivers::error::with_sources;
use crate::model::Node;

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
}

impl Cobblers {
    /// These servers: name, URL as people know it, client. `images` maps what a client sends as
    /// `image_source` to `cobbler://…`.
    pub fn new(servers: Vec<(String, String, Cobbler)>, images: BTreeMap<String, String>) -> Self {
        let servers = servers
            .into_iter()
            .map(|(name, url, client)| (name, Server { url, client }))
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
        let servers = &self.inner.servers;
        let names = || {
            servers
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let server = match node.driver_text("cobbler") {
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
        };
        Ok(&server?.client)
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
