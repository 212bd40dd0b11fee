//! Portgroups: there are none. Nova asks for them before every deploy.

use axum::Json;
use axum::extract::State;

use super::document::Collection;
use super::error::ApiError;
use super::extract::{Call, Segments};
use super::ident;
use super::query::Args;
use super::state::ApiState;
use super::version::arguments;

/// `GET /v1/portgroups[/detail]`
pub(crate) async fn list(call: Call, args: Args) -> Result<Json<Collection>, ApiError> {
    args.check(arguments::EMPTY_LISTS, call.version)?;
    Ok(Json(Collection {
        key: "portgroups",
        items: Vec::new(),
        next: None,
    }))
}

/// `GET /v1/nodes/{node}/portgroups[/detail]`
pub(crate) async fn of_node(
    State(api): State<ApiState>,
    call: Call,
    Segments(node): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    ident::node(&api, call.version, &node).await?;
    list(call, args).await
}

/// `GET /v1/portgroups/{portgroup}`
pub(crate) async fn show(Segments(portgroup): Segments<String>) -> ApiError {
    ApiError::not_found(format!("Portgroup {portgroup} could not be found."))
}
