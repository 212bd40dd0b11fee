//! Requests by the modern TLS profile, and by plain HTTP: reqwest over rustls.

use std::error::Error as StdError;

use reqwest::header::{CONNECTION, CONTENT_TYPE, LOCATION};
use reqwest::{StatusCode, Url};

use super::{Answer, BODY_TYPE, TransportError};
use crate::error::{BoxError, TransportKind};
use crate::settings::ControllerSettings;
use crate::tls;

#[derive(Debug, Clone)]
pub(crate) struct Client(reqwest::Client);

impl Client {
    pub(super) fn new(settings: &ControllerSettings) -> Result<Self, String> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(&settings.verify)?)
            .connect_timeout(settings.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .no_proxy()
            .build()
            .map(Self)
            .map_err(|error| format!("the HTTP client can't be set up: {error}"))
    }

    pub(super) async fn post(&self, url: &Url, body: &str) -> Result<Answer, TransportError> {
        let request = self
            .0
            .post(url.clone())
            .header(CONTENT_TYPE, BODY_TYPE)
            .header(CONNECTION, "close")
            .body(body.to_owned());
        let mut response = request.send().await.map_err(failed)?;
        let location = response.headers().get(LOCATION);
        let mut answer = Answer {
            status: response.status(),
            location: location
                .and_then(|place| place.to_str().ok())
                .map(str::to_owned),
            body: Vec::new(),
        };
        if answer.status == StatusCode::OK {
            while let Some(piece) = response.chunk().await.map_err(failed)? {
                answer.push(&piece)?;
            }
        }
        Ok(answer)
    }
}

fn failed(error: reqwest::Error) -> TransportError {
    let tls = tls_error(&error);
    let kind = match tls {
        Some(rustls::Error::InvalidCertificate(_)) => TransportKind::Certificate,
        Some(_) => TransportKind::Tls,
        None if error.is_timeout() => TransportKind::Timeout,
        None => TransportKind::Unreachable,
    };
    // The sentence with the fingerprint in it, not the four around it.
    let source: BoxError = match tls.and_then(tls::distrust) {
        Some(distrust) => Box::new(distrust.clone()),
        None => Box::new(error.without_url()),
    };
    TransportError::Failed(kind, Some(source))
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
