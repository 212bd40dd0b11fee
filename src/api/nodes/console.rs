//! `/v1/nodes/{node}/states/console`

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::provision::{Accepted, accepted};
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::schema;
use crate::api::state::ApiState;

/// `GET`, and `GET /v1/nodes/states/console/{node}`.
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let info = api.conductor.console(&node).await?;
    Ok(Json(
        Document::default()
            .with("console_enabled", node.console_enabled)
            .with("console_info", info.map(Value::Object)),
    ))
}

/// `PUT`
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Accepted, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    schema::CONSOLE.check_arguments(&body)?;
    let enabled = body["enabled"] == true;
    api.conductor
        .set_console(&node.uuid.to_string(), enabled)
        .await?;
    Ok(accepted(&call, &format!("nodes/{ident}/states/console")))
}
