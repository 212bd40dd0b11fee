//! `/v1/shards`: how many nodes each has.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::error::ApiError;
use super::extract::Call;
use super::query::Args;
use super::state::ApiState;

/// `GET /v1/shards`: the largest first; nodes without a shard are in one called `None`.
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Value>, ApiError> {
    args.check(&[], call.version)?;
    let shards: Vec<Value> = api
        .store()
        .shards()
        .await?
        .into_iter()
        .map(|(name, count)| json!({"name": name.as_deref().unwrap_or("None"), "count": count}))
        .collect();
    Ok(Json(json!({"shards": shards})))
}

/// `GET /v1/shards/{shard}`: Ironic shows them together alone.
pub(crate) async fn show() -> ApiError {
    ApiError::not_found("The resource could not be found.")
}
