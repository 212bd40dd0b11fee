//! `/v1/nodes/{node}/vendor_passthru`: no hardware type here has methods of its own.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;

/// `GET …/vendor_passthru/methods`
pub(crate) async fn methods(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    ident::node(&api, call.version, &ident).await?;
    Ok(Json(json!({})))
}
