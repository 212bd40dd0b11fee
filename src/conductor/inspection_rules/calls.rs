//! `api-call`: a GET to a server of the operator's. The calls are made when all rules have passed
//! and nothing is saved yet: a failed one fails the inspection.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use super::RuleError;
use crate::model::{JsonMap, python};

/// Answers after which another try may help (Ironic 39.0.0).
const AGAIN: [u16; 5] = [429, 500, 502, 503, 504];

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A call to be made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ApiCall {
    url: String,
    headers: Vec<(String, String)>,
    /// A kind of URL (`http`, `https`) and the proxy for it.
    proxies: Vec<(String, String)>,
    timeout: Duration,
    retries: u32,
    backoff: f64,
}

impl ApiCall {
    pub(super) fn new(args: &JsonMap) -> Result<Self, RuleError> {
        let number = |name: &str, default: f64| match args.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => python::text(value)
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite() && *number >= 0.0)
                .ok_or_else(|| {
                    RuleError::broken(format!(
                        "api-call: {name} is {}, which is no positive number",
                        python::repr(value)
                    ))
                }),
        };
        let timeout = number("timeout", 5.0)?;
        if timeout == 0.0 {
            return Err(RuleError::broken(
                "api-call: timeout must be greater than zero",
            ));
        }
        // As many as fit into the time that a step has.
        let retries = number("retries", 3.0)?.min(20.0);
        Ok(Self {
            url: python::text(args.get("url").unwrap_or(&Value::Null)),
            headers: texts(args.get("headers")),
            proxies: texts(args.get("proxies")),
            timeout: Duration::from_secs_f64(timeout.min(3600.0)),
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 20"
            )]
            retries: retries as u32,
            backoff: number("backoff_factor", 0.3)?,
        })
    }

    async fn make(&self) -> Result<(), String> {
        let failed =
            |why: String| format!("an inspection rule's call of {} failed: {why}", self.url);
        let client = self.client().map_err(|error| failed(error.to_string()))?;
        let mut tries = 0;
        loop {
            let mut request = client.get(&self.url);
            for (name, value) in &self.headers {
                request = request.header(name, value);
            }
            let why = match request.send().await {
                Ok(answer)
                    if !answer.status().is_client_error() && !answer.status().is_server_error() =>
                {
                    return Ok(());
                }
                Ok(answer) => {
                    let status = answer.status();
                    if !may_help(status) {
                        return Err(failed(format!("it answered {status}")));
                    }
                    format!("it answered {status}")
                }
                Err(error) if error.is_builder() => return Err(failed(error.to_string())),
                Err(error) if error.is_timeout() => {
                    format!("it did not answer within {:?}", self.timeout)
                }
                Err(error) => error.without_url().to_string(),
            };
            if tries >= self.retries {
                return Err(failed(format!(
                    "{why} (given up after {} tries)",
                    tries + 1
                )));
            }
            let pause = self.backoff * f64::from(1_u32 << tries.min(16));
            tries += 1;
            tokio::time::sleep(Duration::from_secs_f64(pause).min(LONGEST_PAUSE)).await;
        }
    }

    fn client(&self) -> reqwest::Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder().timeout(self.timeout);
        for (kind, proxy) in &self.proxies {
            builder = builder.proxy(match kind.as_str() {
                "http" => reqwest::Proxy::http(proxy)?,
                "https" => reqwest::Proxy::https(proxy)?,
                _ => reqwest::Proxy::all(proxy)?,
            });
        }
        builder.build()
    }
}

/// Makes the calls in their order.
pub(super) async fn make(calls: &[ApiCall]) -> Result<(), String> {
    for call in calls {
        call.make().await?;
    }
    Ok(())
}

fn may_help(status: StatusCode) -> bool {
    AGAIN.contains(&status.as_u16())
}

fn texts(value: Option<&Value>) -> Vec<(String, String)> {
    let map = value.and_then(Value::as_object);
    map.into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), python::text(value)))
        .collect()
}
