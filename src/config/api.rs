//! `[api]`: the REST API.

use std::net::SocketAddr;

use serde::Deserialize;

use super::error::Report;

/// Who may use the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// Anybody who reaches it; by default that is this machine only.
    #[default]
    Noauth,
    /// HTTP basic authentication. Not available in this release; the word is kept for it.
    HttpBasic,
}

/// The REST API.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The base URL under which clients and installers reach the API, if it is not the listening
    /// address: behind a proxy, or when listening on every address.
    pub public_url: Option<String>,
    /// Who may use it.
    pub auth: Auth,
    /// Allows `auth = "noauth"` on an address that others can reach.
    pub allow_noauth_anywhere: bool,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 6385)),
            public_url: None,
            auth: Auth::default(),
            allow_noauth_anywhere: false,
        }
    }
}

impl Api {
    pub(super) fn check(&self, report: &mut Report<'_>) {
        match self.auth {
            Auth::HttpBasic => report.add(
                "api.auth",
                "http_basic is not available in this release",
                "use noauth and listen on 127.0.0.1, behind a proxy that asks for a password",
            ),
            Auth::Noauth if !self.listen.ip().is_loopback() && !self.allow_noauth_anywhere => {
                report.add(
                    "api.listen",
                    format!(
                        "{} can be reached by others and auth is noauth, so anybody could power \
                         servers off",
                        self.listen
                    ),
                    "listen on 127.0.0.1, or set api.allow_noauth_anywhere = true if the network \
                     is trusted",
                );
            }
            Auth::Noauth => {}
        }
        if let Some(url) = &self.public_url {
            report.check_http_url("api.public_url", url);
        }
    }
}
