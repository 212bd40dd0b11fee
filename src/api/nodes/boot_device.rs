//! `/v1/nodes/{node}/management/boot_device`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::scalars::{boolean, optional_name};
use crate::api::schema;
use crate::api::state::ApiState;
use crate::drivers::interfaces::BootDevice;

/// `GET`
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let setting = api.conductor.boot_device(&node.uuid.to_string()).await?;
    let document = Document::default()
        .with("boot_device", optional_name(setting.device))
        .with("persistent", setting.persistent);
    Ok(Json(document))
}

/// `GET …/supported`
pub(crate) async fn supported(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let devices = api
        .conductor
        .supported_boot_devices(&node.uuid.to_string())
        .await?;
    let names: Vec<String> = devices.iter().map(ToString::to_string).collect();
    Ok(Json(
        Document::default().with("supported_boot_devices", names),
    ))
}

/// `PUT`
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let body = if body.is_null() {
        serde_json::json!({})
    } else {
        body
    };
    schema::BOOT_DEVICE.check_arguments(&body)?;
    let name = body["boot_device"].as_str().unwrap_or_default();
    let device: BootDevice = name
        .parse()
        .map_err(|_| ApiError::bad_request(format!("Invalid boot device {name} specified.")))?;
    let persistent = boolean("persistent", &body["persistent"])?.unwrap_or(false);
    api.conductor
        .set_boot_device(&node.uuid.to_string(), device, persistent)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
