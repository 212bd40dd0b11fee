//! `GET /ferric/v1/nodes/{node}/evidence`: what has been seen of a node's running or newest install,
//! by whom and when, and what follows from it.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::extract::Segments;
use crate::api::scalars::time;
use crate::api::state::ApiState;
use crate::model::Evidence;

/// Shows it.
pub(crate) async fn show(
    State(api): State<ApiState>,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let known = api.conductor.install_evidence(&ident).await?;
    let seen: Vec<Value> = known.seen.iter().map(shape).collect();
    Ok(Json(json!({
        "node": known.node.uuid,
        "verdict": known.verdict,
        "evidence": seen,
    })))
}

fn shape(evidence: &Evidence) -> Value {
    json!({
        "seen_at": time(evidence.seen_at),
        "source": evidence.source.to_string(),
        "kind": evidence.kind.to_string(),
        "message": evidence.message,
    })
}
