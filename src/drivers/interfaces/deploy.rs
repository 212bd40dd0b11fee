//! Deploy: the lists of steps.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;

use super::{Property, Step};
use crate::drivers::DriverError;
use crate::model::{Node, Port, StepKind};

/// What was made on a server for the nodes of a service, and how it is found there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedObject {
    /// Its name there.
    pub name: String,
    /// The nodes that have it.
    pub nodes: Vec<String>,
    /// Whether it is as it was made.
    pub state: SharedState,
    /// What is wrong and what to do, in words for a person.
    pub detail: Option<String>,
}

/// Whether something is as it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SharedState {
    /// It is.
    AsMade,
    /// It is gone; the next deploy makes it anew.
    Missing,
    /// Somebody has changed it.
    Changed,
    /// It can't be told: what the nodes ask for has changed since, or can't be read.
    Unknown,
}

/// Gives the steps by which a node is installed and emptied.
#[async_trait]
pub trait DeployInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no server.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// Looks whether anything speaks against a deploy that can be known before its first step, as
    /// far as the servers know: reads there, and changes nothing anywhere.
    ///
    /// # Errors
    /// What speaks against it, or why it can't be told.
    async fn preflight(&self, _: &Node, _: &[Port]) -> Result<(), DriverError> {
        Ok(())
    }

    /// The steps of a kind that it offers, those of equal priority in order. Its steps of the kind
    /// deploy with a priority are what brings a node from `available` to `active`.
    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>>;

    /// From `active` to the start of cleaning, in order.
    fn tear_down_steps(&self) -> Vec<Arc<dyn Step>>;

    /// What makes a deploy that failed or was aborted harmless, in order; the rest of it stays as
    /// it is for the operator to look at.
    fn abandon_steps(&self) -> Vec<Arc<dyn Step>>;

    /// What is looked at, in order, before a server counts as `active` that was installed by
    /// somebody else. Nothing of somebody else's is changed.
    fn adopt_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    /// The script that a node's installer fetches and runs in the installed system.
    fn install_script(&self, node: &Node, ports: &[Port]) -> Result<String, DriverError>;

    /// The script that an installer fetches whose answer file can hold none; nothing in it is the
    /// node's own.
    fn install_hooks(&self) -> Result<String, DriverError> {
        Err(DriverError::Unsupported {
            driver: "deploy interface".to_owned(),
            feature: "install_hooks".to_owned(),
        })
    }

    /// What was made on a server for these nodes, compared with what they ask for; `None` where
    /// there is no server of that name. Reads only.
    ///
    /// # Errors
    /// Those of the server.
    async fn shared_objects(
        &self,
        _server: &str,
        _nodes: &[Node],
    ) -> Result<Option<Vec<SharedObject>>, DriverError> {
        Ok(None)
    }

    /// The servers it can use: name and URL.
    fn servers(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}
