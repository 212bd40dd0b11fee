//! A controller that serves a transcript.
//!
//! Sessions are real: logins open one of four slots, with new cookies. Every other request gets
//! what the recorded controller answered to the same one; where it was asked more than once, the
//! answers come in the recorded order, and the last one again and again. So nothing that is
//! written changes what is read: a transcript shows a controller, it does not play one.

mod desk;
mod transcript;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::controller::SessionCounters;
use crate::rack::StartError;
use desk::Desk;
pub use transcript::{Transcript, TranscriptError};

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
        let desk = Arc::new(Desk::new(spec));
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
        self.desk.sessions()
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
