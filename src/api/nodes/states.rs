//! `GET /v1/nodes/{node}/states`

use axum::Json;
use axum::extract::State;

use super::shape;
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;
use crate::api::version::fields;

/// What the answer shows: a part of the node's fields, each from its version on.
pub(crate) const FIELDS: [&str; 11] = [
    "console_enabled",
    "last_error",
    "power_state",
    "provision_state",
    "target_power_state",
    "target_provision_state",
    "provision_updated_at",
    "raid_config",
    "target_raid_config",
    "boot_mode",
    "secure_boot",
];

/// Shows the states of a node.
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let mut document = Document::default();
    for name in FIELDS {
        if fields::find(fields::NODE, name).is_some_and(|field| call.version.has(field.since)) {
            document.set(name, shape::value(&node, name, &call));
        }
    }
    Ok(Json(document))
}
