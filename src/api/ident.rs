//! Identifiers in paths and names of nodes.

use axum::http::StatusCode;
use uuid::Uuid;

use super::error::ApiError;
use super::state::ApiState;
use super::version::Version;
use crate::model::{Node, Port, is_logical_name};
use crate::store::StoreError;

/// The minor version that added names of nodes.
pub(crate) const NODE_NAMES: u16 = 5;
/// From here on a node's name needn't be a host name.
const FREE_NODE_NAMES: u16 = 10;
/// The minor version that added names of ports.
const PORT_NAMES: u16 = 88;
/// From here on `.json` at the end of an identifier means nothing.
pub(crate) const NO_SUFFIX: u16 = 91;
/// That end.
pub(crate) const SUFFIX: &str = ".json";

/// Words that can't name a node, for they are routes.
const RESERVED: [&str; 6] = [
    "maintenance",
    "management",
    "states",
    "vendor_passthru",
    "detail",
    "validate",
];

/// The node that a path names by UUID or name.
pub(crate) async fn node(api: &ApiState, version: Version, ident: &str) -> Result<Node, ApiError> {
    if Uuid::try_parse(ident).is_err() {
        if !version.has(NODE_NAMES) {
            return Err(ApiError::not_found(format!(
                "Node {ident} could not be found."
            )));
        }
        check(ident)?;
    }
    match api.store().node(ident).await {
        Err(StoreError::NotFound { .. }) if !version.has(NO_SUFFIX) && ident.ends_with(SUFFIX) => {
            Ok(api.store().node(ident.trim_end_matches(SUFFIX)).await?)
        }
        result => Ok(result?),
    }
}

/// The port that a path names by UUID or name.
pub(crate) async fn port(api: &ApiState, version: Version, ident: &str) -> Result<Port, ApiError> {
    if Uuid::try_parse(ident).is_err() {
        check(ident)?;
        if !version.has(PORT_NAMES) {
            return Err(ApiError::not_found(format!(
                "Port {ident} could not be found."
            )));
        }
    }
    Ok(api.store().port(ident).await?)
}

/// 400 in the flat form for what can be neither UUID nor name.
pub(crate) fn check(ident: &str) -> Result<(), ApiError> {
    if is_logical_name(ident) {
        return Ok(());
    }
    Err(ApiError::flat(
        StatusCode::BAD_REQUEST,
        format!("Expected UUID or name for node: {ident}"),
    ))
}

/// Checks a name that a node shall get; `complaint` makes the text for a wrong one.
pub(crate) fn check_node_name(
    name: &str,
    version: Version,
    complaint: impl FnOnce(&str) -> String,
) -> Result<(), ApiError> {
    if !version.has(NODE_NAMES) {
        return Err(ApiError::not_acceptable());
    }
    let valid = if version.has(FREE_NODE_NAMES) {
        is_logical_name(name)
    } else {
        is_host_name(name)
    };
    if !valid || Uuid::try_parse(name).is_ok() {
        return Err(ApiError::bad_request(complaint(name)));
    }
    if RESERVED.contains(&name) {
        return Err(ApiError::bad_request(format!(
            "The word \"{name}\" is reserved and can not be used as a node name. Reserved words \
             are: {}.",
            RESERVED.join(", ")
        )));
    }
    Ok(())
}

/// Labels of letters, digits and inner hyphens, with dots between.
fn is_host_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name.trim_end_matches('.').split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str, minor: u16) -> Result<(), ApiError> {
        check_node_name(name, Version::new(minor).unwrap(), |name| {
            format!("Cannot create node with invalid name '{name}'")
        })
    }

    #[test]
    fn names_are_host_names_before_1_10_and_free_after() {
        assert!(
            name("rack1~host_2", 10).is_ok(),
            "metal3 puts a tilde into names"
        );
        assert!(name("rack1~host_2", 9).is_err());
        assert!(name("rack1.host-2", 5).is_ok());
        assert_eq!(
            name("x", 4).unwrap_err().status(),
            StatusCode::NOT_ACCEPTABLE
        );
    }

    #[test]
    fn wrong_and_reserved_names_are_refused() {
        assert_eq!(
            name("a b", 110).unwrap_err().text(),
            "Cannot create node with invalid name 'a b'"
        );
        assert!(
            name("detail", 110)
                .unwrap_err()
                .text()
                .starts_with("The word \"detail\" is reserved")
        );
        assert!(name("4bc4396e-7eec-4102-89ca-05647e6149a6", 110).is_err());
    }
}
