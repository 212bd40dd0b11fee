//! Whether the service lives and is ready; without authentication, for load balancers.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::error::ApiError;
use super::state::ApiState;

/// `GET /healthz` and `GET /healthcheck`: the process answers.
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `GET /readyz`: the database answers too.
pub(crate) async fn ready(State(api): State<ApiState>) -> Result<Json<Value>, ApiError> {
    api.store().ping().await?;
    Ok(Json(json!({"status": "ready"})))
}
