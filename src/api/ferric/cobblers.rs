//! `GET /ferric/v1/cobblers`: the Cobbler servers that are configured, without their secrets.

use axum::Json;
use axum::extract::State;

use crate::api::document::Document;
use crate::api::state::ApiState;

/// Lists them.
pub(crate) async fn list(State(api): State<ApiState>) -> Json<Vec<Document>> {
    let cobblers = api.conductor.cobblers();
    let shape =
        |(name, url): (String, String)| Document::default().with("name", name).with("url", url);
    Json(cobblers.into_iter().map(shape).collect())
}
