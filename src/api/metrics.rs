//! `GET /metrics`: the figures of this process for Prometheus; without authentication, like the
//! health checks. They name no node and no address.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::state::ApiState;

/// Prometheus' text format.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All figures; the nodes are counted for each call.
pub(crate) async fn show(State(api): State<ApiState>) -> Result<Response, ApiError> {
    let metrics = api.conductor.metrics();
    metrics
        .engine()
        .set_nodes(api.store().nodes_by_state().await?);
    let text = metrics
        .encode()
        .map_err(|error| ApiError::internal(&error))?;
    Ok(([(CONTENT_TYPE, FORMAT)], text).into_response())
}
