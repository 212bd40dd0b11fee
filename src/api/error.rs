//! The API's errors. This is the only place where an error becomes an answer of HTTP.
//!
//! Ironic's body is `{"error_message": "<JSON text>"}` in every version. The text inside has one
//! of two forms: the fault, for errors raised by a handler, and the flat form, for those of
//! routing and negotiation.

mod words;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::conductor::ConductorError;
use crate::drivers::DriverError;
use crate::store::StoreError;

/// An answer that says no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct ApiError {
    status: StatusCode,
    form: Form,
    text: String,
}

/// Marks an answer as an error of the flat form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flat;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Fault,
    Flat,
}

impl ApiError {
    /// An error raised by a handler.
    pub(crate) fn fault(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            form: Form::Fault,
            text: text.into(),
        }
    }

    /// An error of routing or negotiation.
    pub(crate) fn flat(status: StatusCode, text: impl Into<String>) -> Self {
        Self {
            status,
            form: Form::Flat,
            text: text.into(),
        }
    }

    /// 400.
    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self::fault(StatusCode::BAD_REQUEST, text)
    }

    /// 404.
    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::fault(StatusCode::NOT_FOUND, text)
    }

    /// 404 for a path that isn't there, or not yet in the version asked for.
    pub(crate) fn no_such_path() -> Self {
        Self::flat(StatusCode::NOT_FOUND, "")
    }

    /// 406: the thing is newer than the version asked for.
    pub(crate) fn not_acceptable() -> Self {
        Self::fault(StatusCode::NOT_ACCEPTABLE, "Request not acceptable.")
    }

    /// 406 with the version that would do.
    pub(crate) fn needs_minor(minor: u16) -> Self {
        Self::fault(
            StatusCode::NOT_ACCEPTABLE,
            format!("Request not acceptable. The minimal required API version should be 1.{minor}"),
        )
    }

    /// 409.
    pub(crate) fn conflict(text: impl Into<String>) -> Self {
        Self::fault(StatusCode::CONFLICT, text)
    }

    /// 409 for a node that somebody works on. Clients try again by the status alone; a `Retry-After`,
    /// which Ironic doesn't send, makes python-ironicclient 6.3 fail with a `TypeError`.
    pub(crate) fn locked(node: impl std::fmt::Display, host: &str) -> Self {
        let text = format!(
            "Node {node} is locked by host {host}, please retry after the current operation is completed."
        );
        Self::conflict(text)
    }

    /// 400 for a verb that the node's state doesn't have.
    pub(crate) fn invalid_state(
        action: &str,
        node: impl std::fmt::Display,
        state: impl std::fmt::Display,
    ) -> Self {
        Self::bad_request(format!(
            "The requested action \"{action}\" can not be performed on node \"{node}\" while it is \
             in state \"{state}\"."
        ))
    }

    /// 500; the cause goes to the log, under the request's identifier, and not to the client.
    pub(crate) fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(error = %chain(cause), "request failed");
        Self::fault(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The service failed inside; its log tells why, under the request ID that this answer carries.",
        )
    }

    /// The same error as an answer to a body that names something that isn't there: 404 would
    /// speak of the path.
    pub(crate) fn about_the_body(mut self) -> Self {
        if self.status == StatusCode::NOT_FOUND {
            self.status = StatusCode::BAD_REQUEST;
        }
        self
    }

    /// Its status.
    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Its words.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let text = json!(self.text);
        let inner = match self.form {
            Form::Fault => {
                let code = if self.status.is_server_error() {
                    "Server"
                } else {
                    "Client"
                };
                format!(r#"{{"faultcode": "{code}", "faultstring": {text}, "debuginfo": null}}"#)
            }
            Form::Flat => {
                let title = json!(self.status.canonical_reason().unwrap_or_default());
                let code = self.status.as_u16();
                format!(r#"{{"code": {code}, "title": {title}, "description": {text}}}"#)
            }
        };
        let mut response = (self.status, Json(json!({"error_message": inner}))).into_response();
        if self.form == Form::Flat {
            response.extensions_mut().insert(Flat);
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } => Self::not_found(error.to_string()),
            StoreError::Duplicate { what, value } => Self::conflict(words::duplicate(what, &value)),
            StoreError::UuidTaken { kind, uuid } => {
                Self::conflict(words::taken(kind, &format!("with UUID {uuid}")))
            }
            StoreError::NameTaken { kind, name } => {
                Self::conflict(words::taken(kind, &format!("with name {name}")))
            }
            StoreError::ClaimTaken { kind, claim } => Self::conflict(words::claimed(kind, &claim)),
            StoreError::InUse { kind, uuid } => Self::bad_request(words::in_use(kind, uuid)),
            StoreError::Stale => Self::conflict(
                "The resource was changed by somebody else while this request was handled, please \
                 retry.",
            ),
            StoreError::BadSortKey(_) => Self::bad_request(error.to_string()),
            other => Self::internal(&other),
        }
    }
}

