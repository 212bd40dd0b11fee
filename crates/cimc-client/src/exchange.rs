//! One request of the XML API and its answer, with every kind of failure sorted.

use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::StatusCode;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::controller::Core;
use crate::error::{CimcError, TransportKind};
use crate::observer::{Event, Method, Outcome};
use crate::refusal::{Class, Refusal};
use crate::transport::TransportError;
use crate::xml::{self, Element};

/// Why a request has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The controller said no.
    Refused(Refusal),
    /// There is no proper answer.
    Broken(CimcError),
}

impl Core {
    /// Sends a request and returns the root element of a successful answer.
    pub(crate) async fn exchange(
        &self,
        action: &str,
        request: &Element,
        limit: Duration,
    ) -> Result<Element, Failure> {
        let began = Instant::now();
        let answer = self.transport.post(&request.to_string(), limit).await;
        if let Some(recorder) = &self.recorder {
            recorder.note(&self.settings, request, &answer, began.elapsed());
        }
        let method = Method::of(&request.name);
        self.watch(action, method, answer.as_ref().err());
        let result = match answer {
            Ok(body) => self.read(action, &request.name, &body),
            Err(error) => Err(Failure::Broken(self.no_answer(action, error))),
        };
        let gone = matches!(
            result,
            Err(Failure::Broken(
                CimcError::Busy { .. } | CimcError::Transport { .. }
            ))
        );
        if gone && self.has_answered.load(Ordering::Relaxed) {
            self.lost.note();
        }
        self.policy.observer.observe(&Event::Request {
            method,
            outcome: outcome(&result),
            took: began.elapsed(),
        });
        tracing::debug!(
            address = self.address,
            action,
            elapsed_ms = began.elapsed().as_millis(),
            ok = result.is_ok(),
            "asked a CIMC"
        );
        result
    }

    /// Tells the breaker. A controller that takes logins and nothing else has not come back; and
    /// a failed logout follows what has failed already.
    fn watch(&self, action: &str, method: Method, error: Option<&TransportError>) {
        match (error, method) {
            (
                Some(TransportError::Failed(kind, _)),
                Method::Login | Method::Read | Method::Write,
            ) if kind.is_silence() => {
                self.breaker.failed(action, *kind);
            }
            (None, Method::Login) | (Some(TransportError::Failed(..)), _) => {}
            _ => self.breaker.answered(),
        }
    }

    fn read(&self, action: &str, method: &str, body: &[u8]) -> Result<Element, Failure> {
        let (address, action) = (self.address.clone(), action.to_owned());
        if xml::looks_like_html(body) {
            let answer = "a web page instead of an answer".to_owned();
            return Err(Failure::Broken(CimcError::Busy {
                address,
                action,
                answer,
            }));
        }
        let unusable = |problem: String| {
            let problem = self.without_secrets(&problem);
            let (address, action) = (address.clone(), action.clone());
            Failure::Broken(CimcError::Protocol {
                address,
                action,
                problem,
            })
        };
        let root = xml::parse(body).map_err(|error| unusable(error.to_string()))?;
        if root.name != method && root.name != "error" {
            return Err(unusable(format!(
                "the answer is an element {}",
                xml::clip(&root.name)
            )));
        }
        if let Some(code) = root.get("errorCode") {
            let attribute = |name| root.get(name).unwrap_or_default().trim().to_owned();
            return Err(Failure::Refused(Refusal {
                code: code.trim().to_owned(),
                result: attribute("invocationResult"),
                text: attribute("errorDescr"),
            }));
        }
        if root.name == "error" || root.get("response") != Some("yes") {
            return Err(unusable("the answer isn't marked as one".to_owned()));
        }
        self.has_answered.store(true, Ordering::Relaxed);
        Ok(root)
    }

