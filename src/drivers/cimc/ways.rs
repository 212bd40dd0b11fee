//! Which way an operation goes: what the probe found for this controller, kept on the node.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cimc_client::{Capabilities, Operation, Way};

use crate::model::Node;

/// The key of `driver_internal_info` that holds what the probe found.
pub(super) const CAPABILITIES: &str = "cimc_capabilities";

/// What to do about an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// By this way.
    By(Way),
    /// Nobody has looked yet: it is tried.
    Unknown,
    /// It can't be done; the words say what was seen.
    Not(String),
}

/// What is known of controllers: what their nodes hold, and what this process has found since.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// By address; newer than what the node holds, until a job saves it there.
    found: Mutex<HashMap<String, Capabilities>>,
}

impl Ways {
    /// What is known of a node's controller.
    pub(super) fn of(&self, node: &Node) -> Option<Capabilities> {
        let address = node.driver_text("cimc_address").unwrap_or_default();
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(capabilities) = found.get(address) {
            return Some(capabilities.clone());
        }
        let saved = node.driver_internal_info.get(CAPABILITIES)?;
        serde_json::from_value(saved.clone()).ok()
    }

    /// Remembers what a probe has found.
    pub(super) fn learn(&self, node: &Node, capabilities: Capabilities) {
        let address = node.driver_text("cimc_address").unwrap_or_default();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(address.to_owned(), capabilities);
    }

    /// The way for an operation on a node's controller.
    pub(super) fn choose(&self, node: &Node, operation: Operation) -> Choice {
        match self.of(node) {
            Some(known) => choose(&known, operation),
            None => Choice::Unknown,
        }
    }
}

fn choose(known: &Capabilities, operation: Operation) -> Choice {
    match known
        .operations
        .iter()
        .find(|one| one.operation == operation)
    {
        Some(one) => match one.way {
            Some(way) => Choice::By(way),
            None => Choice::Not(one.evidence.clone()),
        },
        None => Choice::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use cimc_client::Capability;
    use serde_json::json;

    use super::*;
    use crate::model::{Interfaces, now};

    fn node() -> Node {
        let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
        node.driver_info
            .insert("cimc_address".to_owned(), json!("10.0.0.1"));
        node
    }

    fn found(way: Option<Way>) -> Capabilities {
        Capabilities {
            operations: vec![Capability {
                operation: Operation::HostNics,
                way,
                evidence: "594 no class named adaptorHostEthIf".to_owned(),
            }],
            ..Capabilities::default()
        }
    }

    #[test]
    fn a_node_that_was_not_probed_leaves_it_open() {
        assert_eq!(
            Ways::default().choose(&node(), Operation::HostNics),
            Choice::Unknown
        );
    }

    #[test]
    fn what_the_node_holds_decides_and_what_was_found_since_stands_above_it() {
        let mut node = node();
        let saved = serde_json::to_value(found(None)).unwrap();
        node.driver_internal_info
            .insert(CAPABILITIES.to_owned(), saved);
        let ways = Ways::default();
        assert!(
            matches!(ways.choose(&node, Operation::HostNics), Choice::Not(why) if why.contains("594"))
        );
        assert_eq!(ways.choose(&node, Operation::Power), Choice::Unknown);
        ways.learn(&node, found(Some(Way::Xml)));
        assert_eq!(
            ways.choose(&node, Operation::HostNics),
            Choice::By(Way::Xml)
        );
    }
}
