//! `/v1/allocations` and `/v1/nodes/{node}/allocation`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::{Kind, create::created, find, shape, wire};
use crate::api::document::Document;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::nodes::shape::Selection;
use crate::api::patch::Patch;
use crate::api::query::Args;
use crate::api::scalars::object;
use crate::api::schema::{self, Schema};
use crate::api::state::ApiState;
use crate::api::version::arguments;
use crate::api::version::resources::{ALLOCATION, Table};
use crate::model::{JsonMap, Node, Resource, ResourceKind, is_logical_name, now};
use crate::store::StoreError;

/// The minor version that added PATCH.
const UPDATE: u16 = 57;
/// The minor version that added `node`: an allocation for a node in use.
const BACKFILL: u16 = 58;

/// Allocations.
pub(crate) enum Allocation {}

impl Kind for Allocation {
    const TABLE: &'static Table = &ALLOCATION;

    fn schema() -> &'static Schema {
        &schema::ALLOCATION
    }

    fn check_patch(patch: &Patch, _before: &Resource, _ident: &str) -> Result<(), ApiError> {
        for name in patch.values("name").filter(|name| !name.is_null()) {
            let valid = name.as_str().is_some_and(is_logical_name);
            if !valid {
                let name = name
                    .as_str()
                    .map_or_else(|| name.to_string(), str::to_owned);
                return Err(ApiError::bad_request(format!(
                    "Cannot update allocation with invalid name '{name}'"
                )));
            }
        }
        Ok(())
    }
}

/// `POST /v1/allocations`: the answer shows the allocation as it was made; what came of it, the
/// client asks for.
pub(crate) async fn create(
    State(api): State<ApiState>,
    call: Call,
    Body(body): Body,
) -> Result<Response, ApiError> {
    schema::ALLOCATION.check(&body)?;
    let body = object(&body);
    if body.contains_key("node") && !call.version.has(BACKFILL) {
        return Err(ApiError::bad_request(
            "Schema error: Additional properties are not allowed ('node' was unexpected)",
        ));
    }
    wire::check_version(&ALLOCATION, body.keys().map(String::as_str), call.version)?;
    let mut allocation = Resource::new(ResourceKind::Allocation, now());
    wire::fill(&ALLOCATION, &body, &mut allocation)?;
    if let Some(name) = allocation
        .name
        .as_deref()
        .filter(|name| !is_logical_name(name))
    {
        return Err(ApiError::bad_request(format!(
            "Cannot create allocation with invalid name '{name}'"
        )));
    }
    let node = match body.get("node").and_then(Value::as_str) {
        Some(node) => {
            let node = ident::node(&api, call.version, node).await;
            Some(node.map_err(ApiError::about_the_body)?)
        }
        None => None,
    };
    if allocation.text("resource_class").is_none_or(str::is_empty) {
        let class = node.as_ref().and_then(|node| node.resource_class.clone());
        let Some(class) = class.filter(|_| node.is_some()) else {
            return Err(ApiError::bad_request(
                "The resource_class field is mandatory when not backfilling",
            ));
        };
        allocation
            .fields
            .insert("resource_class".to_owned(), class.into());
    }
    name_candidates(&api, &mut allocation).await?;
    let made = match node {
        Some(node) => backfill(&api, &body, allocation, &node).await?,
        None => api.conductor.create_allocation(allocation).await?,
    };
    Ok(created(&ALLOCATION, &made, &call))
}

/// An allocation for a node in use has the UUID of its instance, unless it names one.
async fn backfill(
    api: &ApiState,
    body: &JsonMap,
    mut allocation: Resource,
    node: &Node,
) -> Result<Resource, ApiError> {
    let named = body.get("uuid").is_some_and(|uuid| !uuid.is_null());
    if let Some(instance) = node.instance_uuid.filter(|_| !named) {
        allocation.uuid = instance;
    }
    Ok(api.conductor.backfill_allocation(allocation, node).await?)
}

/// Puts UUIDs in the place of the candidates' names.
async fn name_candidates(api: &ApiState, allocation: &mut Resource) -> Result<(), ApiError> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for candidate in allocation.texts("candidate_nodes") {
        match api.store().node(candidate).await {
            Ok(node) => found.push(Value::from(node.uuid.to_string())),
            Err(StoreError::NotFound { .. }) => missing.push(candidate.to_owned()),
            Err(error) => return Err(error.into()),
        }
    }
    if !missing.is_empty() {
        return Err(ApiError::bad_request(format!(
            "Nodes cannot be found: {}",
            missing.join(", ")
        )));
    }
    allocation
        .fields
        .insert("candidate_nodes".to_owned(), Value::Array(found));
    Ok(())
}

/// `PATCH /v1/allocations/{allocation}`
pub(crate) async fn update(
    api: State<ApiState>,
    call: Call,
    ident: Segments<String>,
    body: Body,
) -> Result<Json<Document>, ApiError> {
    if !call.version.has(UPDATE) {
        return Err(ApiError::fault(
            StatusCode::METHOD_NOT_ALLOWED,
            "The API version does not allow updating allocations",
        ));
    }
    super::update::update::<Allocation>(api, call, ident, body).await
}

/// `DELETE /v1/allocations/{allocation}`
pub(crate) async fn delete(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let allocation = find(&api, &ALLOCATION, call.version, &ident).await?;
    api.conductor.delete_allocation(&allocation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/nodes/{node}/allocation`
pub(crate) async fn of_node(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
) -> Result<Json<Document>, ApiError> {
    args.check(arguments::ONE, call.version)?;
    let selection = shape::selection(&ALLOCATION, &args, call.version)?;
    // Ironic lists the allocations of the node, and takes it for a part of the request.
    let node = ident::node(&api, call.version, &ident).await;
    let node = node.map_err(ApiError::about_the_body)?;
    let allocation = held(&api, &node).await?;
    let selection = selection.unwrap_or(Selection::Detail);
    Ok(Json(shape::resource(
        &ALLOCATION,
        &allocation,
        &selection,
        &call,
    )))
}

/// `DELETE /v1/nodes/{node}/allocation`
pub(crate) async fn delete_of_node(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let allocation = held(&api, &node).await?;
    api.conductor.delete_allocation(&allocation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The allocation that has a node.
async fn held(api: &ApiState, node: &Node) -> Result<Resource, ApiError> {
    let none = || ApiError::not_found(format!("Allocation for node {} was not found", node.uuid));
    let uuid = node.allocation_uuid.ok_or_else(none)?.to_string();
    match api.store().resource(ResourceKind::Allocation, &uuid).await {
        Err(StoreError::NotFound { .. }) => Err(none()),
        other => Ok(other?),
    }
}
