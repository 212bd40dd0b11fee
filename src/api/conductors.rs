//! `/v1/conductors`

use axum::Json;
use axum::extract::State;

use super::document::{Collection, Document};
use super::error::ApiError;
use super::extract::{Call, Segments};
use super::links::links;
use super::paging::{self, page};
use super::query::Args;
use super::scalars::time;
use super::state::ApiState;
use super::version::arguments;
use crate::model::{Conductor, now};

/// A conductor that was silent for longer counts as dead (Ironic's `heartbeat_timeout`).
const HEARTBEAT_TIMEOUT: chrono::TimeDelta = chrono::TimeDelta::seconds(60);

/// What a conductor shows.
pub(crate) const FIELDS: [&str; 7] = [
    "created_at",
    "updated_at",
    "hostname",
    "conductor_group",
    "drivers",
    "links",
    "alive",
];
const DEFAULT: [&str; 3] = ["hostname", "conductor_group", "alive"];

/// Whether a conductor is alive.
pub(crate) fn alive(conductor: &Conductor) -> bool {
    now() - conductor.updated_at < HEARTBEAT_TIMEOUT
}

/// `GET /v1/conductors`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    args: Args,
) -> Result<Json<Collection>, ApiError> {
    args.check(arguments::CONDUCTORS, call.version)?;
    let detail = args.boolean("detail")?.unwrap_or(false);
    let fields = match args.list("fields") {
        Some(_) if detail => {
            return Err(ApiError::bad_request(
                "Can not specify ?detail=True and fields in the same request.",
            ));
        }
        Some(fields) => check(fields)?,
        None if detail => FIELDS.to_vec(),
        None => DEFAULT.to_vec(),
    };
    // There are a handful at the most, so that one page holds all; the marker is a host name here.
    let (marker, conductors) = (args.text("marker"), api.store().conductors().await?);
    let skip = match marker {
        None => 0,
        Some(marker) => {
            1 + conductors
                .iter()
                .position(|c| c.hostname == marker)
                .ok_or_else(|| not_found(marker))?
        }
    };
    let page = page(&args.without("marker"), "id")?;
    let shown: Vec<_> = conductors
        .iter()
        .skip(skip)
        .take(page.limit as usize)
        .collect();
    let items = shown
        .iter()
        .map(|c| shape(c, &call.base, &fields))
        .collect();
    let keep = [("fields", fields.join(","))];
    let last = shown.last().map(|c| c.hostname.as_str());
    let next = paging::next(&call.base, "conductors", &page, shown.len(), last, &keep);
    Ok(Json(Collection {
        key: "conductors",
        items,
        next,
    }))
}

/// `GET /v1/conductors/{hostname}`
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments(hostname): Segments<String>,
    args: Args,
) -> Result<Json<Document>, ApiError> {
    let fields = args
        .list("fields")
        .map_or_else(|| Ok(FIELDS.to_vec()), check)?;
    let conductors = api.store().conductors().await?;
    let conductor = conductors
        .iter()
        .find(|c| c.hostname == hostname)
        .ok_or_else(|| not_found(&hostname))?;
    Ok(Json(shape(conductor, &call.base, &fields)))
}

fn not_found(hostname: &str) -> ApiError {
    ApiError::not_found(format!("Conductor {hostname} could not be found."))
}

fn check(fields: Vec<&str>) -> Result<Vec<&str>, ApiError> {
    match fields.iter().find(|field| !FIELDS.contains(field)) {
        Some(wrong) => Err(ApiError::bad_request(format!(
            "Field {wrong} is not a valid field."
        ))),
        None => Ok(fields),
    }
}

fn shape(conductor: &Conductor, base: &str, fields: &[&str]) -> Document {
    let mut document = Document::default();
    for field in FIELDS {
        if !fields.contains(&field) && field != "links" {
            continue;
        }
        match field {
            "created_at" => document.set(field, time(conductor.created_at)),
            "updated_at" => document.set(field, time(conductor.updated_at)),
            "hostname" => document.set(field, conductor.hostname.as_str()),
            "conductor_group" => document.set(field, conductor.conductor_group.as_str()),
            "drivers" => document.set(field, conductor.drivers.clone()),
            "links" => {
                document.set(
                    field,
                    links(base, &format!("conductors/{}", conductor.hostname)),
                );
            }
            _ => document.set(field, alive(conductor)),
        }
    }
    document
}
