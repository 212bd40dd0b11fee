//! `/v1/volume`: where a node's remote volumes are, and what it connects to them with.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Kind;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::links::links;
use crate::api::patch::Patch;
use crate::api::schema::{self, Schema};
use crate::api::state::ApiState;
use crate::api::version::resources::{Table, VOLUME_CONNECTOR, VOLUME_TARGET};
use crate::model::Resource;

/// Volume connectors.
pub(crate) enum Connector {}

impl Kind for Connector {
    const TABLE: &'static Table = &VOLUME_CONNECTOR;

    fn schema() -> &'static Schema {
        &schema::VOLUME_CONNECTOR
    }

    fn check_patch(patch: &Patch, _before: &Resource, _ident: &str) -> Result<(), ApiError> {
        check_node(patch)
    }
}

/// Volume targets.
pub(crate) enum Target {}

impl Kind for Target {
    const TABLE: &'static Table = &VOLUME_TARGET;

    fn schema() -> &'static Schema {
        &schema::VOLUME_TARGET
    }

    fn check_patch(patch: &Patch, _before: &Resource, _ident: &str) -> Result<(), ApiError> {
        check_node(patch)
    }
}

fn check_node(patch: &Patch) -> Result<(), ApiError> {
    for node in patch.values("node_uuid").filter_map(Value::as_str) {
        if uuid::Uuid::try_parse(node).is_err() {
            return Err(ApiError::bad_request(format!(
                "Expected a UUID for node_uuid, but received {node}."
            )));
        }
    }
    Ok(())
}

/// `GET /v1/volume`
pub(crate) async fn root(call: Call) -> Json<Value> {
    Json(document(&call.base, "volume"))
}

/// `GET /v1/nodes/{node}/volume`
pub(crate) async fn of_node(
    State(api): State<ApiState>,
    call: Call,
    Segments(node): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let node = ident::node(&api, call.version, &node).await?;
    Ok(Json(document(
        &call.base,
        &format!("nodes/{}/volume", node.uuid),
    )))
}

fn document(base: &str, path: &str) -> Value {
    json!({
        "links": links(base, &format!("{path}/")),
        "connectors": links(base, &format!("{path}/connectors")),
        "targets": links(base, &format!("{path}/targets")),
    })
}
