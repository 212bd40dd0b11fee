//! What a server is: release, settings, and the field names it uses.

use std::fmt;
use std::time::Duration;

use dxr::Value;

use crate::value::{Fields, flag, member};

/// A Cobbler release. Only for messages and for refusing what was never tested: what a server can
/// do is seen from what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// 3 in 3.3.10.
    pub major: u32,
    /// The first 3 after the dot in 3.3.10.
    pub minor: u32,
    /// 10 in 3.3.10.
    pub patch: u32,
    /// As the server writes it.
    pub text: String,
}

impl Release {
    /// From the answer of `extended_version`. `version()` is a double and of no use: 3.3.10 says
    /// 3.31, 2.8.5 says 2.8049999999999997.
    pub(crate) fn read(fields: &Fields) -> Option<Self> {
        let text = member(fields, "version");
        let tuple: Vec<u32> = match fields.get("version_tuple") {
            Some(Value::Array(parts)) => parts.iter().filter_map(number).collect(),
            _ => Vec::new(),
        };
        // Suffixes such as `3.4.0.dev` are left out.
        let mut parts = if tuple.is_empty() {
            text.split('.')
                .map_while(|part| part.parse().ok())
                .collect()
        } else {
            tuple
        }
        .into_iter();
        let major = parts.next()?;
        let minor = parts.next().unwrap_or(0);
        Some(Self {
            major,
            minor,
            patch: parts.next().unwrap_or(0),
            text,
        })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The settings that matter to a client. Cobbler shows them to anybody, without a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The address that installers are sent to.
    pub server: String,
    /// The port of its web server.
    pub http_port: u16,
    /// Whether this Cobbler manages a DHCP server: saving a system rewrites its configuration and
    /// restarts it (3.3), or `sync_dhcp` does (before).
    pub manage_dhcp: bool,
    /// Whether a template's own call can switch network boot off. Off by default in 2.x.
    pub pxe_just_once: bool,
    /// How long a token lives: one hour by default.
    pub token_life: Duration,
}

impl Settings {
    /// From the answer of `get_settings`.
    pub(crate) fn read(fields: &Fields) -> Self {
        let on = |name: &str| fields.get(name).and_then(flag).unwrap_or(false);
        let seconds = fields
            .get("auth_token_expiration")
            .and_then(number)
            .unwrap_or(3600);
        Self {
            server: member(fields, "server"),
            http_port: fields
                .get("http_port")
                .and_then(number)
                .and_then(|port| u16::try_from(port).ok())
                .unwrap_or(80),
            manage_dhcp: on("manage_dhcp") || on("manage_dhcp_v4") || on("manage_dhcp_v6"),
            pxe_just_once: on("pxe_just_once"),
            token_life: Duration::from_secs(seconds.into()),
        }
    }
}

fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Integer(number) => u32::try_from(*number).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::string;

    #[test]
    fn the_release_comes_from_the_tuple_or_from_the_text() {
        let tuple = Value::Array([3, 3, 10].map(Value::Integer).to_vec());
        let fields = Fields::from([
            ("version".to_owned(), string("3.3.10")),
            ("version_tuple".to_owned(), tuple),
        ]);
        let release = Release::read(&fields).expect("a release");
        assert_eq!((release.major, release.minor, release.patch), (3, 3, 10));
        let fields = Fields::from([("version".to_owned(), string("3.4.0.dev1"))]);
        let release = Release::read(&fields).expect("a release");
        assert_eq!((release.major, release.minor, release.patch), (3, 4, 0));
        assert_eq!(Release::read(&Fields::new()), None);
    }

    #[test]
    fn settings_are_read_as_integers_and_as_booleans() {
        for yes in [Value::Integer(1), Value::Boolean(true)] {
            let fields = Fields::from([
                ("server".to_owned(), string("192.0.2.1")),
                ("http_port".to_owned(), Value::Integer(8080)),
                ("manage_dhcp".to_owned(), yes.clone()),
                ("pxe_just_once".to_owned(), yes),
            ]);
            let settings = Settings::read(&fields);
            assert!(settings.manage_dhcp && settings.pxe_just_once);
            assert_eq!(settings.http_port, 8080);
        }
    }
}
