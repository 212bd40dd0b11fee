//! `/v1/nodes/{node}/history`

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::document::{Collection, Document};
use crate::api::error::ApiError;
use crate::api::extract::{Call, Segments};
use crate::api::ident;
use crate::api::paging::{self, page};
use crate::api::query::Args;
use crate::api::scalars::{parse_uuid, time};
use crate::api::state::ApiState;
use crate::api::version::arguments;
use crate::model::HistoryEntry;
use crate::store::Page;

/// The minor version that shows whose project asked.
const PROJECT: u16 = 113;
/// The minor version that shows in which state the node was, and for how long.
const STATES: u16 = 115;
/// An event is cut to this many characters in lists without detail.
const SHORT: usize = 255;

/// `GET`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    args.check(arguments::HISTORY, call.version)?;
    let node = ident::node(&api, call.version, &ident).await?;
    let detail = args.boolean("detail")?.unwrap_or(false);
    let page = page(&args, "created_at")?;
    let entries = api.store().history(node.uuid, &page).await?;
    let items = entries
        .iter()
        .map(|entry| shape(entry, node.uuid, &call, detail))
        .collect();
    let keep: Vec<_> = args
        .owned("detail")
        .map(|detail| ("detail", detail))
        .into_iter()
        .collect();
    let path = format!("nodes/{ident}/history");
    let last = entries.last().map(|entry| entry.uuid);
    let next = paging::next(&call.base, &path, &page, entries.len(), last, &keep);
    Ok(Json(Collection {
        key: "history",
        items,
        next,
    }))
}

/// `GET …/{uuid}`
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, entry)): Segments<(String, String)>,
) -> Result<Json<Document>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let uuid = parse_uuid("event", &entry)?;
    let page = Page {
        sort_key: "created_at".to_owned(),
        ..Page::all()
    };
    let entries = api.store().history(node.uuid, &page).await?;
    let entry = entries
        .iter()
        .find(|held| held.uuid == uuid)
        .ok_or_else(|| {
            ApiError::not_found(format!("Node history record {uuid} could not be found."))
        })?;
    Ok(Json(shape(entry, node.uuid, &call, true)))
}

fn shape(entry: &HistoryEntry, node: Uuid, call: &Call, detail: bool) -> Document {
    let mut document = Document::default()
        .with("uuid", entry.uuid.to_string())
        .with("created_at", time(entry.created_at))
        .with("severity", entry.severity.to_string());
    if detail {
        document.set("event_type", entry.event_type.as_str());
        document.set("event", entry.event.as_str());
        document.set("conductor", entry.conductor.as_str());
        // Nobody who asked for something is known yet, nor their project.
        document.set("user", Value::Null);
        if call.version.has(PROJECT) {
            document.set("project", Value::Null);
        }
        if call.version.has(STATES) {
            document.set("state", entry.state.as_deref());
            let target = entry.target_provision_state.as_deref();
            document.set("target_provision_state", target);
            document.set("duration_seconds", entry.duration_seconds);
        }
    } else {
        document.set("event", shortened(&entry.event));
    }
    let href = format!("{}/v1/nodes/{node}/history/{}", call.base, entry.uuid);
    document.with("links", json!([{"href": href, "rel": "self"}]))
}

fn shortened(event: &str) -> String {
    if event.chars().count() <= SHORT {
        return event.to_owned();
    }
    event.chars().take(SHORT - 4).chain("...".chars()).collect()
}
