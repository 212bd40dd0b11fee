//! `PUT /v1/nodes/{node}/states/raid`: no hardware type here can build an array.

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;

/// Takes the wish for no array; any other is 404, Ironic's answer for a driver without RAID.
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    if body.as_object().is_some_and(|wish| wish.is_empty()) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(unsupported(&node.driver))
}

/// 404: the driver has no RAID.
pub(crate) fn unsupported(driver: &str) -> ApiError {
    ApiError::not_found(format!(
        "Driver {driver} does not support raid (disabled or not implemented)."
    ))
}
