//! `GET /v1/nodes/{node}/firmware`: the components that have firmware of their own.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::hardware::entries;
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::query::Args;
use crate::api::state::ApiState;
use crate::api::version::arguments;
use crate::model::DocumentKind;
use crate::model::python::repr;

/// The minor version that shows whose make a component is.
const IDENTITY: u16 = 114;

/// What each component has, in the order in which Ironic offers it; the first two always come along.
const FIELDS: [&str; 9] = [
    "created_at",
    "updated_at",
    "component",
    "initial_version",
    "current_version",
    "last_version_flashed",
    "vendor",
    "model",
    "serial_number",
];

/// Those of them that came with [`IDENTITY`].
const NEWER: [&str; 3] = ["vendor", "model", "serial_number"];

/// `GET`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<Json<Value>, ApiError> {
    args.check(arguments::FIRMWARE, call.version)?;
    // There is no more to show with it than without.
    if args.boolean("detail")? == Some(true) && args.text("fields").is_some() {
        return Err(ApiError::bad_request(
            "Can not specify ?detail=True and fields in the same request.",
        ));
    }
    let fields = fields(&args, &call)?;
    let node = ident::node(&api, call.version, &ident).await?;
    let (document, entries) = entries(&api, &node, DocumentKind::Firmware).await?;
    let times = json!({
        "created_at": document.as_ref().map(|document| document.created_at),
        "updated_at": document.as_ref().and_then(|document| document.updated_at),
    });
    let components = entries.iter().map(|one| {
        let mut shown = Document::default();
        for field in &fields {
            let value = times.get(field).or_else(|| one.get(field));
            shown.set(*field, value.cloned().unwrap_or_default());
        }
        shown
    });
    let components: Vec<Document> = components.collect();
    Ok(Json(json!({"firmware": components})))
}

fn fields(args: &Args, call: &Call) -> Result<Vec<&'static str>, ApiError> {
    let has = |field: &str| call.version.has(IDENTITY) || !NEWER.contains(&field);
    let Some(asked) = args.list("fields") else {
        return Ok(FIELDS.into_iter().filter(|field| has(field)).collect());
    };
    if let Some(wrong) = asked.iter().find(|name| !FIELDS.contains(*name)) {
        let known = FIELDS.map(|name| repr(&name.into())).join(", ");
        return Err(ApiError::bad_request(format!(
            "Schema error: '{wrong}' is not one of [{known}]"
        )));
    }
    let mut newer: Vec<&str> = asked.iter().copied().filter(|name| !has(name)).collect();
    if !newer.is_empty() {
        newer.sort_unstable();
        return Err(ApiError::bad_request(format!(
            "Fields {} are not allowed in this API version. They require at least API version \
             1.{IDENTITY}.",
            newer.join(", ")
        )));
    }
    let always = ["created_at", "updated_at"];
    let chosen = FIELDS
        .into_iter()
        .filter(|field| always.contains(field) || asked.contains(field));
    Ok(chosen.collect())
}
