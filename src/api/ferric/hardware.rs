//! `/ferric/v1/nodes/{node}/{sensors,faults}`: what the hardware tells at this moment. Ironic has
//! no routes for them.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::extract::Segments;
use crate::api::state::ApiState;

/// `GET …/sensors`
pub(crate) async fn sensors(
    State(api): State<ApiState>,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let sensors = api.conductor.sensors(&ident).await?;
    Ok(Json(json!({"sensors": sensors})))
}

/// `GET …/faults`
pub(crate) async fn faults(
    State(api): State<ApiState>,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let condition = api.conductor.condition(&ident).await?;
    Ok(Json(json!(condition)))
}
