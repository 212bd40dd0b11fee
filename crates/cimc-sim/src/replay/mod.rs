//! A controller that serves a transcript.
//!
//! Sessions are real: logins open one of four slots, with new cookies. Every other request gets
//! what the recorded controller answered to the same one; where it was asked more than once, the
//! answers come in the recorded order, and the last one again and again. So nothing that is
//! written changes what is read: a transcript shows a controller, it does not play one.

mod transcript;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::controller::SessionCounters;
use crate::rack::StartError;
use crate::session::{Role, SessionTable};
use crate::xml::Element;
use transcript::{Outcome, key};
pub use transcript::{Transcript, TranscriptError};

/// As every release tells it, and as the model controllers play it.
const SESSION_IDLE: Duration = Duration::from_secs(600);

/// A transcript to serve.
#[derive(Debug)]
pub struct ReplaySpec {
    /// What was recorded.
    pub transcript: Transcript,
    /// Where to listen, with plain HTTP; port 0 for any free one.
    pub listen: SocketAddr,
    /// The account that may log in.
    pub user: String,
    /// Its password.
    pub password: SecretString,
}

/// A running controller that serves a transcript. Ends with [`Replay::shutdown`], or when
/// dropped.
#[derive(Debug)]
pub struct Replay {
    address: SocketAddr,
    desk: Arc<Desk>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

#[derive(Debug)]
struct Desk {
    spec: ReplaySpec,
    state: Mutex<Progress>,
}

#[derive(Debug)]
struct Progress {
    sessions: SessionTable,
    /// How often each request was answered.
    answered: HashMap<String, usize>,
}

impl Replay {
    /// Starts to serve.
    ///
    /// # Errors
    /// [`StartError::Listen`] if the port can't be had.
    pub async fn start(spec: ReplaySpec) -> Result<Self, StartError> {
        let asked = spec.listen;
        let failed = |source| StartError::Listen {
            address: asked,
            source,
        };
        let listener = TcpListener::bind(asked).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let desk = Arc::new(Desk {
            spec,
            state: Mutex::new(Progress {
                sessions: SessionTable::new(SESSION_IDLE),
                answered: HashMap::new(),
            }),
        });
        let router = Router::new().fallback(handle).with_state(desk.clone());
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let server =
            axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
        tasks.spawn(async move {
            if let Err(error) = server.await {
                tracing::warn!(%error, "a replayed controller's web server ended");
            }
        });
        tasks.close();
        Ok(Self {
            address,
            desk,
            tasks,
            stop,
        })
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Where the XML API is.
    pub fn url(&self) -> String {
        format!("http://{}/nuova", self.address)
    }

    /// How its sessions have been used.
    pub fn sessions(&self) -> SessionCounters {
        let mut progress = self.desk.progress();
        SessionCounters {
            open: progress.sessions.list().len(),
            most_open: progress.sessions.most_open,
            logins: progress.sessions.logins,
        }
    }

    /// Stops, and waits until it has stopped.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn handle(State(desk): State<Arc<Desk>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let mut response = match (method, uri.path()) {
        (Method::POST, "/nuova") => desk.answer(&String::from_utf8_lossy(&body)),
        (Method::GET, "/") => crate::http::html(StatusCode::OK),
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

/// Why a request is refused: code and text.
type Refused = (&'static str, String);

impl Desk {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, body: &str) -> Response {
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

/// No code of any firmware, so that nobody takes it for one.
const NOT_RECORDED: &str = "not-recorded";

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
