//! `/v1/nodes/{node}/vifs`: the `noop` network interface takes everything and keeps nothing.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::model::is_logical_name;

/// `GET`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    ident::node(&api, call.version, &ident).await?;
    Ok(Json(
        Document::default().with("vifs", Value::Array(Vec::new())),
    ))
}

/// `POST`
pub(crate) async fn attach(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    ident::node(&api, call.version, &ident).await?;
    schema::VIF.check(&body)?;
    match body["id"].as_str() {
        Some(id) if is_logical_name(id) => Ok(StatusCode::NO_CONTENT),
        id => Err(ApiError::bad_request(format!(
            "Expected UUID or name for id: {}",
            id.unwrap_or_default()
        ))),
    }
}

/// `DELETE …/{vif}`
pub(crate) async fn detach(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, _vif)): Segments<(String, String)>,
) -> Result<StatusCode, ApiError> {
    ident::node(&api, call.version, &ident).await?;
    Ok(StatusCode::NO_CONTENT)
}
