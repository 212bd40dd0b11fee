//! `/v1/nodes/{node}/children`: the nodes that are parts of another.

use axum::Json;
use axum::extract::State;
use serde_json::json;

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;
use crate::store::{NodeFilter, Page};

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
