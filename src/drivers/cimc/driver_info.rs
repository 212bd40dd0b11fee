//! Reading a node's `driver_info`. The keys are those of the `cimc` driver that Ironic had until 2019,
//! so that old enrolments work unchanged; the optional ones are ours.

use std::path::PathBuf;
use std::time::Duration;

use cimc_client::{CliSettings, ControllerSettings, HostKey, Protocol, TlsProfile, TlsVerify};
use serde_json::Value;

use crate::drivers::DriverError;
use crate::drivers::interfaces::Property;
use crate::model::Node;

/// The keys that are read here.
pub(super) const PROPERTIES: &[Property] = &[
    (
        "cimc_address",
        "IP address or host name of the CIMC, with a port if need be. Required.",
    ),
    (
        "cimc_username",
        "CIMC user with admin privileges. Required.",
    ),
    ("cimc_password", "Password of that user. Required."),
    (
        "cimc_protocol",
        "https (the default) or http, for networks that are trusted.",
    ),
    (
        "cimc_port",
        "Port of the CIMC's web server; 443 or 80 by default.",
    ),
    (
        "cimc_verify_ca",
        "How the CIMC's certificate is checked: true (the system's authorities), false (not at all), the path of a \
         PEM file, or a SHA-256 fingerprint. True by default, as Ironic's redfish_verify_ca.",
    ),
    (
        "cimc_tls",
        "modern (the default): TLS 1.2 and later. legacy: TLS 1.0 and later, for firmware below 2.0; needs a \
         cimc_verify_ca other than true, and a build with legacy-tls.",
    ),
    (
        "cimc_cli",
        "auto (the default): the CIMC's command line over SSH is used for what the XML API of its firmware can't do; \
         off: never.",
    ),
    (
        "cimc_ssh_port",
        "Port of the CIMC's SSH service; 22 by default.",
    ),
    (
        "cimc_ssh_fingerprint",
        "Fingerprint of the CIMC's SSH host key as OpenSSH writes it (SHA256:…). Without it the command line is used \
         only where cimc_verify_ca is false.",
    ),
];

/// Reads a node's `driver_info`.
pub(super) fn settings(node: &Node, timeout: Duration) -> Result<ControllerSettings, DriverError> {
    let missing: Vec<&str> = ["cimc_address", "cimc_username", "cimc_password"]
        .into_iter()
        .filter(|key| {
            node.driver_text(key)
                .is_none_or(|text| text.trim().is_empty())
        })
        .collect();
    if !missing.is_empty() {
        return Err(DriverError::invalid(format!(
            "{} driver requires these parameters to be set in the node's driver_info as texts: {}.",
            node.driver,
            missing.join(", ")
        )));
    }
    let text = |key| node.driver_text(key).unwrap_or_default();
    let mut settings = ControllerSettings::new(
        text("cimc_address"),
        text("cimc_username"),
        text("cimc_password").into(),
    );
    settings.request_timeout = timeout;
    settings.protocol = match node.driver_text("cimc_protocol") {
        None | Some("https") => Protocol::Https,
        Some("http") => Protocol::Http,
        Some(other) => return Err(bad("cimc_protocol", other, "https or http")),
    };
    settings.port = port(node, "cimc_port")?;
    settings.verify = match node.driver_info.get("cimc_verify_ca") {
        None | Some(Value::Null) => TlsVerify::System,
        Some(value) => verify(value)?,
    };
    settings.cli = command_line(node, &settings.verify)?;
    settings.tls = match node.driver_text("cimc_tls") {
        None | Some("modern") => TlsProfile::Modern,
        Some("legacy") => TlsProfile::Legacy,
        Some(other) => return Err(bad("cimc_tls", other, "modern or legacy")),
    };
    match settings.check() {
        Ok(()) => Ok(settings),
        Err(error) => Err(DriverError::invalid(format!("driver_info: {error}"))),
    }
}

/// Where no host key is pinned, switching the check of the certificate off covers SSH too.
fn command_line(node: &Node, verify: &TlsVerify) -> Result<Option<CliSettings>, DriverError> {
    match node.driver_text("cimc_cli") {
        None | Some("auto") => {}
        Some("off") => return Ok(None),
        Some(other) => return Err(bad("cimc_cli", other, "auto or off")),
    }
    let mut settings = CliSettings::default();
    if let Some(port) = port(node, "cimc_ssh_port")? {
        settings.port = port;
    }
    settings.host_key = match node.driver_info.get("cimc_ssh_fingerprint") {
        None | Some(Value::Null) if *verify == TlsVerify::Off => HostKey::Any,
        None | Some(Value::Null) => HostKey::Unknown,
        Some(value) => {
            let key = value.as_str().and_then(HostKey::fingerprint);
            let wanted = "SHA256: and 43 characters, as ssh-keygen -l prints it";
            key.ok_or_else(|| bad("cimc_ssh_fingerprint", value, wanted))?
        }
    };
    Ok(Some(settings))
}

