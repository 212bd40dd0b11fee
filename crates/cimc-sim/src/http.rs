//! The network side of a controller: plain HTTP or TLS, one request at a time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum_server::accept::Accept;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::chassis::{Availability, Chassis};
use crate::fault::Fault;
use crate::protocol;

/// What the page at `/` of every firmware looks like to a program.
const LOGIN_PAGE: &str = "<html><head><title>Cisco Integrated Management Controller Login</title>\
                          </head><body><form action=\"/data/login\"></form></body></html>";

/// One controller's web server.
#[derive(Debug)]
struct Front {
    chassis: Arc<Chassis>,
    /// The controller works on one request, the others wait.
    turn: Mutex<()>,
}

/// The routes of a controller: any path, as the answers to wrong ones matter too.
pub(crate) fn router(chassis: Arc<Chassis>) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(Front {
        chassis,
        turn: Mutex::new(()),
    }))
}

async fn handle(
    State(front): State<Arc<Front>>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Response {
    let mut response = respond(&front, &method, uri.path(), &body).await;
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn respond(front: &Front, method: &Method, path: &str, body: &Bytes) -> Response {
    let chassis = &front.chassis;
    if method == Method::GET && path == "/" {
        return html(StatusCode::OK);
    }
    let web_only = matches!(
        chassis.availability(),
        Availability::WebOnly | Availability::Closed
    );
    if path != "/nuova" || web_only || !chassis.personality().xml_api {
        return html_not_found();
    }
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let body = String::from_utf8_lossy(body);
    let _turn = front.turn.lock().await;
    if chassis.faults.strikes(&body, &Fault::Hang) {
        std::future::pending::<()>().await;
    }
    if let Some(delay) = chassis.faults.take(&body, |fault| match fault {
        Fault::Delay(delay) => Some(*delay),
        _ => None,
    }) {
        tokio::time::sleep(delay).await;
    }
    if let Some(response) = instead(chassis, &body) {
        return response;
    }
    let mut answer = protocol::answer(chassis, &body);
    if chassis.faults.strikes(&body, &Fault::Truncated) {
        answer.truncate(answer.len() / 2);
    }
    if chassis.faults.strikes(&body, &Fault::NulPadding) {
        answer.push_str("  \0\0\0");
    }
    ([(header::CONTENT_TYPE, "text/xml")], answer).into_response()
}

/// The answer of a fault that keeps the request from the XML API.
fn instead(chassis: &Chassis, body: &str) -> Option<Response> {
    chassis.faults.take(body, |fault| match fault {
        Fault::Html => Some(html(StatusCode::OK)),
        Fault::EmptyBody => Some(StatusCode::OK.into_response()),
        Fault::HttpStatus(status) => Some(
            StatusCode::from_u16(*status)
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
                .into_response(),
        ),
        _ => None,
    })
}

fn html(status: StatusCode) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html")], LOGIN_PAGE).into_response()
}

fn html_not_found() -> Response {
    let page = "<html><head><title>404 Not Found</title></head></html>";
    (
        StatusCode::NOT_FOUND,
        [(header::CONTENT_TYPE, "text/html")],
        page,
    )
        .into_response()
}

/// Takes connections unless the controller is down or told to refuse them.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    pub(crate) chassis: Arc<Chassis>,
}

impl<S: Send + 'static> Accept<TcpStream, S> for Gate {
    type Stream = TcpStream;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(TcpStream, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let closed = self.chassis.availability() == Availability::Closed
            || self.chassis.faults.strikes("", &Fault::Refuse);
        Box::pin(async move {
            if !closed {
                return Ok((stream, service));
            }
            // No linger: the client sees a reset, not a polite end.
            stream.set_zero_linger()?;
            Err(io::Error::from(io::ErrorKind::ConnectionRefused))
        })
    }
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The key or the certificate.
    #[error("making a self-signed certificate failed")]
    Certificate(#[from] rcgen::Error),
    /// The TLS set-up.
    #[error("setting up TLS failed")]
    Setup(#[from] rustls::Error),
}

/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// A self-signed certificate as controllers have: a fixed name that fits no address.
pub(crate) fn self_signed() -> Result<Arc<rustls::ServerConfig>, TlsError> {
    let made = rcgen::generate_simple_self_signed(["cimc.invalid".to_owned()])?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
        .map_err(|why| rustls::Error::General(why.to_owned()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(Arc::new(config))
}
