//! Allocations: choosing a node for somebody who named what it must be like.
//!
//! An allocation and its node change in one transaction, each only if nobody has changed it since it
//! was read: of parallel requests for one node exactly one gets it, and no crash leaves a node taken
//! without its allocation.

mod backfill;
mod search;

use std::time::Duration;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::conductor::{Conductor, ConductorError};
use crate::model::{Node, Resource, ResourceKind, now};
use crate::states::ProvisionState as State;
use crate::store::{Page, ResourceFilter, StoreError};

/// From this age on an allocation that is still `allocating` was left by a process that died.
const ORPHAN: Duration = Duration::from_secs(30);

impl Conductor {
    /// Makes an allocation and looks for a node. What comes back is the allocation as it was made;
    /// what came of it stands in the store.
    ///
    /// # Errors
    /// [`StoreError::UuidTaken`], [`StoreError::NameTaken`].
    pub async fn create_allocation(
        &self,
        allocation: Resource,
    ) -> Result<Resource, ConductorError> {
        let made = self.inner.store.create_resource(&allocation).await?;
        self.allocate(made.clone()).await?;
        Ok(made)
    }

    /// Ends an allocation, and lets go of its node.
    ///
    /// # Errors
    /// [`ConductorError::Conflict`] while the node is active or on its way and not in maintenance.
    pub async fn delete_allocation(&self, allocation: &Resource) -> Result<(), ConductorError> {
        let Some(node) = allocation.node_uuid else {
            return Ok(self.inner.store.delete_resource(allocation).await?);
        };
        let uuid = allocation.uuid;
        // The store drops the allocation with the node's word that it is free.
        self.change(&node.to_string(), |node| {
            let busy = node.target_provision_state.is_some()
                && !node.provision_state.allows_update();
            let reason = if busy {
                format!(
                    "the node is in state {} where updates are not allowed (and maintenance mode is off)",
                    node.provision_state
                )
            } else if node.provision_state == State::Active {
                "the node is active (and maintenance mode is off)".to_owned()
            } else {
                String::new()
            };
            if !reason.is_empty() && !node.maintenance {
                return Err(ConductorError::Conflict(format!(
                    "Cannot remove allocation {uuid} for node {}, because {reason}",
                    node.uuid
                )));
            }
            node.allocation_uuid = None;
            node.instance_uuid = None;
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Takes up the allocations that a process which died left without an outcome, until `stop` is
    /// cancelled.
    pub(in crate::conductor) async fn take_up_allocations(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.resume_allocations().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "can't take up the allocations that were left"
                );
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(ORPHAN) => {}
            }
        }
    }

    async fn resume_allocations(&self) -> Result<(), ConductorError> {
        let filter = ResourceFilter {
            equal: vec![("state", "allocating".to_owned())],
            ..ResourceFilter::default()
        };
        let kind = ResourceKind::Allocation;
        let left = self
            .inner
            .store
            .resources(kind, &filter, &Page::all())
            .await?;
        for orphan in left {
            if now() - ORPHAN > orphan.created_at {
                tracing::info!(allocation.uuid = %orphan.uuid, "takes up an allocation that was left");
                self.allocate(orphan).await?;
            }
        }
        Ok(())
    }

    /// Finds a node for an allocation and saves what came of it.
    async fn allocate(&self, mut allocation: Resource) -> Result<(), ConductorError> {
        let Err(reason) = self.find_node(&allocation).await? else {
            return Ok(());
        };
        let before = allocation.clone();
        let fields = &mut allocation.fields;
        fields.insert("state".to_owned(), "error".into());
        let text = failed(&before, &reason);
        tracing::info!(allocation.uuid = %before.uuid, reason, "no node for an allocation");
        fields.insert("last_error".to_owned(), text.into());
        match self.inner.store.save_resource(&before, &allocation).await {
            // Somebody deleted or changed it meanwhile: it is theirs.
            Ok(_) | Err(StoreError::Stale) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Ironic's words for an allocation that came to nothing.
fn failed(allocation: &Resource, reason: &str) -> String {
    format!(
        "Failed to process allocation {}: {reason}.",
        allocation.uuid
    )
}

fn has_traits(node: &Node, allocation: &Resource) -> bool {
    let mut traits = allocation.texts("traits").into_iter();
    traits.all(|wanted| node.traits.iter().any(|held| held == wanted))
}

/// Both as they are when the allocation has the node.
fn take(allocation: &Resource, node: &Node) -> (Resource, Node) {
    let (mut allocation, mut node) = (allocation.clone(), node.clone());
    let traits = allocation.fields.get("traits").cloned();
    node.instance_uuid = Some(allocation.uuid);
    node.allocation_uuid = Some(allocation.uuid);
    node.instance_info
        .insert("traits".to_owned(), traits.unwrap_or_default());
    allocation.node_uuid = Some(node.uuid);
    allocation
        .fields
        .insert("state".to_owned(), "active".into());
    allocation
        .fields
        .insert("last_error".to_owned(), Value::Null);
    (allocation, node)
}
