//! The root documents: what this service is, and what it has in the version asked for.

use axum::Json;
use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::extract::Call;
use super::version::{MAX_MINOR, MIN_MINOR};

/// What `/v1` lists, with the version that added each; only what is there.
#[rustfmt::skip]
pub(crate) const RESOURCES: &[(&str, u16)] = &[
    ("chassis", 1), ("nodes", 1), ("ports", 1), ("drivers", 1),
    ("lookup", 22), ("heartbeat", 22), ("portgroups", 23), ("volume", 32), ("conductors", 49),
    ("allocations", 52), ("events", 54), ("deploy_templates", 55), ("shards", 82), ("continue_inspection", 84),
    ("runbooks", 92), ("inspection_rules", 96),
];

/// `GET /`
pub(crate) async fn root(call: Call) -> Json<Value> {
    Json(json!({
        "name": "OpenStack Ironic API",
        "description": "Ironic's API for Cisco UCS C-Series servers, by Ferric.",
        "default_version": version(&call.base),
        "versions": [version(&call.base)],
    }))
}

/// `/v1`
pub(crate) async fn v1(method: Method, call: Call) -> Result<Json<Value>, ApiError> {
    if method != Method::GET && method != Method::HEAD {
        return Err(ApiError::fault(
            StatusCode::METHOD_NOT_ALLOWED,
            "The server could not comply with the request since it is either malformed or \
             otherwise incorrect.",
        ));
    }
    let base = &call.base;
    let mut document = Map::new();
    document.insert("id".to_owned(), json!("v1"));
    document.insert(
        "links".to_owned(),
        json!([
            {"href": format!("{base}/v1/"), "rel": "self"},
            {
                "href": "https://docs.openstack.org/ironic/latest/contributor/webapi.html",
                "rel": "describedby",
                "type": "text/html",
            },
        ]),
    );
    document.insert(
        "media_types".to_owned(),
        json!({
            "base": "application/json",
            "type": "application/vnd.openstack.ironic.v1+json",
        }),
    );
    document.insert("version".to_owned(), version(base));
    for (name, since) in RESOURCES {
        if call.version.has(*since) {
            let links = json!([
                {"href": format!("{base}/v1/{name}/"), "rel": "self"},
                {"href": format!("{base}/{name}/"), "rel": "bookmark"},
            ]);
            document.insert((*name).to_owned(), links);
        }
    }
    Ok(Json(Value::Object(document)))
}

fn version(base: &str) -> Value {
    json!({
        "id": "v1",
        "links": [{"href": format!("{base}/v1/"), "rel": "self"}],
        "status": "CURRENT",
        "min_version": format!("1.{MIN_MINOR}"),
        "version": format!("1.{MAX_MINOR}"),
    })
}
