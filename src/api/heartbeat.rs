//! `POST /v1/heartbeat/{node}`: Ironic's anaconda template reports so; the install's one-time
//! token is the agent token.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Body, Call, Segments};
use super::ident;
use super::scalars;
use super::schema;
use super::state::ApiState;
use crate::conductor::ConductorError;
use crate::model::{EvidenceKind, EvidenceSource};

/// The minor version that added `agent_status`.
const STATUS: u16 = 72;

/// Takes a heartbeat.
pub(crate) async fn post(
    State(api): State<ApiState>,
    call: Call,
    Segments(node): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let body = if body.is_null() {
        serde_json::json!({})
    } else {
        body
    };
    take(&api, &call, &node, &body).await
}

/// The same of a body that names its node: Ironic takes the argument from there as well.
pub(crate) async fn post_of_body(
    State(api): State<ApiState>,
    call: Call,
    Body(mut body): Body,
) -> Result<StatusCode, ApiError> {
    let named = body
        .as_object_mut()
        .and_then(|body| body.remove("node_ident"));
    let node = named
        .as_ref()
        .and_then(Value::as_str)
        .ok_or_else(|| ApiError::bad_request("Missing mandatory parameter: node_ident"))?;
    take(&api, &call, node, &body).await
}

async fn take(
    api: &ApiState,
    call: &Call,
    node: &str,
    body: &Value,
) -> Result<StatusCode, ApiError> {
    schema::HEARTBEAT.check_arguments(body)?;
    let status = scalars::text(&body["agent_status"]);
    let message = scalars::text(&body["agent_status_message"]);
    if (status.is_some() || message.is_some()) && !call.version.has(STATUS) {
        return Err(ApiError::bad_request(
            "Fields \"agent_status\" and \"agent_status_message\" not recognised.",
        ));
    }
    let token = body["agent_token"].as_str().ok_or_else(|| {
        ApiError::bad_request("Agent token is required for heartbeat processing.")
    })?;
    let kind = match status.as_deref() {
        // A ramdisk agent that says nothing of an install: there is nothing to note.
        None => None,
        Some("start") => Some(EvidenceKind::Started),
        Some("end") => Some(EvidenceKind::Done),
        Some("error") => Some(EvidenceKind::Failed),
        Some(_) => {
            return Err(ApiError::bad_request(
                "Agent status is invalid. Valid states are start,end,error.",
            ));
        }
    };
    // An unknown node is answered as a wrong token is: nobody learns here which nodes there are.
    let node = ident::node(api, call.version, node)
        .await
        .map_or(Uuid::nil(), |node| node.uuid);
    let source = EvidenceSource::Heartbeat;
    let heard = match kind {
        Some(kind) => {
            let message = message.unwrap_or_default();
            api.conductor
                .report(node, token, kind, message, source)
                .await
        }
        None => api.conductor.prove(node, token, source).await,
    };
    heard.map_err(|error| match error {
        ConductorError::BadToken => {
            ApiError::bad_request("Invalid or missing agent token received.")
        }
        other => other.into(),
    })?;
    Ok(StatusCode::ACCEPTED)
}
