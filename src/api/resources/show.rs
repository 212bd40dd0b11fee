//! `GET` of one.

use axum::Json;
use axum::extract::State;

use super::{Kind, find, shape};
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::nodes::shape::Selection;
use crate::api::query::Args;
use crate::api::state::ApiState;
use crate::api::version::arguments;

/// Shows one of the kind.
pub(crate) async fn show<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<Json<Document>, ApiError> {
    args.check(arguments::ONE, call.version)?;
    let selection = shape::selection(K::TABLE, &args, call.version)?;
    let resource = find(&api, K::TABLE, call.version, &ident).await?;
    let selection = selection.unwrap_or(Selection::Detail);
    Ok(Json(shape::resource(
        K::TABLE,
        &resource,
        &selection,
        &call,
    )))
}
