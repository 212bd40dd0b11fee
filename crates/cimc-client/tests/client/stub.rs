//! A controller by script: raw XML in the shapes of the Cisco XML API Programmer's Guide and of
//! captures, without any code of the client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use cimc_client::{Controller, ControllerSettings, Controllers, Protocol};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What the stub answers.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Status 200 and a body.
    Body(String),
    /// Another status and a body.
    Status(u16, String),
    /// A redirect to a place.
    Redirect(u16, String),
    /// The answer comes after [`Stub::release`].
    AfterRelease(String),
}

impl From<&str> for Reply {
    fn from(body: &str) -> Self {
        Self::Body(body.to_owned())
    }
}

#[derive(Default)]
struct Script {
    requests: Vec<String>,
    headers: Vec<HeaderMap>,
    rules: Vec<(String, VecDeque<Reply>)>,
    out_version: Option<String>,
    logins: usize,
    open: Vec<String>,
    most_open: usize,
}

/// A running stub.
pub(crate) struct Stub {
    pub(crate) port: u16,
    script: Arc<Mutex<Script>>,
    seen: Arc<watch::Sender<usize>>,
    released: Arc<watch::Sender<bool>>,
}

#[derive(Clone)]
struct App {
    script: Arc<Mutex<Script>>,
    seen: Arc<watch::Sender<usize>>,
    released: watch::Receiver<bool>,
}

impl Stub {
    /// Starts a controller with this `outVersion`; an empty one is left out.
    pub(crate) async fn start(version: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stub, router) = Self::new(version, port);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        stub
    }

    /// The stub and its routes, to be served by somebody else.
    pub(crate) fn new(version: &str, port: u16) -> (Self, Router) {
        let out_version = (!version.is_empty()).then(|| version.to_owned());
        let script = Arc::new(Mutex::new(Script {
            out_version,
            ..Script::default()
        }));
        let seen = Arc::new(watch::channel(0).0);
        let released = Arc::new(watch::channel(false).0);
        let app = App {
            script: script.clone(),
            seen: seen.clone(),
            released: released.subscribe(),
        };
        let router = Router::new().fallback(any(answer)).with_state(app);
        (
            Self {
                port,
                script,
                seen,
                released,
            },
            router,
        )
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// Requests containing `part` get these answers in turn, the last one again and again.
    /// Earlier rules win.
    pub(crate) fn on<R: Into<Reply>>(&self, part: &str, replies: impl IntoIterator<Item = R>) {
        let replies = replies.into_iter().map(Into::into).collect();
        self.script().rules.push((part.to_owned(), replies));
    }

    /// The objects that a read of a DN gives, in turn.
    pub(crate) fn on_dn(&self, dn: &str, objects: &[&str]) {
        let reply = |object: &&str| {
            Reply::Body(format!(
                "<configResolveDn cookie=\"C\" response=\"yes\" dn=\"{dn}\"><outConfig>{object}\
                 </outConfig></configResolveDn>"
            ))
        };
        self.on(
            &format!("dn=\"{dn}\" inHierarchical=\"false\" />"),
            objects.iter().map(reply),
        );
    }

    /// The objects below a DN, in turn.
    pub(crate) fn on_children(&self, dn: &str, objects: &[&str]) {
        let reply = |objects: &&str| {
            Reply::Body(format!(
                "<configResolveChildren cookie=\"C\" response=\"yes\"><outConfigs>{objects}\
                 </outConfigs></configResolveChildren>"
            ))
        };
        self.on(&format!("inDn=\"{dn}\""), objects.iter().map(reply));
    }

    /// The objects of a class.
    pub(crate) fn on_class(&self, class: &str, objects: &str) {
        let reply = format!(
            "<configResolveClass cookie=\"C\" response=\"yes\" classId=\"{class}\"><outConfigs>\
             {objects}</outConfigs></configResolveClass>"
        );
        self.on(&format!("classId=\"{class}\""), [Reply::Body(reply)]);
    }

    /// Lets the held answers go.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }

    /// Waits until a request containing `part` has come in.
    pub(crate) async fn has_seen(&self, part: &str) {
        let mut seen = self.seen.subscribe();
        let found = seen.wait_for(|_| self.script().requests.iter().any(|r| r.contains(part)));
        tokio::time::timeout(Duration::from_secs(10), found)
            .await
            .unwrap()
            .unwrap();
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.script().requests.clone()
    }

    /// The requests so far without login and logout.
    pub(crate) fn work(&self) -> Vec<String> {
        self.requests()
            .into_iter()
            .filter(|request| !request.starts_with("<aaa"))
            .collect()
    }

    /// The objects written so far, without their envelope.
    pub(crate) fn writes(&self) -> Vec<String> {
        let object = |request: String| {
            let (_, rest) = request.split_once("<inConfig>")?;
            Some(rest.split_once("</inConfig>")?.0.to_owned())
        };
        self.work().into_iter().filter_map(object).collect()
    }

    /// The headers of all requests so far.
    pub(crate) fn headers(&self) -> Vec<HeaderMap> {
        self.script().headers.clone()
    }

    /// Sessions that are open now, and the most that were ever open at once.
    pub(crate) fn sessions(&self) -> (usize, usize) {
        let script = self.script();
        (script.open.len(), script.most_open)
    }

    /// Settings to reach it with plain HTTP.
    pub(crate) fn settings(&self) -> ControllerSettings {
        let address = format!("127.0.0.1:{}", self.port);
        let mut settings = ControllerSettings::new(&address, "admin", "s3cret'pw".into());
        settings.protocol = Protocol::Http;
        settings
    }

    /// The registry and the controller for it.
    pub(crate) fn controller(&self) -> (Controllers, Arc<Controller>) {
        let controllers = Controllers::new();
        let controller = controllers.get(&self.settings()).unwrap();
        (controllers, controller)
    }
}