impl From<ConductorError> for ApiError {
    fn from(error: ConductorError) -> Self {
        match error {
            ConductorError::Store(error) => error.into(),
            ConductorError::NodeLocked { node, host } => Self::locked(node, &host),
            ConductorError::InvalidState {
                action,
                node,
                state,
            } => Self::invalid_state(&action, node, state),
            ConductorError::Associated { .. }
            | ConductorError::CannotDelete { .. }
            | ConductorError::Conflict(_) => Self::conflict(error.to_string()),
            ConductorError::InMaintenance { .. }
            | ConductorError::InvalidParameter(_)
            | ConductorError::NoConductor { .. }
            | ConductorError::Unsupported { .. } => Self::bad_request(error.to_string()),
            ConductorError::Protected { .. } => {
                Self::fault(StatusCode::FORBIDDEN, error.to_string())
            }
            ConductorError::BadToken => Self::no_such_path(),
            ConductorError::Driver(error) => error.into(),
        }
    }
}

impl From<DriverError> for ApiError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::InvalidParameter(_) | DriverError::Unsupported { .. } => {
                Self::bad_request(error.to_string())
            }
            // Ironic has 500 here; the words are the driver's, for whoever looks after the rack.
            DriverError::Transient(_)
            | DriverError::SessionLimit { .. }
            | DriverError::Refused(_) => {
                Self::fault(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use axum::http::header;

    use super::*;

    async fn body(error: ApiError) -> (StatusCode, serde_json::Value) {
        let response = error.into_response();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let outer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        (
            status,
            serde_json::from_str(outer["error_message"].as_str().unwrap()).unwrap(),
        )
    }

    #[tokio::test]
    async fn a_fault_is_json_text_inside_of_json() {
        let (status, inner) = body(ApiError::bad_request("a \"word\"")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(
            inner,
            json!({"faultcode": "Client", "faultstring": "a \"word\"", "debuginfo": null})
        );
    }

    #[tokio::test]
    async fn the_flat_form_has_code_title_and_description() {
        let (_, inner) = body(ApiError::no_such_path()).await;
        assert_eq!(
            inner,
            json!({"code": 404, "title": "Not Found", "description": ""})
        );
    }

    #[tokio::test]
    async fn an_error_inside_tells_the_client_no_cause() {
        let (status, inner) = body(ApiError::internal(&std::io::Error::other("password=x"))).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(inner["faultcode"], "Server");
        assert!(!inner["faultstring"].as_str().unwrap().contains("password"));
    }

    #[tokio::test]
    async fn a_lock_is_a_conflict_without_a_header_that_the_stock_client_stumbles_over() {
        let response = ApiError::locked("n1", "c1").into_response();
        assert_eq!(response.status(), StatusCode::CONFLICT);
        assert!(!response.headers().contains_key(header::RETRY_AFTER));
    }

    #[test]
    fn what_a_body_names_and_is_not_there_is_400() {
        let missing = ApiError::not_found("Node n1 could not be found.").about_the_body();
        assert_eq!(missing.status(), StatusCode::BAD_REQUEST);
        assert_eq!(
            ApiError::conflict("x").about_the_body().status(),
            StatusCode::CONFLICT
        );
    }
}
