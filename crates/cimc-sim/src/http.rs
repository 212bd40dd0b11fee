//! The network side of a controller: plain HTTP or TLS, one request at a time.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use tokio::sync::Mutex;

use crate::chassis::{Availability, Chassis};
use crate::fault::Fault;
use crate::protocol;
use crate::wire::Connection;

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
    Extension(connection): Extension<Connection>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Response {
    let chassis = &front.chassis;
    // A controller that has gone down takes its kept connections with it.
    if chassis.availability() == Availability::Closed {
        connection.reset();
    }
    let mut response = respond(&front, &connection, &method, uri.path(), &body).await;
    if !chassis.personality().keep_alive && !connection.is_stale() {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn respond(
    front: &Front,
    connection: &Connection,
    method: &Method,
    path: &str,
    body: &Bytes,
) -> Response {
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
    let faults = &chassis.faults;
    let _turn = front.turn.lock().await;
    if faults.strikes(&body, &Fault::Hang) {
        std::future::pending::<()>().await;
    }
    let delay = chassis.timing.answer + faults.delay(&body).unwrap_or_default();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if faults.strikes(&body, &Fault::LostRequest) {
        connection.reset();
        return StatusCode::OK.into_response();
    }
    if let Some(response) = instead(chassis, &body) {
        return response;
    }
    let answer = protocol::answer(chassis, &body);
    let restarts = faults.strikes(&body, &Fault::ControllerRestarts);
    if restarts {
        chassis.reset_controller();
    }
    if restarts || faults.strikes(&body, &Fault::LostAnswer) {
        connection.reset();
    }
    if faults.strikes(&body, &Fault::StaleKeepAlive) {
        connection.go_stale();
    }
    let answer = spoil(chassis, &body, answer);
    ([(header::CONTENT_TYPE, "text/xml")], answer).into_response()
}

/// The text of an answer with what the release or a fault does to it.
fn spoil(chassis: &Chassis, body: &str, mut answer: String) -> String {
    let faults = &chassis.faults;
    if faults.strikes(body, &Fault::UnescapedText) {
        for (escaped, plain) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&apos;", "'"),
            ("&quot;", "\""),
            ("&amp;", "&"),
        ] {
            answer = answer.replace(escaped, plain);
        }
    }
    if faults.strikes(body, &Fault::Truncated) {
        let half = answer.floor_char_boundary(answer.len() / 2);
        answer.truncate(half);
    }
    if chassis.personality().nul_padding || faults.strikes(body, &Fault::NulPadding) {
        answer.push_str("  \0\0\0");
    }
    answer
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

pub(crate) fn html(status: StatusCode) -> Response {
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
