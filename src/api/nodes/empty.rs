//! Sub-resources of nodes that are always empty here, and answer as Ironic does when they are.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;
use crate::store::{NodeFilter, Page};

/// `GET …/allocation`
pub(crate) async fn allocation(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<(), ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    Err(ApiError::not_found(format!(
        "Allocation for node {} was not found",
        node.uuid
    )))
}

/// `GET …/vendor_passthru/methods`
pub(crate) async fn vendor_methods(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    ident::node(&api, call.version, &ident).await?;
    Ok(Json(json!({})))
}

/// `GET …/children`
pub(crate) async fn children(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let filter = NodeFilter {
        parent_node: Some(node.uuid),
        ..NodeFilter::default()
    };
    let children = api.store().nodes(&filter, &Page::all()).await?;
    let uuids: Vec<String> = children
        .iter()
        .map(|child| child.uuid.to_string())
        .collect();
    let href = format!("{}/v1/nodes?parent_node={}", call.base, node.uuid);
    let links = json!({"href": href, "rel": "children"});
    Ok(Json(
        Document::default()
            .with("children", uuids)
            .with("links", links),
    ))
}
