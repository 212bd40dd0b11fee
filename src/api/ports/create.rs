//! `POST /v1/ports`

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{shape, wire};
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call};
use crate::api::ident;
use crate::api::links::location;
use crate::api::nodes::shape::Selection;
use crate::api::scalars::object;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::model::{Port, now};

/// Makes a port of a node. `node_uuid` may be the node's name: `baremetal port create --node NAME`
/// sends it so.
pub(crate) async fn create(
    State(api): State<ApiState>,
    call: Call,
    Body(body): Body,
) -> Result<Response, ApiError> {
    schema::PORT.check(&body)?;
    let map = object(&body);
    wire::check_version(map.keys().map(String::as_str), &body, call.version)?;
    let node = map.get("node_ident").or_else(|| map.get("node_uuid"));
    let node = node.and_then(|node| node.as_str()).unwrap_or_default();
    // The address first: Ironic checks a body's values before it looks the node up.
    let mut port = Port::new(uuid::Uuid::nil(), String::new(), now());
    wire::apply(&map, &mut port)?;
    port.node_uuid = ident::node(&api, call.version, node)
        .await
        .map_err(ApiError::about_the_body)?
        .uuid;
    let port = api.conductor.create_port(port).await?;
    let place = location(&call.base, &format!("ports/{}", port.uuid));
    let document = shape::port(&port, &Selection::Detail, &call);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, place)],
        Json(document),
    )
        .into_response())
}
