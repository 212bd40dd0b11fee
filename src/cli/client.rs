//! A client of the REST API, as much of it as the commands need.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::exit::{Exit, Failure, chain};

/// The API version that the commands speak.
const VERSION: (&str, &str) = ("X-OpenStack-Ironic-API-Version", "1.115");

/// Requests under way at once; a fleet of thousands must not open thousands of connections.
const PARALLEL: usize = 32;

/// How often a request is sent again while its node is busy or the server doesn't answer.
const TRIES: u32 = 20;

/// Before the second try; each further pause is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// No answer: the server is down, or the address is another's.
    #[error("{url} does not answer; is the service running there?")]
    Unreachable {
        url: String,
        #[source]
        source: reqwest::Error,
    },
    /// The server says no.
    #[error("{method} {path}: {message}")]
    Refused {
        method: Method,
        path: String,
        status: StatusCode,
        message: String,
    },
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::of(Exit::CannotStart, &error)
    }
}

/// A client of one server; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    slots: Arc<Semaphore>,
}

impl Client {
    /// A client of the server at `base`, e.g. `http://127.0.0.1:6385`.
    pub(super) fn new(base: &str) -> Result<Self, Failure> {
        let is_url = reqwest::Url::parse(base).is_ok_and(|url| url.has_host());
        if !is_url {
            return Err(Failure::usage(format!(
                "--server: {base:?} is no URL; write it like http://127.0.0.1:6385"
            )));
        }
        super::install_crypto();
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| Failure::cannot_start(format!("no HTTP client: {}", chain(&error))))?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self {
            http,
            base,
            slots: Arc::new(Semaphore::new(PARALLEL)),
        })
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Reads a resource.
    pub(super) async fn get(&self, path: &str) -> Result<Value, ClientError> {
        self.send(Method::GET, path, None).await
    }

    /// Reads a resource that may not be there.
    pub(super) async fn find(&self, path: &str) -> Result<Option<Value>, ClientError> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(ClientError::Refused {
                status: StatusCode::NOT_FOUND,
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates a resource.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, ClientError> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Changes a resource; waits while its node is busy, and through a restart of the server.
    pub(super) async fn change(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, ClientError> {
        let (mut tries, mut pause) = (1, FIRST_PAUSE);
        loop {
            match self.send(method.clone(), path, Some(body)).await {
                Err(error) if error.is_passing() && tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
                result => return result,
            }
        }
    }

    /// Every node, in pages.
    pub(super) async fn nodes(&self) -> Result<Vec<Value>, ClientError> {
        let mut nodes = Vec::new();
        let mut marker = String::new();
        loop {
            let page = self
                .get(&format!("/v1/nodes/detail?limit=500{marker}"))
                .await?;
            let page = page
                .get("nodes")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            let last = page
                .last()
                .and_then(|node| node["uuid"].as_str())
                .map(str::to_owned);
            nodes.extend(page);
            match last {
                Some(uuid) if nodes.len() % 500 == 0 => marker = format!("&marker={uuid}"),
                _ => return Ok(nodes),
            }
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ClientError> {
        // The semaphore is never closed.
        let _slot = self.slots.acquire().await;
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base))
            .header(VERSION.0, VERSION.1);
        if let Some(body) = body {
            request = request.json(body);
        }
        let unreachable = |source: reqwest::Error| ClientError::Unreachable {
            url: self.base.clone(),
            source: source.without_url(),
        };
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let text = response.text().await.map_err(unreachable)?;
        if status.is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or(Value::Null));
        }
        let message = fault(&text).unwrap_or_else(|| format!("the server answered {status}"));
        Err(ClientError::Refused {
            method,
            path: path.to_owned(),
            status,
            message,
        })
    }
}

impl ClientError {
    /// Whether the same request may succeed soon: the node is held by a conductor (Ironic's 409),
    /// or the server is away.
    fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { status, .. } => {
                matches!(
                    *status,
                    StatusCode::CONFLICT | StatusCode::SERVICE_UNAVAILABLE
                )
            }
        }
    }
}

/// The sentence of Ironic's error body: an object, or the text of one, in `error_message`.
fn fault(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let message = match body.get("error_message")? {
        Value::String(inner) => match serde_json::from_str::<Value>(inner) {
            Ok(inner) => inner,
            Err(_) => return Some(inner.clone()),
        },
        other => other.clone(),
    };
    Some(message.get("faultstring")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_ironic_s_error_are_read() {
        let text = r#"{"error_message": "{\"faultstring\": \"Node is locked\", \"faultcode\": \"Client\"}"}"#;
        assert_eq!(fault(text).as_deref(), Some("Node is locked"));
        let text = r#"{"error_message": {"faultstring": "No such node"}}"#;
        assert_eq!(fault(text).as_deref(), Some("No such node"));
        assert_eq!(fault("<html>"), None);
    }

    #[test]
    fn a_server_has_to_be_a_url() {
        assert!(Client::new("ferric.lab").is_err());
        assert_eq!(
            Client::new("http://127.0.0.1:6385/").unwrap().base(),
            "http://127.0.0.1:6385"
        );
    }
}
