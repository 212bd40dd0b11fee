//! How to reach one Cobbler server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::observer::{Nobody, Observer};

/// One Cobbler server and the login to use there.
#[derive(Clone, Debug)]
pub struct CobblerConfig {
    /// The name people know this server by; it appears in every message.
    pub name: String,
    /// Address of the XML-RPC service, normally `https://HOST/cobbler_api`.
    pub url: String,
    /// Login name. An empty one is refused: it is Cobbler's local shared-secret path.
    pub username: String,
    /// Password of that login.
    pub password: SecretString,
    /// How the server's certificate is checked.
    pub verify: Verify,
    /// How long to wait for answers.
    pub timeouts: Timeouts,
    /// The word that begins the comment of every object we make, followed by a colon.
    pub owner_mark: String,
    /// Who is told of every call.
    pub observer: Arc<dyn Observer>,
}

impl CobblerConfig {
    /// A configuration with certificate check, the measured time limits, the mark `ferric` and nobody who counts.
    pub fn new(
        name: impl Into<String>,
        url: impl Into<String>,
        username: impl Into<String>,
        password: SecretString,
    ) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            username: username.into(),
            password,
            verify: Verify::On,
            timeouts: Timeouts::default(),
            owner_mark: "ferric".to_owned(),
            observer: Arc::new(Nobody),
        }
    }
}

/// How the server's certificate is checked. Without meaning for an `http` address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Against the certificate authorities of this machine.
    #[default]
    On,
    /// Not at all.
    Off,
    /// Against the authorities in this PEM file, and no others.
    CaFile(PathBuf),
}

/// How long to wait for answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the TCP and TLS connection.
    pub connect: Duration,
    /// For calls that only read. One system is read in milliseconds, but a full sync running
    /// beside it holds Cobbler's interpreter for many seconds.
    pub read: Duration,
    /// For calls that write. Saving a system takes 0.1 s to 1 s (3.3.10, 1000 systems), longer
    /// when the server restarts its DHCP daemon on every save.
    pub save: Duration,
    /// How long to go on asking a web server that answers 502, 503 or 504 because the daemon behind
    /// it is down or busy, with growing pauses. Zero: not at all.
    pub busy: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(60),
            save: Duration::from_secs(180),
            busy: Duration::from_secs(16),
        }
    }
}
