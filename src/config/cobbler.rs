//! `[cobbler.NAME]`: a Cobbler server.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::error::Report;
use super::secret_text;

/// How a server's certificate is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Verify {
    /// Against the public roots.
    #[default]
    Yes,
    /// Not at all.
    No,
    /// Against the certificates in this PEM file.
    CaFile(PathBuf),
}

impl<'de> Deserialize<'de> for Verify {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoolOrPath;
        impl Visitor<'_> for BoolOrPath {
            type Value = Verify;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("true, false or the path of a PEM file")
            }
            fn visit_bool<E: Error>(self, yes: bool) -> Result<Verify, E> {
                Ok(if yes { Verify::Yes } else { Verify::No })
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Verify, E> {
                Ok(match text {
                    "true" => Verify::Yes,
                    "false" => Verify::No,
                    path => Verify::CaFile(path.into()),
                })
            }
        }
        deserializer.deserialize_any(BoolOrPath)
    }
}

/// A Cobbler server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cobbler {
    /// The URL of its XML-RPC door, e.g. `https://cobbler.lab/cobbler_api`.
    pub url: String,
    /// A user who may change systems and profiles.
    pub username: String,
    /// The user's password; after loading it is set in either way of giving it.
    #[serde(default, deserialize_with = "secret_text::required")]
    pub password: SecretString,
    /// A file that holds the password, read once when the configuration is loaded.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// How its certificate is checked.
    #[serde(default)]
    pub verify: Verify,
    /// Allows plain HTTP, and with it a readable password, beyond this machine.
    #[serde(default)]
    pub allow_http: bool,
}

impl Cobbler {
    pub(super) fn check(&mut self, name: &str, report: &mut Report<'_>) {
        let key = |key: &str| format!("cobbler.{name}.{key}");
        if let Some(url) = report.check_http_url(&key("url"), &self.url)
            && url.scheme() == "http"
            && !self.allow_http
            && !is_loopback(&url)
        {
            report.add(
                &key("url"),
                "plain HTTP would show the password to the network",
                format!("use https, or set cobbler.{name}.allow_http = true"),
            );
        }
        let given = !self.password.expose_secret().is_empty();
        match (&self.password_file, given) {
            (Some(_), true) => report.add(
                &key("password_file"),
                "password is given as well",
                "keep one of the two",
            ),
            (None, false) => report.add(
                &key("password"),
                "no password is given",
                format!(
                    "set password_file, or FERRIC__COBBLER__{}__PASSWORD in the environment",
                    name.to_uppercase()
                ),
            ),
            (Some(path), false) => match std::fs::read_to_string(path) {
                Ok(text) => self.password = text.trim_end_matches(['\r', '\n']).into(),
                Err(error) => report.add(
                    &key("password_file"),
                    format!("{} can't be read: {error}", path.display()),
                    "name a file that this user can read",
                ),
            },
            (None, true) => {}
        }
        if let Verify::CaFile(path) = &self.verify
            && let Err(error) = std::fs::metadata(path)
        {
            report.add(
                &key("verify"),
                format!("{} can't be read: {error}", path.display()),
                "write true, false or the path of a PEM file",
            );
        }
    }
}

/// Whether a URL names this machine.
pub(crate) fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}
