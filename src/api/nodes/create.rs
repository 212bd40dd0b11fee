//! `POST /v1/nodes`

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::shape::{self, Selection};
use super::wire;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call};
use crate::api::ident::check_node_name;
use crate::api::links::location;
use crate::api::scalars::object;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::model::{Interfaces, Node, now};
use crate::states::ProvisionState;

/// From here on a new node is in `enroll`; before, it is available at once.
const ENROLL: u16 = 11;

/// Enrolls a node.
pub(crate) async fn create(
    State(api): State<ApiState>,
    call: Call,
    Body(body): Body,
) -> Result<Response, ApiError> {
    schema::NODE.check(&body)?;
    let body = object(&body);
    wire::check_version(body.keys().map(String::as_str), call.version)?;
    let mut node = Node::new("", Interfaces::default(), now());
    wire::apply(&body, &mut node)?;
    if let Some(name) = &node.name {
        check_node_name(name, call.version, |name| {
            format!("Cannot create node with invalid name '{name}'")
        })?;
    }
    if node.instance_name.is_none() {
        node.instance_name = node
            .instance_info
            .get("display_name")
            .and_then(|v| v.as_str())
            .map(str::to_owned);
    }
    if !call.version.has(ENROLL) {
        node.provision_state = ProvisionState::Available;
    }
    let node = api
        .conductor
        .create_node(node)
        .await
        .map_err(|e| ApiError::from(e).about_the_body())?;
    let place = location(&call.base, &format!("nodes/{}", node.uuid));
    let document = shape::answer(&node, &Selection::Detail, &call);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], document).into_response())
}
