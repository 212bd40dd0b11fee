//! Volume connectors and targets: there are none. Nova asks for them on spawn and on destroy.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::document::Collection;
use super::error::ApiError;
use super::extract::{Call, Segments};
use super::ident;
use super::links::links;
use super::query::Args;
use super::state::ApiState;
use super::version::arguments;

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

/// `GET /v1/volume/connectors`
pub(crate) async fn connectors(call: Call, args: Args) -> Result<Json<Collection>, ApiError> {
    empty("connectors", &call, &args)
}

/// `GET /v1/volume/targets`
pub(crate) async fn targets(call: Call, args: Args) -> Result<Json<Collection>, ApiError> {
    empty("targets", &call, &args)
}

/// `GET /v1/nodes/{node}/volume/{connectors,targets}`
pub(crate) async fn list_of_node(
    State(api): State<ApiState>,
    call: Call,
    Segments((node, kind)): Segments<(String, String)>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    ident::node(&api, call.version, &node).await?;
    match kind.as_str() {
        "connectors" => empty("connectors", &call, &args),
        "targets" => empty("targets", &call, &args),
        _ => Err(ApiError::no_such_path()),
    }
}

fn empty(key: &'static str, call: &Call, args: &Args) -> Result<Json<Collection>, ApiError> {
    args.check(arguments::EMPTY_LISTS, call.version)?;
    Ok(Json(Collection {
        key,
        items: Vec::new(),
        next: None,
    }))
}
