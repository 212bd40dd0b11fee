//! `PATCH` of one.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::{Kind, find, shape, wire};
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::nodes::shape::Selection;
use crate::api::patch::Patch;
use crate::api::state::ApiState;

/// Changes one of the kind.
pub(crate) async fn update<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Json<Document>, ApiError> {
    let table = K::TABLE;
    let patch = Patch::parse(&body, K::patchable(call.version), call.version)?;
    wire::check_version(table, patch.fields(), call.version)?;
    let before = find(&api, table, call.version, &ident).await?;
    K::check_patch(&patch, &before, &ident)?;
    let mut document = patch.apply(wire::document(table, &before))?;
    if let Some(node) = before.node_uuid.filter(|_| table.has_node()) {
        // A node can be changed and not be left: so takes Ironic the removal.
        document
            .entry("node_uuid")
            .or_insert_with(|| node.to_string().into());
    }
    K::schema().check_as("patch", &Value::Object(document.clone()))?;
    let mut after = before.clone();
    wire::fill(table, &document, &mut after)?;
    if patch.values("node_uuid").next().is_some() {
        let named = document["node_uuid"].as_str().unwrap_or_default();
        let node = ident::node(&api, call.version, named).await.map_err(|_| {
            ApiError::bad_request(format!(
                "Unable to apply the requested node_uuid '{named}'. Requested value was invalid."
            ))
        })?;
        after.node_uuid = Some(node.uuid);
    }
    K::settle(&mut after, Some(&before));
    if after.uuid != before.uuid {
        return Err(ApiError::bad_request(format!(
            "Cannot overwrite UUID for an existing {}.",
            table.kind.title()
        )));
    }
    K::check(Some(&before), &after)?;
    let saved = api.conductor.update_resource(&before, after).await?;
    Ok(Json(shape::resource(
        table,
        &saved,
        &Selection::Detail,
        &call,
    )))
}
