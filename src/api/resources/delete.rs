//! `DELETE` of one.

use axum::extract::State;
use axum::http::StatusCode;

use super::{Kind, find};
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::state::ApiState;

/// Removes one of the kind.
pub(crate) async fn delete<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let resource = find(&api, K::TABLE, call.version, &ident).await?;
    api.conductor.delete_resource(&resource).await?;
    Ok(StatusCode::NO_CONTENT)
}
