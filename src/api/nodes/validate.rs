//! `GET /v1/nodes/{node}/validate`

use axum::Json;
use axum::extract::State;
use serde_json::json;

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::query::Args;
use crate::api::state::ApiState;
use crate::model::{InterfaceKind, Node};

/// What the answer shows, in Ironic's order; `vendor` isn't among it.
pub(crate) const KINDS: [InterfaceKind; 12] = [
    InterfaceKind::Boot,
    InterfaceKind::Deploy,
    InterfaceKind::Management,
    InterfaceKind::Network,
    InterfaceKind::Power,
    InterfaceKind::Bios,
    InterfaceKind::Console,
    InterfaceKind::Firmware,
    InterfaceKind::Inspect,
    InterfaceKind::Raid,
    InterfaceKind::Rescue,
    InterfaceKind::Storage,
];

/// Validates a node's interfaces; 200 even where all of them fail.
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    Ok(Json(answer(&api, &node).await?))
}

/// `GET /v1/nodes/validate?node_uuid=`
pub(crate) async fn by_argument(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Document>, ApiError> {
    let ident = match args.text("node_uuid") {
        Some(uuid) => uuid,
        None => args.required("node")?,
    };
    let node = ident::node(&api, call.version, ident).await?;
    Ok(Json(answer(&api, &node).await?))
}

async fn answer(api: &ApiState, node: &Node) -> Result<Document, ApiError> {
    let results = api.conductor.validate(node).await?;
    let mut document = Document::default();
    for kind in KINDS {
        let value = match results.get(&kind) {
            Some(Ok(())) => json!({"result": true}),
            Some(Err(reason)) => json!({"result": false, "reason": reason}),
            None => json!({
                "result": false,
                "reason": format!(
                    "Driver {} does not support {kind} (disabled or not implemented).",
                    node.driver
                ),
            }),
        };
        document.set(kind.to_string(), value);
    }
    Ok(document)
}
