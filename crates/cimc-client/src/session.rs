//! An open session and the methods of the XML API on it.

use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use crate::controller::Core;
use crate::dialect::Dialect;
use crate::error::CimcError;
use crate::exchange::{Failure, time_left};
use crate::power::PowerState;
use crate::refusal::{Class, Refusal};
use crate::ticket::Ticket;
use crate::version::FirmwareVersion;
use crate::xml::Element;

/// The server of a rack unit. (S3260 chassis have theirs at `sys/chassis-1/server-N`; they are
/// not supported.)
pub(crate) const SERVER: &str = "sys/rack-unit-1";

/// An open session on one controller; keep it short, and end it with [`Session::close`].
///
/// When the controller ends it in the middle (552), it is opened again once and the request is
/// repeated.
pub struct Session {
    core: Arc<Core>,
    /// `None` when logging in again failed.
    ticket: Option<Ticket>,
    deadline: Instant,
    logged_in_again: bool,
    /// The dialect, once somebody asked.
    dialect: Option<Dialect>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("address", &self.core.address)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(core: Arc<Core>, ticket: Ticket, deadline: Instant) -> Self {
        Self {
            core,
            ticket: Some(ticket),
            deadline,
            logged_in_again: false,
            dialect: None,
        }
    }

    /// Host and port, as in the messages.
    pub fn address(&self) -> &str {
        &self.core.address
    }

    /// Logs out and waits for the answer. A logout that fails is logged and forgotten; one whose
    /// future is dropped goes on in the background.
    pub async fn close(mut self) {
        if let Some(ticket) = self.ticket.take() {
            ticket.close().await;
        }
    }

    /// The firmware version that the login told; 1.5(1b) tells none.
    pub fn told_version(&self) -> Option<&str> {
        self.ticket.as_ref()?.version.as_deref()
    }

    /// Notes what was read of the power state, for others who want to know the same.
    pub(crate) fn note_power(&self, state: &PowerState) {
        self.core.gate.note_power(state);
    }

    /// The power state may be another one soon.
    pub(crate) fn forget_power(&self) {
        self.core.gate.forget_power();
    }

    /// The dialect of this controller, from the version it gave at login, else from the object
    /// of its running firmware, else without a version.
    ///
    /// # Errors
    ///
    /// Any failure of a read, but not that the firmware has no such object.
    pub async fn dialect(&mut self) -> Result<Dialect, CimcError> {
        if let Some(dialect) = &self.dialect {
            return Ok(dialect.clone());
        }
        let told = self
            .ticket
            .as_ref()
            .and_then(|ticket| ticket.version.as_deref());
        let firmware = match told.and_then(FirmwareVersion::parse) {
            Some(version) => Some(version),
            None => self.running_firmware().await?,
        };
        let dialect = Dialect::new(firmware);
        self.dialect = Some(dialect.clone());
        Ok(dialect)
    }

    /// 1.5(1b) leaves the version out at login and has it only under the management object.
    async fn running_firmware(&mut self) -> Result<Option<FirmwareVersion>, CimcError> {
        let version = |object: Element| FirmwareVersion::parse(object.known("version")?);
        let dn = format!("{SERVER}/mgmt/fw-system");
        let object = absent_as_none(self.resolve_dn(&dn).await)?.flatten();
        if let Some(version) = object.and_then(version) {
            return Ok(Some(version));
        }
        let all = absent_as_none(self.resolve_class("firmwareRunning").await)?;
        let is_system = |object: &Element| {
            object
                .get("dn")
                .is_some_and(|dn| dn.ends_with("/mgmt/fw-system"))
        };
        Ok(all
            .unwrap_or_default()
            .into_iter()
            .find(is_system)
            .and_then(version))
    }

    /// `configResolveDn`: the object, `None` if there is none with this DN.
    pub(crate) async fn resolve_dn(&mut self, dn: &str) -> Result<Option<Element>, CimcError> {
        let request = Element::new("configResolveDn")
            .with("dn", dn)
            .with("inHierarchical", "false");
        let answer = self.call(&format!("read {dn}"), &request).await?;
        Ok(objects(answer, "outConfig").into_iter().next())
    }

    /// `configResolveClass`: all objects of a class.
    pub(crate) async fn resolve_class(&mut self, class: &str) -> Result<Vec<Element>, CimcError> {
        let request = Element::new("configResolveClass")
            .with("classId", class)
            .with("inHierarchical", "false");
        let answer = self
            .call(&format!("list the {class} objects"), &request)
            .await?;
        Ok(objects(answer, "outConfigs"))
    }

