//! What a replayed controller answers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use secrecy::ExposeSecret as _;

use super::ReplaySpec;
use super::transcript::{Outcome, key};
use crate::controller::SessionCounters;
use crate::session::{Role, SessionTable};
use crate::xml::Element;

/// As every release tells it, and as the model controllers play it.
const SESSION_IDLE: Duration = Duration::from_secs(600);
/// No code of any firmware, so that nobody takes it for one.
const NOT_RECORDED: &str = "not-recorded";

#[derive(Debug)]
pub(super) struct Desk {
    spec: ReplaySpec,
    state: Mutex<Progress>,
}

#[derive(Debug)]
struct Progress {
    sessions: SessionTable,
    /// How often each request was answered.
    answered: HashMap<String, usize>,
}

/// Why a request is refused: code and text.
type Refused = (&'static str, String);

impl Desk {
    pub(super) fn new(spec: ReplaySpec) -> Self {
        Self {
            spec,
            state: Mutex::new(Progress {
                sessions: SessionTable::new(SESSION_IDLE),
                answered: HashMap::new(),
            }),
        }
    }

    pub(super) fn sessions(&self) -> SessionCounters {
        let mut progress = self.progress();
        SessionCounters {
            open: progress.sessions.list().len(),
            most_open: progress.sessions.most_open,
            logins: progress.sessions.logins,
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the body of one POST to `/nuova`.
    pub(super) fn answer(&self, body: &str) -> Response {
        let request = match Element::parse(body.trim_matches(['\0', ' ', '\r', '\n', '\t'])) {
            Ok(request) => request,
            Err(why) => {
                let text = format!("XML PARSING ERROR: {why} ");
                return xml(&refusal(
                    &Element::new("error"),
                    "ERR-xml-parse-error",
                    &text,
                ));
            }
        };
        let outcome = match request.name.as_str() {
            "aaaLogin" => self.log_in(&request),
            "aaaRefresh" => self.refresh(&request),
            "aaaLogout" => self.log_out(&request),
            "aaaKeepAlive" => self.touch(&request).map(|()| self.told(&request)),
            _ => self.touch(&request).and_then(|()| self.recorded(&request)),
        };
        match outcome {
            Ok(Outcome::Answer(answer)) => xml(&answer),
            Ok(Outcome::Page) => crate::http::html(StatusCode::OK),
            Ok(Outcome::Status(status)) => StatusCode::from_u16(status)
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response(),
            Ok(Outcome::Nothing(why)) => {
                let text = format!("The recorded controller gave no usable answer: {why}");
                xml(&refusal(&request, NOT_RECORDED, &text))
            }
            Err((code, text)) => xml(&refusal(&request, code, &text)),
        }
    }

    /// What was recorded for a request, the next time that it comes.
    fn next(&self, request: &Element) -> Option<Outcome> {
        let key = key(request);
        let outcomes = self.spec.transcript.outcomes.get(&key)?;
        let mut progress = self.progress();
        let answered = progress.answered.entry(key).or_default();
        let outcome = outcomes.get(*answered).or(outcomes.last())?;
        *answered += 1;
        Some(outcome.clone())
    }

    fn recorded(&self, request: &Element) -> Result<Outcome, Refused> {
        match self.next(request) {
            Some(Outcome::Answer(answer)) => Ok(Outcome::Answer(with_cookie(request, answer))),
            Some(other) => Ok(other),
            None => Err((
                NOT_RECORDED,
                format!(
                    "This {} is not in the transcript: the recorded controller was never asked \
                     this",
                    request.name
                ),
            )),
        }
    }

    /// What was recorded, else a success without anything in it.
    fn told(&self, request: &Element) -> Outcome {
        let plain = || {
            Outcome::Answer(
                Element::new(&request.name)
                    .with("cookie", "")
                    .with("response", "yes"),
            )
        };
        self.recorded(request).unwrap_or_else(|_| plain())
    }

    /// A refusal that was recorded, such as for want of a free session, comes again.
    fn log_in(&self, request: &Element) -> Result<Outcome, Refused> {
        let outcome = self.told(request);
        let Outcome::Answer(answer) = outcome else {
            return Ok(outcome);
        };
        if answer.attribute("errorCode").is_some() {
            return Ok(Outcome::Answer(answer));
        }
        self.authenticate(request)?;
        let opened = self
            .progress()
            .sessions
            .open(&self.spec.user, Role::Admin, 0);
        let (cookie, _) = opened.ok_or_else(|| ("572", "Maximum sessions reached".to_owned()))?;
        Ok(Outcome::Answer(granted(answer, &cookie)))
    }

    fn refresh(&self, request: &Element) -> Result<Outcome, Refused> {
        self.authenticate(request)?;
        let cookie = request.attribute("inCookie").unwrap_or_default();
        let refreshed = self.progress().sessions.refresh(cookie);
        let (cookie, _) = refreshed.ok_or_else(no_session)?;
        match self.told(request) {
            Outcome::Answer(answer) => Ok(Outcome::Answer(granted(answer, &cookie))),
            other => Ok(other),
        }
    }

    fn log_out(&self, request: &Element) -> Result<Outcome, Refused> {
        let cookie = request.attribute("inCookie").unwrap_or_default();
        match self.progress().sessions.close(cookie) {
            true => Ok(Outcome::Answer(
                Element::new(&request.name)
                    .with("cookie", "")
                    .with("response", "yes")
                    .with("outStatus", "success"),
            )),
            false => Err(no_session()),
        }
    }

    fn authenticate(&self, request: &Element) -> Result<(), Refused> {
        let given = |name| request.attribute(name).unwrap_or_default();
        let spec = &self.spec;
        match given("inName") == spec.user && given("inPassword") == spec.password.expose_secret() {
            true => Ok(()),
            false => Err(("551", "Authentication failed".to_owned())),
        }
    }

    fn touch(&self, request: &Element) -> Result<(), Refused> {
        let cookie = request.attribute("cookie").unwrap_or_default();
        match self.progress().sessions.touch(cookie) {
            Some(_) => Ok(()),
            None => Err(("552", "Authorization required".to_owned())),
        }
    }
}

fn no_session() -> Refused {
    ("555", "Session not found".to_owned())
}

fn granted(answer: Element, cookie: &str) -> Element {
    let mut answer = answer;
    answer.attributes.retain(|(name, _)| name != "outCookie");
    answer.with("outCookie", cookie)
}

/// The recorded answer with the cookie of the session that it goes to.
fn with_cookie(request: &Element, mut answer: Element) -> Element {
    for (name, value) in &mut answer.attributes {
        if name == "cookie" && !value.is_empty() {
            *value = request.attribute("cookie").unwrap_or_default().to_owned();
        }
    }
    answer
}

fn refusal(request: &Element, code: &str, text: &str) -> Element {
    Element::new(&request.name)
        .with("cookie", request.attribute("cookie").unwrap_or_default())
        .with("response", "yes")
        .with("errorCode", code)
        .with("invocationResult", "unidentified-fail")
        .with("errorDescr", text)
}

fn xml(answer: &Element) -> Response {
    ([(header::CONTENT_TYPE, "text/xml")], answer.render()).into_response()
}
