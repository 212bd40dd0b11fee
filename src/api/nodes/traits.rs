//! `/v1/nodes/{node}/traits`

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::shape;
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::links::location;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::model::{MAX_TRAITS_PER_NODE, Node, is_valid_trait};

/// `GET`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    Ok(Json(
        Document::default().with("traits", shape::value(&node, "traits", &call)),
    ))
}

/// `PUT`: all at once.
pub(crate) async fn replace(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    schema::TRAITS.check(&body)?;
    let names = body["traits"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    save(&api, &node, names.map(str::to_owned).collect()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT …/{trait}`: one more.
pub(crate) async fn add(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, name)): Segments<(String, String)>,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    if !matches!(&body, Value::Null) && body != serde_json::json!({}) {
        return Err(ApiError::bad_request(
            "No body should be provided when adding a trait",
        ));
    }
    let mut traits = node.traits.clone();
    traits.push(name.clone());
    save(&api, &node, traits).await?;
    let place = location(&call.base, &format!("nodes/{ident}/traits/{name}"));
    Ok((StatusCode::NO_CONTENT, [(header::LOCATION, place)]).into_response())
}

/// `DELETE`: all.
pub(crate) async fn clear(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    save(&api, &node, Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE …/{trait}`: one.
pub(crate) async fn remove(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, name)): Segments<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    if !node.traits.contains(&name) {
        return Err(ApiError::not_found(format!(
            "Node {} doesn't have a trait '{name}'",
            node.uuid
        )));
    }
    let traits = node
        .traits
        .iter()
        .filter(|held| **held != name)
        .cloned()
        .collect();
    save(&api, &node, traits).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn save(api: &ApiState, node: &Node, mut traits: Vec<String>) -> Result<(), ApiError> {
    if let Some(wrong) = traits.iter().find(|name| !is_valid_trait(name)) {
        return Err(ApiError::bad_request(format!(
            "Schema error for trait: '{wrong}' is not valid under any of the given schemas. \
             Possible root cause: '{wrong}' does not match '^CUSTOM_[A-Z0-9_]+$'"
        )));
    }
    traits.sort_unstable();
    traits.dedup();
    if traits.len() > MAX_TRAITS_PER_NODE {
        return Err(ApiError::bad_request(format!(
            "Could not set traits for node {}: it would have {} traits, and {MAX_TRAITS_PER_NODE} \
             is the maximum.",
            node.uuid,
            traits.len()
        )));
    }
    Ok(api
        .conductor
        .set_traits(&node.uuid.to_string(), traits)
        .await?)
}