    /// `configResolveChildren`: the objects directly below a DN.
    pub(crate) async fn resolve_children(&mut self, dn: &str) -> Result<Vec<Element>, CimcError> {
        let request = Element::new("configResolveChildren")
            .with("inDn", dn)
            .with("inHierarchical", "false");
        let answer = self
            .call(&format!("list what is below {dn}"), &request)
            .await?;
        Ok(objects(answer, "outConfigs"))
    }

    /// `configConfMo`: writes one object; its DN must stand on it as well.
    pub(crate) async fn write(&mut self, dn: &str, object: Element) -> Result<(), CimcError> {
        let action = format!("write {} at {dn}", object.name);
        let request = Element::new("configConfMo")
            .with("dn", dn)
            .with("inHierarchical", "false")
            .child(Element::new("inConfig").child(object));
        self.call(&action, &request).await?;
        Ok(())
    }

    async fn call(&mut self, action: &str, request: &Element) -> Result<Element, CimcError> {
        let refusal = match self.send(action, request).await {
            Ok(answer) => return Ok(answer),
            Err(Failure::Broken(error)) => return Err(error),
            Err(Failure::Refused(refusal)) => refusal,
        };
        if refusal.class() != Class::Session || self.logged_in_again {
            return Err(self.refused_for_good(action, refusal));
        }
        self.log_in_again(&refusal).await?;
        match self.send(action, request).await {
            Ok(answer) => Ok(answer),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Refused(refusal)) => Err(self.refused_for_good(action, refusal)),
        }
    }

    async fn send(&self, action: &str, request: &Element) -> Result<Element, Failure> {
        let Some(ticket) = &self.ticket else {
            return Err(Failure::Broken(
                self.not_ready(action, "the session was lost"),
            ));
        };
        let Some(limit) = time_left(self.deadline, self.core.settings.request_timeout) else {
            return Err(Failure::Broken(self.core.too_late(action)));
        };
        ticket.touch();
        let signed = ticket.sign(request);
        let answer = tokio::select! {
            answer = self.core.exchange(action, &signed, limit) => answer,
            () = self.core.stopping.cancelled() => Err(Failure::Broken(self.core.stopped(action))),
        };
        answer.map_err(|failure| match failure {
            Failure::Refused(refusal) => Failure::Refused(Refusal {
                text: ticket.without_cookie(&refusal.text),
                ..refusal
            }),
            Failure::Broken(CimcError::Protocol {
                address,
                action,
                problem,
            }) => {
                let problem = ticket.without_cookie(&problem);
                Failure::Broken(CimcError::Protocol {
                    address,
                    action,
                    problem,
                })
            }
            broken @ Failure::Broken(_) => broken,
        })
    }

    async fn log_in_again(&mut self, refusal: &Refusal) -> Result<(), CimcError> {
        let Some(old) = self.ticket.take() else {
            return Ok(());
        };
        self.logged_in_again = true;
        tracing::debug!(
            address = self.core.address,
            code = refusal.code,
            "logging in again"
        );
        let slot = old.slot();
        match refusal.session_is_gone() {
            true => old.discard(),
            false => old.close().await,
        }
        self.ticket = Some(Ticket::obtain(self.core.clone(), slot, self.deadline).await?);
        Ok(())
    }

    /// With a fresh session, the other codes of the family of 552 are about rights, not sessions.
    fn refused_for_good(&self, action: &str, refusal: Refusal) -> CimcError {
        match self.core.refused(action, &refusal) {
            CimcError::Session {
                address,
                action,
                answer,
            } if !refusal.session_is_gone() => CimcError::Operation {
                address,
                action,
                answer,
            },
            error => error,
        }
    }

    /// The error of an operation that was done but did not have the effect.
    pub(crate) fn operation_error(&self, action: &str, answer: String) -> CimcError {
        CimcError::Operation {
            address: self.core.address.clone(),
            action: action.to_owned(),
            answer,
        }
    }

    /// The error of an operation that this controller can't do.
    pub(crate) fn unsupported(&self, action: &str, answer: String) -> CimcError {
        CimcError::Unsupported {
            address: self.core.address.clone(),
            action: action.to_owned(),
            answer,
        }
    }

    /// The error of an operation that the controller can't do yet.
    pub(crate) fn not_ready(&self, action: &str, answer: &str) -> CimcError {
        CimcError::Busy {
            address: self.core.address.clone(),
            action: action.to_owned(),
            answer: answer.to_owned(),
        }
    }
}

/// Turns "this firmware has no such class" into `None`.
pub(crate) fn absent_as_none<T>(result: Result<T, CimcError>) -> Result<Option<T>, CimcError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_schema_refusal() => Ok(None),
        Err(error) => Err(error),
    }
}

fn objects(answer: Element, container: &str) -> Vec<Element> {
    let container = answer
        .children
        .into_iter()
        .find(|child| child.name == container);
    container
        .map(|container| container.children)
        .unwrap_or_default()
}
