//! `GET /v1/nodes/{node}`

use axum::Json;
use axum::extract::State;

use super::shape::{self, Selection};
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::query::Args;
use crate::api::state::ApiState;
use crate::api::version::arguments::Argument;
use crate::api::version::fields;

const ARGUMENTS: &[Argument] = &[Argument {
    name: "fields",
    since: 1,
}];

/// Shows a node.
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<Json<Document>, ApiError> {
    args.check(ARGUMENTS, call.version)?;
    let fields = Selection::from_args(&args, fields::NODE, call.version)?;
    let node = ident::node(&api, call.version, &ident).await?;
    Ok(Json(shape::node(
        &node,
        &fields.unwrap_or(Selection::Detail),
        &call,
    )))
}
