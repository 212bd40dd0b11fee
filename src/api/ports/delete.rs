//! `DELETE /v1/ports/{port}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;

/// Removes a port.
pub(crate) async fn delete(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let port = ident::port(&api, call.version, &ident).await?;
    api.conductor.delete_port(&port.uuid.to_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}
