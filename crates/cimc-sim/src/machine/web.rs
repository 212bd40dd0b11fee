//! What a machine says over the network: to Cobbler before an install, to links during it.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Client, StatusCode};

use super::xmlrpc::{self, Value};

/// A boot loader and an installer give up on a silent server after this time.
const REQUEST_LIMIT: Duration = Duration::from_secs(20);

/// The client that all machines of a rack share. Installers don't check certificates.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    // A second provider in one process is refused; the first is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(REQUEST_LIMIT)
        .tls_danger_accept_invalid_certs(true)
        .no_proxy()
        .build()
}

/// A Cobbler system that a machine may install as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NetbootSystem {
    pub(super) name: String,
    pub(super) profile: String,
    pub(super) hostname: String,
}

/// A Cobbler server seen by a machine that boots: no login, only what anybody may ask.
#[derive(Debug, Clone)]
pub(super) struct BootServer<'a> {
    pub(super) client: &'a Client,
    pub(super) base: &'a str,
}

impl BootServer<'_> {
    /// The netboot-enabled system with this MAC address, if there is one; `stale`: enabled or not.
    pub(super) async fn netboot_system(
        &self,
        mac: &str,
        stale: bool,
    ) -> Result<Option<NetbootSystem>, String> {
        let criteria = BTreeMap::from([("mac_address".to_owned(), Value::Text(mac.to_owned()))]);
        let Value::Array(names) = self.call("find_system", &Value::Struct(criteria)).await? else {
            return Ok(None);
        };
        for name in names {
            // A system that is gone meanwhile is the string `~`.
            let Value::Struct(system) = self.call("get_system", &name).await? else {
                continue;
            };
            let text = |key: &str| system.get(key).map_or("", Value::text).to_owned();
            if stale || system.get("netboot_enabled").is_some_and(Value::is_true) {
                return Ok(Some(NetbootSystem {
                    name: name.text().to_owned(),
                    profile: text("profile"),
                    hostname: text("hostname"),
                }));
            }
        }
        Ok(None)
    }

    async fn call(&self, method: &str, parameter: &Value) -> Result<Value, String> {
        let url = format!("{}/cobbler_api", self.base);
        let request = self
            .client
            .post(&url)
            .header("content-type", "text/xml")
            .body(xmlrpc::call(method, parameter));
        let answer = request.send().await.map_err(|e| e.to_string())?;
        let text = answer.text().await.map_err(|e| e.to_string())?;
        xmlrpc::answer(&text).map_err(|why| format!("{method} at {url}: {why}"))
    }

    /// The rendered answer file of a system. Releases without `op/autoinstall` have `op/ks`.
    pub(super) async fn autoinstall(&self, system: &str) -> Result<String, String> {
        for service in ["autoinstall", "ks"] {
            let url = format!("{}/cblr/svc/op/{service}/system/{system}", self.base);
            let answer = self
                .client
                .get(&url)
                .send()
                .await
                .map_err(|e| e.to_string())?;
            match answer.status() {
                StatusCode::NOT_FOUND => {}
                status if status.is_success() => {
                    return answer.text().await.map_err(|e| e.to_string());
                }
                status => return Err(format!("{url} answered {status}")),
            }
        }
        Err(format!(
            "{} has no answer file for system {system}",
            self.base
        ))
    }
}

/// Tries per link, as scripts commonly do.
const TRIES: u32 = 3;

/// POSTs `message` as a form. Whether it was taken.
pub(super) async fn report(client: &Client, url: &str, message: &str, pause: Duration) -> bool {
    for attempt in 1..=TRIES {
        let request = client
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("message={}", form_encode(message)));
        match request.send().await {
            // A refusal by the server will not change; a failure of the server may.
            Ok(answer) if !answer.status().is_server_error() => {
                return answer.status().is_success();
            }
            Ok(_) | Err(_) if attempt < TRIES => tokio::time::sleep(pause).await,
            Ok(_) | Err(_) => {}
        }
    }
    false
}

/// GETs a text.
pub(super) async fn fetch(client: &Client, url: &str, pause: Duration) -> Option<String> {
    for attempt in 1..=TRIES {
        match client.get(url).send().await {
            Ok(answer) if answer.status().is_success() => return answer.text().await.ok(),
            Ok(answer) if !answer.status().is_server_error() => return None,
            Ok(_) | Err(_) if attempt < TRIES => tokio::time::sleep(pause).await,
            Ok(_) | Err(_) => {}
        }
    }
    None
}

fn form_encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_value_is_encoded() {
        assert_eq!(form_encode("3/12 à&="), "3%2F12+%C3%A0%26%3D");
    }
}
