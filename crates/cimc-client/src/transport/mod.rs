//! One POST and its answer: connections, times, sizes, redirects.
//!
//! Every request has a connection of its own, as with the vendor's SDK: firmware below 3.0
//! mishandles kept connections. By which TLS it goes is the one thing that differs between the
//! two kinds of [`Client`].

#[cfg(feature = "legacy-tls")]
mod legacy;
mod modern;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::{StatusCode, Url};

use crate::error::{BoxError, TransportKind};
use crate::settings::{ControllerSettings, TlsProfile};

/// An answer beyond this is refused (bytes). A hierarchical read of the whole server is some
/// hundred thousand.
const MAX_ANSWER: usize = 8 << 20;
/// Redirects followed for one request.
const MAX_REDIRECTS: usize = 3;
/// What the vendor's SDK sends; no firmware is known to look at it.
const BODY_TYPE: &str = "application/x-www-form-urlencoded";

/// Why there is no answer to look at.
#[derive(Debug)]
pub(crate) enum TransportError {
    /// No answer at all.
    Failed(TransportKind, Option<BoxError>),
    /// An answer, but not with status 200.
    Status(StatusCode),
    /// An answer that is no use.
    Unusable(String),
}

/// An answer as it came, from whichever client.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    /// The `Location` of a redirect.
    location: Option<String>,
    /// Read only with status 200.
    body: Vec<u8>,
}

impl Answer {
    /// Room for one more piece of the body.
    fn push(&mut self, piece: &[u8]) -> Result<(), TransportError> {
        if self.body.len() + piece.len() > MAX_ANSWER {
            let problem = "the answer is too long".to_owned();
            return Err(TransportError::Unusable(problem));
        }
        self.body.extend_from_slice(piece);
        Ok(())
    }
}

/// What sends requests, for one TLS profile and one way of verifying; can be shared by all
/// controllers that use it.
#[derive(Debug, Clone)]
pub(crate) enum Client {
    Modern(modern::Client),
    #[cfg(feature = "legacy-tls")]
    Legacy(legacy::Client),
}

impl Client {
    /// The client for checked settings; the error is a sentence about them.
    pub(crate) fn new(settings: &ControllerSettings) -> Result<Self, String> {
        match settings.tls {
            #[cfg(feature = "legacy-tls")]
            TlsProfile::Legacy => legacy::Client::new(settings).map(Self::Legacy),
            #[cfg(not(feature = "legacy-tls"))]
            TlsProfile::Legacy => Err("this build has no legacy TLS profile".to_owned()),
            TlsProfile::Modern => modern::Client::new(settings).map(Self::Modern),
        }
    }

    async fn post(&self, url: &Url, body: &str) -> Result<Answer, TransportError> {
        match self {
            Self::Modern(client) => client.post(url, body).await,
            #[cfg(feature = "legacy-tls")]
            Self::Legacy(client) => client.post(url, body).await,
        }
    }
}

/// The way to one controller.
#[derive(Debug)]
pub(crate) struct Transport {
    client: Client,
    /// Changes when the controller sends us from HTTP to HTTPS.
    url: Mutex<Url>,
}

impl Transport {
    pub(crate) fn new(
        client: Client,
        settings: &ControllerSettings,
    ) -> Result<Self, crate::CimcError> {
        Ok(Self {
            client,
            url: Mutex::new(settings.url()?),
        })
    }

    /// Whether passwords go by a TLS that others may be able to read.
    pub(crate) fn is_legacy_tls(&self) -> bool {
        match &self.client {
            Client::Modern(_) => false,
            #[cfg(feature = "legacy-tls")]
            Client::Legacy(_) => self.url().scheme() == "https",
        }
    }

    /// Host and port as they are now, for messages.
    pub(crate) fn address(&self) -> String {
        address_of(&self.url())
    }

    fn url(&self) -> Url {
        self.url
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Sends one request and returns the body of the answer.
    pub(crate) async fn post(
        &self,
        body: &str,
        limit: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let exchange = self.post_and_follow(body);
        match tokio::time::timeout(limit, exchange).await {
            Ok(answer) => answer,
            Err(_) => Err(TransportError::Failed(TransportKind::Timeout, None)),
        }
    }

    async fn post_and_follow(&self, body: &str) -> Result<Vec<u8>, TransportError> {
        let mut url = self.url();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.client.post(&url, body).await?;
            match answer.status {
                StatusCode::OK => {
                    *self.url.lock().unwrap_or_else(PoisonError::into_inner) = url;
                    return Ok(answer.body);
                }
                status if status.is_redirection() => {
                    url = target(&url, answer.location.as_deref())?;
                }
                status => return Err(TransportError::Status(status)),
            }
        }
        Err(TransportError::Unusable(
            "it redirects again and again".to_owned(),
        ))
    }
}

fn address_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Where a redirect leads. Another host, or plain HTTP after HTTPS, would get the password.
fn target(from: &Url, location: Option<&str>) -> Result<Url, TransportError> {
    let to = location
        .and_then(|value| from.join(value).ok())
        .ok_or_else(|| TransportError::Unusable("it redirects to nowhere".to_owned()))?;
    let downgrade = from.scheme() == "https" && to.scheme() != "https";
    let web = matches!(to.scheme(), "http" | "https");
    if to.host_str() != from.host_str() || downgrade || !web {
        let place = format!("{}://{}", to.scheme(), address_of(&to));
        return Err(TransportError::Unusable(format!(
            "it redirects to {place}, where the password will not be sent"
        )));
    }
    Ok(to)
}