/// An error in the usual shape.
pub(crate) fn error(method: &str, code: &str, text: &str) -> Reply {
    Reply::Body(format!(
        "<{method} cookie=\"C\" response=\"yes\" errorCode=\"{code}\" \
         invocationResult=\"unidentified-fail\" errorDescr=\"{text}\"> </{method}>"
    ))
}

/// The answer of a schema that lacks something.
pub(crate) fn schema_error(text: &str) -> Reply {
    Reply::Body(format!(
        "<error cookie=\"\" response=\"yes\" errorCode=\"ERR-xml-parse-error\" \
         invocationResult=\"594\" errorDescr=\"XML PARSING ERROR: {text}\" />"
    ))
}

async fn answer(State(app): State<App>, headers: HeaderMap, body: String) -> Response {
    let reply = {
        let mut script = app.script.lock().unwrap();
        script.requests.push(body.clone());
        script.headers.push(headers);
        script.scripted(&body)
    };
    app.seen.send_modify(|seen| *seen += 1);
    let body = match reply {
        Some(Reply::Status(status, body)) => {
            return (StatusCode::from_u16(status).unwrap(), body).into_response();
        }
        Some(Reply::Redirect(status, to)) => {
            return (StatusCode::from_u16(status).unwrap(), [("location", to)]).into_response();
        }
        Some(Reply::AfterRelease(body)) => {
            app.released
                .clone()
                .wait_for(|released| *released)
                .await
                .unwrap();
            body
        }
        Some(Reply::Body(body)) => body,
        None => app.script.lock().unwrap().usual(&body),
    };
    app.script.lock().unwrap().account(&body);
    body.into_response()
}

impl Script {
    fn scripted(&mut self, request: &str) -> Option<Reply> {
        let (_, replies) = self
            .rules
            .iter_mut()
            .find(|(part, _)| request.contains(part.as_str()))?;
        match replies.len() {
            1 => replies.front().cloned(),
            _ => replies.pop_front(),
        }
    }

    /// What a controller without scripted objects answers.
    fn usual(&mut self, request: &str) -> String {
        let method = request[1..].split([' ', '>']).next().unwrap();
        match method {
            "aaaLogin" => self.login(),
            "aaaLogout" => {
                let cookie = request.split('"').nth(1).unwrap();
                self.open.retain(|open| open != cookie);
                "<aaaLogout cookie=\"\" response=\"yes\" outStatus=\"success\"> </aaaLogout>".into()
            }
            "configResolveDn" | "configConfMo" => format!(
                "<{method} cookie=\"C\" response=\"yes\"><outConfig></outConfig></{method}>"
            ),
            _ => format!(
                "<{method} cookie=\"C\" response=\"yes\"><outConfigs></outConfigs></{method}>"
            ),
        }
    }

    fn login(&mut self) -> String {
        self.logins += 1;
        let version = match &self.out_version {
            Some(version) => format!(" outVersion=\"{version}\""),
            None => String::new(),
        };
        format!(
            "<aaaLogin cookie=\"\" response=\"yes\" outCookie=\"C{}\" outRefreshPeriod=\"600\" \
             outPriv=\"admin\" outSessionId=\"114\"{version}> </aaaLogin>",
            self.logins
        )
    }

    /// Counts the sessions that answers open.
    fn account(&mut self, answer: &str) {
        if let Some((_, rest)) = answer.split_once("outCookie=\"") {
            self.open.push(rest.split('"').next().unwrap().to_owned());
            self.most_open = self.most_open.max(self.open.len());
        }
    }
}
