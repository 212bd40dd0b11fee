//! `/ferric/v1/cobblers`: the Cobbler servers that are configured, without their secrets, and what
//! was made there for services.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::Segments;
use crate::api::state::ApiState;

/// `GET …`: name and URL of each.
pub(crate) async fn list(State(api): State<ApiState>) -> Json<Vec<Document>> {
    let cobblers = api.conductor.cobblers();
    let shape =
        |(name, url): (String, String)| Document::default().with("name", name).with("url", url);
    Json(cobblers.into_iter().map(shape).collect())
}

/// `GET …/{name}/profiles`: the profiles that were made there, the nodes that have them, and whether
/// they are as they were made: the server is asked now.
pub(crate) async fn profiles(
    State(api): State<ApiState>,
    Segments(name): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    match api.conductor.shared_objects(&name).await? {
        Some(profiles) => Ok(Json(json!({"profiles": profiles}))),
        None => Err(ApiError::not_found(format!(
            "No Cobbler server {name} is configured."
        ))),
    }
}
