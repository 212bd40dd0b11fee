//! `PATCH /v1/nodes/{node}`

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::shape::{self, Selection};
use super::{rules, wire};
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident::{self, check_node_name};
use crate::api::patch::Patch;
use crate::api::query::Args;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::api::version::arguments::Argument;
use crate::api::version::{Version, fields};
use crate::conductor::ConductorError;
use crate::model::Node;

/// How often a patch is tried on a node that changes at the same time.
const TRIES: u32 = 3;

/// What it takes in the query.
pub(crate) const ARGUMENTS: &[Argument] = &[Argument {
    name: "reset_interfaces",
    since: 45,
}];

/// Changes a node.
pub(crate) async fn update(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    args: Args,
    Body(body): Body,
) -> Result<Response, ApiError> {
    args.check(ARGUMENTS, call.version)?;
    let reset = args.boolean("reset_interfaces")?.unwrap_or(false);
    let patch = Patch::parse(&body, fields::NODE_PATCHABLE, call.version)?;
    wire::check_version(patch.fields(), call.version)?;
    if reset && patch.values("driver").next().is_none() {
        return Err(ApiError::bad_request(
            "The reset_interfaces parameter can only be used when changing the node's driver.",
        ));
    }
    let node = ident::node(&api, call.version, &ident).await?;
    rules::check_state(&node, &ident, &patch, call.version)?;
    // The state counts before the lock: a node at work says that it is, not who holds it.
    let uuid = node.uuid.to_string();
    let mut tries = 1;
    loop {
        let before = api.conductor.unlocked_node(&uuid).await?;
        let after = patched(&before, &ident, &patch, call.version)?;
        rules::check_change(&before, &after, call.version)?;
        // Without another driver there is nothing to reset (observed on Ironic 39.0.0).
        let reset = reset && before.driver != after.driver;
        match api.conductor.update_node(&before, after, reset).await {
            // Somebody was faster, as a report of the installed system; the patch is good for
            // what it has left too.
            Err(ConductorError::NodeLocked { .. }) if tries < TRIES => tries += 1,
            Err(error) => return Err(ApiError::from(error).about_the_body()),
            Ok(node) => return Ok(shape::answer(&node, &Selection::Detail, &call)),
        }
    }
}

/// The node as the patch makes it.
fn patched(before: &Node, ident: &str, patch: &Patch, version: Version) -> Result<Node, ApiError> {
    for name in patch.values("name").filter_map(Value::as_str) {
        check_node_name(name, version, |name| {
            format!("Node {ident}: Cannot change name to invalid name '{name}'")
        })?;
    }
    let mut document = patch.apply(wire::document(before))?;
    schema::NODE_PATCHED.check(&Value::Object(document.clone()))?;
    for field in fields::NODE_PATCHABLE {
        document.entry(*field).or_insert(Value::Null);
    }
    let mut after = before.clone();
    wire::apply(&document, &mut after)?;
    // The reason goes with what it is the reason for.
    if before.protected && !after.protected {
        after.protected_reason = None;
    }
    if before.retired && !after.retired {
        after.retired_reason = None;
    }
    Ok(after)
}

/// `PATCH /v1/nodes` and `DELETE /v1/nodes`, which forgot whom they mean.
pub(crate) async fn without_ident() -> ApiError {
    ApiError::bad_request("Missing mandatory parameter: node_ident")
}
