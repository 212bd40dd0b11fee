//! `PUT /v1/nodes/{node}/states/raid`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::conductor::ConductorError;

/// Keeps the wish; an empty one takes it back. A driver without RAID has 404 for any other.
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let wish = body.as_object().cloned().unwrap_or_default();
    let interfaces = api.conductor.drivers().interfaces(&node);
    let interfaces = interfaces.map_err(ConductorError::from)?;
    match interfaces.raid.validate(&node) {
        Err(_) if wish.is_empty() => return Ok(StatusCode::NO_CONTENT),
        Err(_) => return Err(unsupported(&node.driver)),
        Ok(()) => {}
    }
    if !wish.is_empty()
        && let Some(complaint) = schema::RAID.complaint(&body)
    {
        return Err(ApiError::bad_request(format!(
            "RAID config validation error: {complaint}"
        )));
    }
    api.conductor
        .set_target_raid(&node.uuid.to_string(), wish)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 404: the driver has no RAID.
pub(crate) fn unsupported(driver: &str) -> ApiError {
    ApiError::not_found(format!(
        "Driver {driver} does not support raid (disabled or not implemented)."
    ))
}
