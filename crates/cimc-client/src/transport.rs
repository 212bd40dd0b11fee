//! One POST and its answer: connections, times, sizes, redirects.
//!
//! Every request has a connection of its own, as with the vendor's SDK: firmware below 3.0
//! mishandles kept connections.

use std::error::Error as StdError;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{CONNECTION, CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response, StatusCode, Url};

use crate::error::{BoxError, TransportKind};
use crate::settings::{ControllerSettings, TlsVerify};
use crate::tls;

/// An answer beyond this is refused (bytes). A hierarchical read of the whole server is some
/// hundred thousand.
const MAX_ANSWER: usize = 8 << 20;
/// Redirects followed for one request.
const MAX_REDIRECTS: usize = 3;

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

/// The HTTP client for one way of verifying; can be shared by all controllers that use it.
pub(crate) fn client(verify: &TlsVerify, connect_timeout: Duration) -> Result<Client, String> {
    Client::builder()
        .tls_backend_preconfigured(tls::config(verify)?)
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .no_proxy()
        .build()
        .map_err(|error| format!("the HTTP client can't be set up: {error}"))
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
            let response = self
                .client
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(CONNECTION, "close")
                .body(body.to_owned())
                .send()
                .await
                .map_err(failed)?;
            match response.status() {
                StatusCode::OK => {
                    *self.url.lock().unwrap_or_else(PoisonError::into_inner) = url;
                    return read(response).await;
                }
                status if status.is_redirection() => url = target(&url, &response)?,
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
fn target(from: &Url, response: &Response) -> Result<Url, TransportError> {
    let to = response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
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

async fn read(mut response: Response) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(TransportError::Unusable(
                "the answer is too long".to_owned(),
            ));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn failed(error: reqwest::Error) -> TransportError {
    let kind = match tls_error(&error) {
        Some(rustls::Error::InvalidCertificate(_)) => TransportKind::Certificate,
        Some(_) => TransportKind::Tls,
        None if error.is_timeout() => TransportKind::Timeout,
        None => TransportKind::Unreachable,
    };
    TransportError::Failed(kind, Some(Box::new(error.without_url())))
}

/// The TLS error inside, if there is one. An I/O error hides its content from `source()`.
fn tls_error<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    if let Some(found) = error.downcast_ref::<rustls::Error>() {
        return Some(found);
    }
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
        .map(|inner| inner as &(dyn StdError + 'static));
    inner.or_else(|| error.source()).and_then(tls_error)
}
