//! `/v1/nodes/{node}/states/{boot_mode,secure_boot}` and `…/management/inject_nmi`.

use axum::extract::State;
use axum::http::StatusCode;

use super::provision::{Accepted, accepted};
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::scalars::boolean;
use crate::api::state::ApiState;
use crate::drivers::interfaces::BootMode;

/// `PUT …/states/boot_mode`
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Accepted, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let target = body["target"].as_str().unwrap_or_default();
    let mode: BootMode = target.parse().map_err(|_| {
        ApiError::bad_request(format!(
            "Invalid boot mode {target} specified; it must be one of bios, uefi."
        ))
    })?;
    api.conductor
        .set_boot_mode(&node.uuid.to_string(), mode)
        .await?;
    Ok(accepted(&call, &format!("nodes/{ident}/states")))
}

/// `PUT …/states/secure_boot`
pub(crate) async fn secure_boot(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Accepted, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let on = boolean("target", &body["target"])?
        .ok_or_else(|| ApiError::bad_request("Missing mandatory parameter: target"))?;
    api.conductor
        .set_secure_boot(&node.uuid.to_string(), on)
        .await?;
    Ok(accepted(&call, &format!("nodes/{ident}/states")))
}

/// `PUT …/management/inject_nmi`
pub(crate) async fn inject_nmi(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    api.conductor.inject_nmi(&node.uuid.to_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}
