//! `/v1/nodes/{node}/states/console`: no hardware type here has a console.

use axum::Json;
use axum::extract::State;

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;

/// `GET`: none is on.
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    ident::node(&api, call.version, &ident).await?;
    Ok(Json(
        Document::default()
            .with("console_enabled", false)
            .with("console_info", ()),
    ))
}

/// `PUT`: none can be.
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<(), ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    Err(unsupported(&node.driver, "console"))
}

fn unsupported(driver: &str, what: &str) -> ApiError {
    ApiError::bad_request(format!(
        "Driver {driver} does not support {what} (disabled or not implemented)."
    ))
}
