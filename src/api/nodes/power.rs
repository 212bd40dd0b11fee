//! `PUT /v1/nodes/{node}/states/power`

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use super::provision::{Accepted, accepted};
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::api::version::verbs;
use crate::model::python::repr;
use crate::states::{PowerTarget, ProvisionState};

/// Asks for a change of power.
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Accepted, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let body = if body.is_null() {
        serde_json::json!({})
    } else {
        body
    };
    schema::POWER.check_arguments(&body)?;
    let asked = body["target"].as_str().unwrap_or_default();
    let target = asked.parse::<PowerTarget>().ok();
    let timeout = timeout(&body["timeout"])?;
    let soft = target.is_some_and(PowerTarget::is_soft);
    if (soft || timeout.is_some()) && !call.version.has(verbs::SOFT_POWER) {
        return Err(ApiError::not_acceptable());
    }
    let Some(target) = target else {
        let power = node
            .power_state
            .map_or_else(|| "None".to_owned(), |state| state.to_string());
        return Err(ApiError::invalid_state(asked, &ident, power));
    };
    if matches!(
        node.provision_state,
        ProvisionState::Cleaning | ProvisionState::CleanWait
    ) {
        return Err(ApiError::invalid_state(asked, &ident, node.provision_state));
    }
    if matches!(target, PowerTarget::Off | PowerTarget::SoftOff) && node.disable_power_off {
        return Err(ApiError::fault(
            StatusCode::CONFLICT,
            format!("Failed to set node power state to {asked}."),
        ));
    }
    api.conductor
        .set_power(&node.uuid.to_string(), target, timeout)
        .await?;
    Ok(accepted(&call, &format!("nodes/{ident}/states")))
}

/// Seconds, as a number or in digits.
fn timeout(value: &Value) -> Result<Option<Duration>, ApiError> {
    let seconds = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().parse::<i64>().ok(),
        other => other.as_i64(),
    };
    match seconds {
        None => Err(ApiError::bad_request(format!(
            "Expected an integer for timeout: {}",
            value.as_str().map_or_else(|| repr(value), str::to_owned)
        ))),
        Some(seconds) if seconds < 1 => {
            Err(ApiError::bad_request("timeout has to be positive integer"))
        }
        Some(seconds) => Ok(Some(Duration::from_secs(seconds.unsigned_abs()))),
    }
}
