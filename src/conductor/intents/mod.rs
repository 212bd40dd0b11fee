//! The intents: what the API may ask for. Each checks the node as it is saved, writes what is
//! wanted, and wakes the engine; none talks to hardware, but for the calls on boot devices that
//! Ironic answers at once.

mod abort;
pub(super) mod adopt;
mod allocations;
mod asked_steps;
mod management;
mod nodes;
mod passthru;
mod ports;
mod power;
mod provision;
pub(super) mod reports;
pub(super) mod rescue;
mod resources;
mod validate;

pub use provision::ProvisionRequest;
pub use reports::InstallEvidence;

use std::time::Duration;

use super::{Conductor, ConductorError};
use crate::model::{Node, now};
use crate::store::StoreError;

/// How long a call waits for a node that somebody holds before it answers 409. Steps are short;
/// Ironic waits as long (three tries, a second apart).
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

impl Conductor {
    /// The node as it is when nobody holds it.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`] where somebody holds it for longer than a call may wait.
    pub async fn unlocked_node(&self, ident: &str) -> Result<Node, ConductorError> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let node = self.inner.store.node(ident).await?;
            if !node.is_reserved(now()) {
                return Ok(node);
            }
            if tokio::time::Instant::now() >= deadline {
                return Err(locked(&node));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Changes a node that nobody holds; `change` runs again on the new state if somebody else
    /// was faster.
    async fn change<F>(&self, ident: &str, mut change: F) -> Result<Node, ConductorError>
    where
        F: FnMut(&mut Node) -> Result<(), ConductorError>,
    {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let mut node = self.unlocked_node(ident).await?;
            change(&mut node)?;
            match self.inner.store.save_node(&node).await {
                Err(StoreError::Stale) if tokio::time::Instant::now() < deadline => {}
                Err(StoreError::Stale) => return Err(locked(&node)),
                other => return Ok(other?),
            }
        }
    }
}

/// The node has work in hand that doesn't end by itself in a moment.
fn locked(node: &Node) -> ConductorError {
    ConductorError::NodeLocked {
        node: node.uuid,
        host: node
            .reservation
            .clone()
            .or_else(|| node.conductor.clone())
            .unwrap_or_default(),
    }
}
