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
use crate::model::{HistoryEntry, Node, now};
use crate::store::StoreError;

/// How often a call that waits for a node looks at it.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

impl Conductor {
    /// The node as it is when nobody holds it.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`] where somebody holds it for longer than a call may wait.
    pub async fn unlocked_node(&self, ident: &str) -> Result<Node, ConductorError> {
        let deadline = tokio::time::Instant::now() + self.inner.options.call_patience;
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
    /// was faster, and while it says that the node's work in hand is in its way: a change of power
    /// shows its result a moment before it is over, and clients that see it go on at once.
    async fn change<F>(&self, ident: &str, mut change: F) -> Result<Node, ConductorError>
    where
        F: FnMut(&mut Node) -> Result<(), ConductorError>,
    {
        self.change_noting(ident, |node| change(node).map(|()| None))
            .await
    }

    /// The same, with what the change has to say to the node's history.
    async fn change_noting<F>(&self, ident: &str, mut change: F) -> Result<Node, ConductorError>
    where
        F: FnMut(&mut Node) -> Result<Option<HistoryEntry>, ConductorError>,
    {
        let deadline = tokio::time::Instant::now() + self.inner.options.call_patience;
        loop {
            let mut node = self.unlocked_node(ident).await?;
            let is_late = tokio::time::Instant::now() >= deadline;
            let entry = match change(&mut node) {
                Err(ConductorError::NodeLocked { .. }) if !is_late => {
                    tokio::time::sleep(LOOK_AGAIN).await;
                    continue;
                }
                other => other?,
            };
            match self.inner.store.save_outcome(&node, entry.as_slice()).await {
                Err(StoreError::Stale) if !is_late => {}
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
