//! `POST`

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::{Kind, shape, wire};
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call};
use crate::api::ident;
use crate::api::links::location;
use crate::api::nodes::shape::Selection;
use crate::api::scalars::object;
use crate::api::state::ApiState;
use crate::api::version::resources::{Ident, Table};
use crate::model::{Resource, now};

/// Makes one of the kind.
pub(crate) async fn create<K: Kind>(
    State(api): State<ApiState>,
    call: Call,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let table = K::TABLE;
    K::schema_at(call.version).check(&body)?;
    let body = object(&body);
    wire::check_version(table, body.keys().map(String::as_str), call.version)?;
    let mut resource = Resource::new(table.kind, now());
    wire::fill(table, &body, &mut resource)?;
    K::settle(&mut resource, None);
    K::check(None, &resource)?;
    if table.has_node() {
        let node = body.get("node_uuid").and_then(Value::as_str);
        let node = ident::node(&api, call.version, node.unwrap_or_default()).await;
        resource.node_uuid = Some(node.map_err(ApiError::about_the_body)?.uuid);
    }
    let made = api.conductor.create_resource(resource).await?;
    Ok(created(table, &made, &call))
}

/// 201 with the new one and its place.
pub(super) fn created(table: &'static Table, made: &Resource, call: &Call) -> Response {
    let place = location(&call.base, &format!("{}/{}", table.path, made.uuid));
    let document = shape::resource(table, made, &Selection::Detail, call);
    (
        StatusCode::CREATED,
        [(header::LOCATION, place)],
        Json(document),
    )
        .into_response()
}

impl Ident {
    /// Whether ones of the kind have names.
    pub(super) const fn takes_names(self) -> bool {
        !matches!(self, Self::Uuid(_) | Self::SchemaUuid(_))
    }
}
