//! For which nodes a runbook may be used.

use crate::api::error::ApiError;
use crate::api::resources::steps::RUNBOOK_TRAITS;
use crate::api::version::Version;
use crate::model::python::repr;
use crate::model::{Node, Resource};

/// Whether a runbook is approved for a node: one of its traits is the node's or, before they had
/// traits, its name is.
pub(super) fn check(runbook: &Resource, node: &Node, version: Version) -> Result<(), ApiError> {
    let not_approved = |why: String| {
        Err(ApiError::bad_request(format!(
            "This runbook has not been approved for use on this node {}. {why}",
            node.uuid
        )))
    };
    let is_held = |name: &str| node.traits.iter().any(|held| held == name);
    if !version.has(RUNBOOK_TRAITS) {
        if runbook.name.as_deref().is_some_and(is_held) {
            return Ok(());
        }
        return not_approved(
            "Please ask an administrator to add it to your node traits.".to_owned(),
        );
    }
    let mut traits = runbook.texts("traits");
    if traits.is_empty() {
        return Err(ApiError::bad_request(format!(
            "Runbook {} has no traits configured. Please ask an administrator to add traits to the \
             runbook.",
            runbook.uuid
        )));
    }
    if traits.iter().any(|name| is_held(name)) {
        return Ok(());
    }
    traits.sort_unstable();
    not_approved(format!(
        "The node does not have any of the runbook's traits {}. Please ask an administrator to add a \
         matching trait to your node.",
        repr(&traits.into())
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Interfaces, ResourceKind, now};

    fn approved(traits: &[&str], node_traits: &[&str], minor: u16) -> Result<(), ApiError> {
        let mut runbook = Resource::new(ResourceKind::Runbook, now());
        runbook.name = Some("CUSTOM_NAME".to_owned());
        runbook.fields.insert("traits".to_owned(), json!(traits));
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.traits = node_traits.iter().map(|&name| name.to_owned()).collect();
        check(&runbook, &node, Version::new(minor).unwrap())
    }

    #[test]
    fn a_runbook_is_approved_by_its_name_before_1_112_and_by_its_traits_after() {
        let (name, other) = (&["CUSTOM_NAME"][..], &["CUSTOM_T"][..]);
        assert!(approved(other, name, 111).is_ok());
        assert!(approved(other, other, 111).is_err());
        assert!(approved(other, other, 112).is_ok());
        assert!(approved(other, name, 112).is_err());
        let none = approved(&[], name, 112).unwrap_err();
        assert!(none.text().contains("has no traits configured"), "{none:?}");
    }
}
