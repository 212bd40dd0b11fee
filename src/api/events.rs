//! `POST /v1/events`: what a network service reports. The `noop` network waits for nothing, so that
//! a report is checked and that is all, as in Ironic.

use axum::http::StatusCode;

use super::error::ApiError;
use super::extract::Body;
use super::schema;

/// Takes reports.
pub(crate) async fn post(Body(body): Body) -> Result<StatusCode, ApiError> {
    schema::EVENTS.check(&body)?;
    Ok(StatusCode::NO_CONTENT)
}
