//! From a node's `driver_info` to its controller. The keys are those of the `cimc` driver that
//! Ironic had until 2019, so that old enrolments work unchanged; the optional ones are ours.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cimc_client::{
    Capabilities, CimcError, Controller, ControllerSettings, Controllers, Operation, Protocol,
    Session, TlsProfile, TlsVerify, Turn,
};
use serde_json::Value;

use super::ways::{Choice, Ways};
use crate::drivers::DriverError;
use crate::drivers::error::with_sources;
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
];

/// Finds the controllers of nodes; cheap to clone.
#[derive(Debug, Clone)]
pub struct Access {
    controllers: Arc<Controllers>,
    timeout: Duration,
    ways: Arc<Ways>,
}

impl Access {
    /// Controllers from this registry; `timeout` bounds one request.
    pub fn new(controllers: Arc<Controllers>, timeout: Duration) -> Self {
        Self {
            controllers,
            timeout,
            ways: Arc::default(),
        }
    }

    /// Whether a node's record has what is needed; touches no hardware.
    pub(super) fn validate(&self, node: &Node) -> Result<(), DriverError> {
        settings(node, self.timeout).map(drop)
    }

    /// Whether, and how, an operation goes on a node's controller.
    pub(super) fn choose(&self, node: &Node, operation: Operation) -> Choice {
        self.ways.choose(node, operation)
    }

    /// Finds out what a node's controller can do, and remembers it.
    pub(super) async fn probe(&self, node: &Node) -> Result<Capabilities, DriverError> {
        let controller = self.controller(node)?;
        let found = controller
            .run(async |s| s.probe().await)
            .await
            .map_err(|error| from_cimc(&error))?;
        self.ways.learn(node, found.clone());
        Ok(found)
    }

    /// Does something on a node's controller, by the way that was found for it.
    ///
    /// A controller that tells another firmware version than it was probed with is probed again
    /// first: what it could do, and how, may have changed.
    ///
    /// # Errors
    /// [`DriverError::Unsupported`] with what was seen, where it can't be done; those of the
    /// client.
    pub(super) async fn perform<T, F>(
        &self,
        node: &Node,
        operation: Operation,
        work: F,
    ) -> Result<T, DriverError>
    where
        F: AsyncFnOnce(&mut Session) -> Result<T, CimcError>,
    {
        let turn = self.turn(node).await?;
        self.perform_in(turn, node, operation, work).await
    }

    /// The same for somebody whose turn it is.
    ///
    /// # Errors
    /// Those of [`Access::perform`].
    pub(super) async fn perform_in<T, F>(
        &self,
        turn: Turn,
        node: &Node,
        operation: Operation,
        work: F,
    ) -> Result<T, DriverError>
    where
        F: AsyncFnOnce(&mut Session) -> Result<T, CimcError>,
    {
        let known = self.ways.of(node);
        let unsupported = |why: &str| DriverError::Unsupported {
            driver: node.driver.clone(),
            feature: format!("{operation} on its controller: {why}"),
        };
        let done = turn
            .run(async |session| {
                if let Some(known) = known.filter(|known| is_another(known, session)) {
                    tracing::info!(
                        before = known.firmware,
                        now = session.told_version(),
                        "another firmware"
                    );
                    let found = session.probe().await?;
                    self.ways.learn(node, found);
                }
                match self.ways.choose(node, operation) {
                    Choice::Not(why) => Ok(Err(unsupported(&why))),
                    Choice::Xml | Choice::Unknown => Ok(Ok(work(session).await?)),
                }
            })
            .await;
        match done {
            Ok(done) => done,
            Err(error @ CimcError::Unsupported { .. }) => Err(unsupported(&with_sources(&error))),
            Err(error) => Err(from_cimc(&error)),
        }
    }

    /// Waits for the turn on a node's controller.
    pub(super) async fn turn(&self, node: &Node) -> Result<Turn, DriverError> {
        let turn = self.controller(node)?.turn().await;
        turn.map_err(|error| from_cimc(&error))
    }

    /// The turn on a node's controller, if nobody else has it.
    pub(super) async fn turn_if_free(&self, node: &Node) -> Result<Option<Turn>, DriverError> {
        let turn = self.controller(node)?.turn_if_free().await;
        turn.map_err(|error| from_cimc(&error))
    }

    /// The controller of a node.
    ///
    /// # Errors
    /// [`DriverError::InvalidParameter`] that names the key.
    pub fn controller(&self, node: &Node) -> Result<Arc<Controller>, DriverError> {
        let settings = settings(node, self.timeout)?;
        self.controllers
            .get(&settings)
            .map_err(|error| from_cimc(&error))
    }
}

/// Whether a controller runs another firmware than when it was probed, as far as both are told.
fn is_another(known: &Capabilities, session: &Session) -> bool {
    match (&known.firmware, session.told_version()) {
        (Some(before), Some(now)) => before != now,
        _ => false,
    }
}

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
    settings.port = match node.driver_info.get("cimc_port") {
        None | Some(Value::Null) => None,
        Some(port) => {
            Some(number(port).ok_or_else(|| bad("cimc_port", port, "a number from 1 to 65535"))?)
        }
    };
    settings.verify = match node.driver_info.get("cimc_verify_ca") {
        None | Some(Value::Null) => TlsVerify::System,
        Some(value) => verify(value)?,
    };
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

/// The client's errors as the conductor treats them.
pub(super) fn from_cimc(error: &CimcError) -> DriverError {
    let message = with_sources(error);
    match error {
        CimcError::SessionLimit { retry_after, .. } => DriverError::SessionLimit {
            message,
            retry_after: *retry_after,
        },
        error if error.is_transient() => DriverError::Transient(message),
        _ => DriverError::Refused(message),
    }
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
}