fn port(node: &Node, key: &str) -> Result<Option<u16>, DriverError> {
    match node.driver_info.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let wanted = "a number from 1 to 65535";
            number(value)
                .map(Some)
                .ok_or_else(|| bad(key, value, wanted))
        }
    }
}

fn number(value: &Value) -> Option<u16> {
    let port = match value {
        Value::Number(number) => u16::try_from(number.as_u64()?).ok()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    (port > 0).then_some(port)
}

fn verify(value: &Value) -> Result<TlsVerify, DriverError> {
    let wanted = "true, false, the path of a PEM file or a SHA-256 fingerprint";
    match value {
        Value::Bool(true) => Ok(TlsVerify::System),
        Value::Bool(false) => Ok(TlsVerify::Off),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(TlsVerify::System),
            "false" | "0" | "no" | "off" => Ok(TlsVerify::Off),
            _ => Ok(TlsVerify::fingerprint(text)
                .unwrap_or_else(|| TlsVerify::CaFile(PathBuf::from(text)))),
        },
        other => Err(bad("cimc_verify_ca", other, wanted)),
    }
}

fn bad(key: &str, value: impl std::fmt::Display, wanted: &str) -> DriverError {
    DriverError::invalid(format!(
        "driver_info/{key} is {value}; it must be {wanted}."
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Interfaces, now};

    fn node(info: Value) -> Node {
        let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
        node.driver_info = serde_json::from_value(info).unwrap();
        node
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = settings(
            &node(json!({"cimc_address": "10.0.0.1"})),
            Duration::from_secs(1),
        )
        .unwrap_err();
        assert!(
            error.to_string().contains("cimc_username, cimc_password"),
            "{error}"
        );
    }

    #[test]
    fn the_legacy_profile_by_itself_is_refused_with_what_to_do() {
        let info = json!({"cimc_address": "a", "cimc_username": "u", "cimc_password": "p",
            "cimc_tls": "legacy"});
        let error = settings(&node(info), Duration::from_secs(1)).unwrap_err();
        let to_do = match cfg!(feature = "legacy-tls") {
            true => "cimc_verify_ca",
            false => "--features legacy-tls",
        };
        assert!(error.to_string().contains(to_do), "{error}");
    }

    #[test]
    fn a_wrong_value_is_named_with_what_it_must_be() {
        let base = json!({"cimc_address": "a", "cimc_username": "u", "cimc_password": "p"});
        for (key, value) in [
            ("cimc_port", json!(70000)),
            ("cimc_protocol", json!("ftp")),
            ("cimc_cli", json!("telnet")),
            ("cimc_ssh_port", json!("ssh")),
            ("cimc_ssh_fingerprint", json!("MD5:16:27")),
            ("cimc_verify_ca", json!([])),
            ("cimc_tls", json!("ssl3")),
        ] {
            let mut info = base.clone();
            info[key] = value;
            let error = settings(&node(info), Duration::from_secs(1)).unwrap_err();
            assert!(
                error.to_string().contains(key) && error.to_string().contains("must be"),
                "{error}"
            );
        }
    }

    #[test]
    fn the_host_key_is_the_pinned_one_or_any_where_nothing_is_checked() {
        let key = |more: Value| {
            let mut info = json!({"cimc_address": "a", "cimc_username": "u", "cimc_password": "p"});
            for (key, value) in more.as_object().unwrap() {
                info[key] = value.clone();
            }
            let settings = settings(&node(info), Duration::from_secs(1)).unwrap();
            settings.cli.map(|cli| (cli.port, cli.host_key))
        };
        let fingerprint = format!("SHA256:{}", "a".repeat(43));
        assert_eq!(key(json!({})), Some((22, HostKey::Unknown)));
        assert_eq!(
            key(json!({"cimc_verify_ca": false, "cimc_ssh_port": 2222})),
            Some((2222, HostKey::Any))
        );
        assert_eq!(
            key(json!({"cimc_verify_ca": false, "cimc_ssh_fingerprint": fingerprint})),
            Some((22, HostKey::Fingerprint(fingerprint)))
        );
        assert_eq!(key(json!({"cimc_cli": "off"})), None);
    }
}
