//! `/v1/nodes/{node}/maintenance`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::scalars::text;
use crate::api::schema;
use crate::api::state::ApiState;

/// `PUT`: into maintenance.
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    schema::MAINTENANCE.check_arguments(&body)?;
    api.conductor
        .set_maintenance(&node.uuid.to_string(), true, text(&body["reason"]))
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// `DELETE`: out of it.
pub(crate) async fn delete(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    api.conductor
        .set_maintenance(&node.uuid.to_string(), false, None)
        .await?;
    Ok(StatusCode::ACCEPTED)
}
