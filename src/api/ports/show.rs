//! `GET /v1/ports/{port}`

use axum::Json;
use axum::extract::State;

use super::shape;
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::nodes::shape::Selection;
use crate::api::query::Args;
use crate::api::state::ApiState;
use crate::api::version::{arguments, fields};

/// Shows a port.
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<Json<Document>, ApiError> {
    args.check(arguments::ONE, call.version)?;
    let selection = Selection::from_args(&args, fields::PORT, call.version)?;
    let port = ident::port(&api, call.version, &ident).await?;
    Ok(Json(shape::port(
        &port,
        &selection.unwrap_or(Selection::Detail),
        &call,
    )))
}
