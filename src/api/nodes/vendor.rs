//! `/v1/nodes/{node}/vendor_passthru`: no hardware type here has methods of its own.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::query::Args;
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

/// `…/vendor_passthru?method=`
pub(crate) async fn by_argument(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<(), ApiError> {
    let method = args.required("method")?;
    ident::node(&api, call.version, &ident).await?;
    Err(no_handler(method))
}

/// `…/vendor_passthru/{method}`
pub(crate) async fn by_path(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, method)): Segments<(String, String)>,
) -> Result<(), ApiError> {
    ident::node(&api, call.version, &ident).await?;
    Err(no_handler(&method))
}

/// 400 for a method that nobody has.
pub(crate) fn no_handler(method: &str) -> ApiError {
    ApiError::bad_request(format!("No handler for method {method}"))
}
