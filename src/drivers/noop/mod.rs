//! Interfaces that do nothing and say so.

use async_trait::async_trait;

use super::DriverError;
use super::interfaces::{Identity, InspectInterface, Nic, Property};
use crate::model::Node;

/// `no-inspect`: the operator's ports and properties stand.
#[derive(Debug)]
pub struct NoInspect;

fn unsupported(node: &Node) -> DriverError {
    DriverError::Unsupported {
        driver: node.driver.clone(),
        feature: "inspect".to_owned(),
    }
}

#[async_trait]
impl InspectInterface for NoInspect {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        Err(unsupported(node))
    }

    async fn identity(&self, node: &Node) -> Result<Identity, DriverError> {
        Err(unsupported(node))
    }

    async fn nics(&self, node: &Node) -> Result<Vec<Nic>, DriverError> {
        Err(unsupported(node))
    }
}
