//! `POST /v1/continue_inspection`: what a ramdisk found. Nodes are inspected through their controllers
//! here, so that none ever waits for a ramdisk, and Ironic finds only nodes that do.

use super::error::ApiError;
use super::extract::{Body, Call};
use super::query::Args;
use super::schema;
use super::version::arguments::Argument;

/// The minor version that added it.
const SINCE: u16 = 84;
/// A version that Ironic takes as well, for the sake of old ramdisks.
const OLD: u16 = 1;

/// What it takes in the query.
pub(crate) const ARGUMENTS: &[Argument] = &[Argument {
    name: "node_uuid",
    since: 1,
}];

/// Looks for the node that was inspected, and never finds one.
pub(crate) async fn post(call: Call, args: Args, Body(body): Body) -> Result<(), ApiError> {
    args.check(ARGUMENTS, call.version)?;
    schema::INSPECTION_DATA.check(&body)?;
    let named = args.uuid("node_uuid")?.is_some();
    let old = call.version.minor() == OLD && !named;
    if !call.version.has(SINCE) && !old {
        return Err(ApiError::not_found(format!(
            "API version 1.{SINCE} or newer is required"
        )));
    }
    Err(ApiError::not_found("Resource could not be found."))
}
