//! `GET /v1/lookup`: asked by Ironic's ramdisk agent. We have none, so nobody is ever found.

use super::error::ApiError;
use super::query::Args;

/// 400 without a question, else 404.
pub(crate) async fn lookup(args: Args) -> ApiError {
    if args.text("addresses").is_none() && args.text("node_uuid").is_none() {
        return ApiError::bad_request(
            "At least one of 'addresses' and 'node_uuid' parameters is required",
        );
    }
    ApiError::not_found("Resource could not be found.")
}
