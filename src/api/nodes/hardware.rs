//! What was read of a node's hardware: `…/inventory`, `…/bios`, `…/firmware`.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;
use crate::model::{Document, DocumentKind, Node};

/// BIOS settings show what may be set from this version on; CIMC tells it of none.
pub(crate) const BIOS_REGISTRY: u16 = 74;
/// What they show then.
pub(crate) const REGISTRY: [&str; 9] = [
    "attribute_type",
    "allowable_values",
    "lower_bound",
    "max_length",
    "min_length",
    "read_only",
    "reset_required",
    "unique",
    "upper_bound",
];

/// `GET …/inventory`
pub(crate) async fn inventory(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    match api
        .store()
        .document(node.uuid, DocumentKind::Inventory)
        .await?
    {
        Some(document) => Ok(Json(document.value)),
        None => Err(ApiError::not_found(format!(
            "Node inventory record for node {} could not be found.",
            node.uuid
        ))),
    }
}

/// `GET …/bios`
pub(crate) async fn bios(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let (document, entries) = entries(&api, &node, DocumentKind::Bios).await?;
    let settings: Vec<Value> = entries
        .iter()
        .map(|one| setting(&call, &node, document.as_ref(), one))
        .collect();
    Ok(Json(json!({"bios": settings})))
}

/// `GET …/bios/{setting}`
pub(crate) async fn bios_setting(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, name)): Segments<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let (document, entries) = entries(&api, &node, DocumentKind::Bios).await?;
    let Some(found) = entries.iter().find(|one| one["name"] == name.as_str()) else {
        return Err(ApiError::not_found(format!(
            "Node {} doesn't have a BIOS setting '{name}'",
            node.uuid
        )));
    };
    let mut body = Map::new();
    body.insert(name, setting(&call, &node, document.as_ref(), found));
    Ok(Json(Value::Object(body)))
}

pub(super) async fn entries(
    api: &ApiState,
    node: &Node,
    kind: DocumentKind,
) -> Result<(Option<Document>, Vec<Value>), ApiError> {
    let document = api.store().document(node.uuid, kind).await?;
    let entries = document
        .as_ref()
        .and_then(|document| document.value.as_array());
    let entries = entries.cloned().unwrap_or_default();
    Ok((document, entries))
}

/// A setting as Ironic shows it.
fn setting(call: &Call, node: &Node, document: Option<&Document>, one: &Value) -> Value {
    let name = one["name"].as_str().unwrap_or_default();
    let path = format!("nodes/{}/bios/{name}", node.uuid);
    let mut setting = json!({
        "name": name,
        "value": one["value"],
        "created_at": document.map(|document| document.created_at),
        "updated_at": document.and_then(|document| document.updated_at),
        "links": [
            {"href": format!("{}/v1/{path}", call.base), "rel": "self"},
            {"href": format!("{}/{path}", call.base), "rel": "bookmark"},
        ],
    });
    if call.version.has(BIOS_REGISTRY) {
        for key in REGISTRY {
            setting[key] = Value::Null;
        }
    }
    setting
}
