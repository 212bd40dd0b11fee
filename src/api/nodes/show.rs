//! `GET /v1/nodes/{node}`

use axum::extract::State;
use axum::response::Response;

use super::shape::{self, Selection};
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
) -> Result<Response, ApiError> {
    args.check(ARGUMENTS, call.version)?;
    let fields = Selection::from_args(&args, fields::NODE, call.version)?;
    let node = ident::node(&api, call.version, &ident).await?;
    let selection = fields.unwrap_or(Selection::Detail);
    Ok(shape::answer(&node, &selection, &call))
}