    fn no_answer(&self, action: &str, error: TransportError) -> CimcError {
        let (address, action) = (self.address.clone(), action.to_owned());
        match error {
            TransportError::Failed(kind, source) => CimcError::Transport {
                address,
                action,
                kind,
                source,
            },
            TransportError::Unusable(problem) => CimcError::Protocol {
                address,
                action,
                problem,
            },
            TransportError::Status(StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
                if self.has_answered.load(Ordering::Relaxed) =>
            {
                let answer = "its XML API has gone; the CIMC may be restarting".to_owned();
                CimcError::Busy {
                    address,
                    action,
                    answer,
                }
            }
            TransportError::Status(status @ (StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)) => {
                CimcError::NoXmlApi {
                    address,
                    status: status.as_u16(),
                }
            }
            TransportError::Status(status) if status.is_server_error() => CimcError::Busy {
                address,
                action,
                answer: format!("HTTP {}", status.as_u16()),
            },
            TransportError::Status(status) => {
                let problem = format!("HTTP {}", status.as_u16());
                CimcError::Protocol {
                    address,
                    action,
                    problem,
                }
            }
        }
    }

    /// The error for a refusal.
    pub(crate) fn refused(&self, action: &str, refusal: &Refusal) -> CimcError {
        let (address, action) = (self.address.clone(), action.to_owned());
        let words = format!("{} {}", refusal.code, refusal.text);
        let answer = xml::clip(&self.without_secrets(&words));
        match refusal.class() {
            Class::Auth if self.lost.may_be_starting() => CimcError::Busy {
                address,
                action,
                answer: format!("{answer}; it has restarted and may still be loading its users"),
            },
            Class::Auth => CimcError::Auth {
                address,
                action,
                answer,
            },
            Class::Session => CimcError::Session {
                address,
                action,
                answer,
            },
            Class::SessionLimit => self.session_limit(&answer),
            Class::Unsupported => CimcError::Unsupported {
                address,
                action,
                answer,
            },
            Class::Invalid => CimcError::Invalid {
                address,
                action,
                answer,
            },
            Class::Busy => CimcError::Busy {
                address,
                action,
                answer,
            },
            Class::Operation => CimcError::Operation {
                address,
                action,
                answer,
            },
        }
    }

    /// The error for a login that was refused because all sessions are taken.
    pub(crate) fn session_limit(&self, answer: &str) -> CimcError {
        let before = self.refused_for_sessions.fetch_add(1, Ordering::Relaxed) as usize;
        let pauses = &self.policy.session_backoff;
        CimcError::SessionLimit {
            address: self.address.clone(),
            answer: xml::clip(answer),
            retry_after: pauses[before.min(pauses.len() - 1)],
        }
    }

    /// The error for a session that has run out of time.
    pub(crate) fn too_late(&self, action: &str) -> CimcError {
        CimcError::Transport {
            address: self.address.clone(),
            action: action.to_owned(),
            kind: TransportKind::Timeout,
            source: None,
        }
    }

    /// A schema error can quote what was sent, the password too.
    fn without_secrets(&self, text: &str) -> String {
        let password = self.settings.password.expose_secret();
        match password.is_empty() {
            true => text.to_owned(),
            false => text.replace(password, "***"),
        }
    }
}

/// The outcome of a request, for those who count.
fn outcome(result: &Result<Element, Failure>) -> Outcome {
    match result {
        Ok(_) => Outcome::Ok,
        Err(Failure::Refused(refusal)) => match refusal.class() {
            Class::Auth => Outcome::Auth,
            Class::Session => Outcome::Session,
            Class::SessionLimit => Outcome::SessionLimit,
            Class::Unsupported => Outcome::Unsupported,
            Class::Invalid => Outcome::Invalid,
            Class::Busy => Outcome::Busy,
            Class::Operation => Outcome::Operation,
        },
        Err(Failure::Broken(error)) => error.outcome(),
    }
}

/// The time left for one request of a session, if any.
pub(crate) fn time_left(deadline: Instant, request_timeout: Duration) -> Option<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    (!left.is_zero()).then(|| left.min(request_timeout))
}
