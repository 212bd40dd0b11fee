//! `/v1/nodes/{node}/vmedia`: no hardware type here attaches media. Ironic takes such a request and
//! says in the node's `last_error` that it came to nothing; so does this.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::query::Args;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::api::version::arguments::Argument;

/// The minor version that added `GET`.
const SHOW: u16 = 93;
/// What can be attached.
const DEVICES: [&str; 3] = ["disk", "cdrom", "floppy"];
/// Where an image may come from (Ironic 39.0.0).
const SCHEMES: [&str; 4] = ["http", "https", "nfs", "cifs"];

/// What it takes in the query.
pub(crate) const ARGUMENTS: &[Argument] = &[Argument {
    name: "device_types",
    since: 1,
}];

/// `GET`
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Response, ApiError> {
    if !call.version.has(SHOW) {
        return Err(ApiError::not_found("The resource could not be found."));
    }
    let node = ident::node(&api, call.version, &ident).await?;
    Err(ApiError::bad_request(unsupported(
        &node.driver,
        "get_virtual_media",
    )))
}

/// `POST`
pub(crate) async fn attach(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<Response, ApiError> {
    schema::VMEDIA.check(&body)?;
    let url = body["image_url"].as_str().unwrap_or_default();
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    if !SCHEMES.contains(&scheme) {
        return Err(ApiError::bad_request(format!(
            "Unsupported or missing URL scheme: {scheme}"
        )));
    }
    let node = ident::node(&api, call.version, &ident).await?;
    let device = body["device_type"].as_str().unwrap_or_default();
    let error = format!(
        "Could not attach device {device} to node {}: {}",
        node.uuid,
        unsupported(&node.driver, "attach_virtual_media")
    );
    note(&api, &node.uuid.to_string(), error).await
}

/// `DELETE`
pub(crate) async fn detach(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<Response, ApiError> {
    args.check(ARGUMENTS, call.version)?;
    let devices = args
        .list("device_types")
        .unwrap_or_else(|| DEVICES.to_vec());
    let wrong: Vec<&str> = devices
        .iter()
        .copied()
        .filter(|device| !DEVICES.contains(device))
        .collect();
    if !wrong.is_empty() {
        return Err(ApiError::bad_request(format!(
            "Invalid device type(s) {} (valid are {})",
            wrong.join(", "),
            DEVICES.join(", ")
        )));
    }
    let node = ident::node(&api, call.version, &ident).await?;
    let error = format!(
        "Could not detach device(s) {} from node {}: {}",
        devices.join(", "),
        node.uuid,
        unsupported(&node.driver, "detach_virtual_media")
    );
    note(&api, &node.uuid.to_string(), error).await
}

async fn note(api: &ApiState, node: &str, error: String) -> Result<Response, ApiError> {
    api.conductor.note_error(node, error).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn unsupported(driver: &str, feature: &str) -> String {
    format!("Driver {driver} does not support {feature} (disabled or not implemented).")
}
