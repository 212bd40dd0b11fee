//! `GET /ferric/v1/openapi.json`

use axum::Json;
use serde_json::Value;

use super::{document, no_such};
use crate::api::error::ApiError;
use crate::api::query::Args;
use crate::api::version::{Version, arguments};

/// The document of the newest version, or of another.
pub(crate) async fn show(args: Args) -> Result<Json<Value>, ApiError> {
    args.check(arguments::OPENAPI, Version::LATEST)?;
    let version = match args.text("version") {
        Some(text) => Version::named(text).ok_or_else(|| ApiError::bad_request(no_such(text)))?,
        None => Version::LATEST,
    };
    Ok(Json(document(version)))
}
