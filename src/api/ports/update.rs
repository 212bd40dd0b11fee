//! `PATCH /v1/ports/{port}`

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::{rules, shape, wire};
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::nodes::shape::Selection;
use crate::api::patch::Patch;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::api::version::fields;

/// Changes a port.
pub(crate) async fn update(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Json<Document>, ApiError> {
    let patch = Patch::parse(&body, fields::PORT_PATCHABLE, call.version)?;
    wire::check_version(patch.fields(), &Value::Null, call.version)?;
    let before = ident::port(&api, call.version, &ident).await?;
    let node = ident::node(&api, call.version, &before.node_uuid.to_string()).await?;
    let mut document = patch.apply(wire::document(&before))?;
    schema::PORT_PATCHED.check(&Value::Object(document.clone()))?;
    for field in wire::document(&before).into_iter().map(|(field, _)| field) {
        document.entry(field).or_insert(Value::Null);
    }
    let mut after = before.clone();
    wire::apply(&document, &mut after)?;
    if patch.touches("node_uuid") {
        let owner = document["node_uuid"].as_str().unwrap_or_default();
        let owner = ident::node(&api, call.version, owner).await;
        after.node_uuid = owner.map_err(ApiError::about_the_body)?.uuid;
    }
    rules::check_change(&node, &before, &after, call.version)?;
    let port = api.conductor.update_port(&before, after).await?;
    Ok(Json(shape::port(&port, &Selection::Detail, &call)))
}
