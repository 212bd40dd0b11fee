//! The resources beside nodes and ports. Their handlers are the same for every kind: what differs is
//! a table ([`Table`]) and, where a kind has rules of its own, an implementation of [`Kind`].

pub(crate) mod allocations;
pub(crate) mod chassis;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod inspection_rules;
pub(crate) mod list;
pub(crate) mod portgroups;
pub(crate) mod runbook_traits;
pub(crate) mod shape;
pub(crate) mod show;
pub(crate) mod steps;
pub(crate) mod update;
pub(crate) mod volume;
mod wire;

use axum::http::StatusCode;
use uuid::Uuid;

use super::error::ApiError;
use super::ident::{NO_SUFFIX, SUFFIX};
use super::patch::Patch;
use super::schema::Schema;
use super::state::ApiState;
use super::version::Version;
use super::version::resources::{Ident, Table};
use crate::model::{Resource, is_logical_name};
use crate::store::StoreError;

/// A kind of resource, for the handlers.
pub(crate) trait Kind: Send + Sync + 'static {
    /// What it has.
    const TABLE: &'static Table;

    /// The schema of its bodies, and of one after a patch.
    fn schema() -> &'static Schema;

    /// The schema of a new one's body where it is another in older versions.
    fn schema_at(_version: Version) -> &'static Schema {
        Self::schema()
    }

    /// What a patch may change where it is less in older versions.
    fn patchable(_version: Version) -> &'static [&'static str] {
        Self::TABLE.patchable
    }

    /// What a patch must keep to beyond schema and table; `ident` is as the path has it.
    fn check_patch(_patch: &Patch, _before: &Resource, _ident: &str) -> Result<(), ApiError> {
        Ok(())
    }

    /// What follows of a body by itself. `before` is missing for a new one.
    fn settle(_after: &mut Resource, _before: Option<&Resource>) {}

    /// What a new or changed one must keep to. `before` is missing for a new one.
    fn check(_before: Option<&Resource>, _after: &Resource) -> Result<(), ApiError> {
        Ok(())
    }
}

/// The one that a path names.
pub(crate) async fn find(
    api: &ApiState,
    table: &Table,
    version: Version,
    ident: &str,
) -> Result<Resource, ApiError> {
    check_ident(table.ident, ident)?;
    match api.store().resource(table.kind, ident).await {
        Err(StoreError::NotFound { .. }) if !version.has(NO_SUFFIX) && ident.ends_with(SUFFIX) => {
            let ident = ident.trim_end_matches(SUFFIX);
            Ok(api.store().resource(table.kind, ident).await?)
        }
        result => Ok(result?),
    }
}

fn check_ident(form: Ident, ident: &str) -> Result<(), ApiError> {
    let uuid = Uuid::try_parse(ident).is_ok();
    if uuid || (form.takes_names() && is_logical_name(ident)) {
        return Ok(());
    }
    Err(match form {
        Ident::Uuid(name) => ApiError::bad_request(format!("Expected UUID for {name}: {ident}")),
        Ident::SchemaUuid(_) => {
            ApiError::bad_request(format!("Schema error: '{ident}' is not a 'uuid'"))
        }
        Ident::Name(name) => {
            ApiError::bad_request(format!("Expected UUID or name for {name}: {ident}"))
        }
        Ident::Routed(name) => ApiError::flat(
            StatusCode::BAD_REQUEST,
            format!("Expected UUID or name for {name}: {ident}"),
        ),
        Ident::Logical(_) => ApiError::bad_request(format!(
            "Expected a logical name or UUID but received {ident}."
        )),
    })
}

/// `PATCH` and `DELETE` of a whole collection, which forgot whom they mean.
pub(crate) async fn without_ident<K: Kind>() -> ApiError {
    ApiError::bad_request(format!(
        "Missing mandatory parameter: {}",
        K::TABLE.ident.parameter()
    ))
}

/// A path below one that says too much: Ironic shows a member of a sub-collection at its own path
/// alone.
pub(crate) async fn malformed() -> ApiError {
    ApiError::bad_request("Malformed request URI.")
}
