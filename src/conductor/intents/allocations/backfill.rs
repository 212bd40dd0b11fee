//! Allocations for nodes that are in use already.

use super::{failed, has_traits, take};
use crate::conductor::intents::locked;
use crate::conductor::{Conductor, ConductorError};
use crate::model::{Node, Resource, ResourceKind};
use crate::states::ProvisionState as State;
use crate::store::StoreError;

impl Conductor {
    /// Makes an allocation for a node that serves an instance already.
    ///
    /// # Errors
    /// [`ConductorError::Conflict`] where the node isn't what the allocation wants, and then there is
    /// no allocation; as [`Conductor::create_allocation`]; [`ConductorError::NodeLocked`].
    pub async fn backfill_allocation(
        &self,
        allocation: Resource,
        node: &Node,
    ) -> Result<Resource, ConductorError> {
        let (kind, uuid) = (ResourceKind::Allocation, allocation.uuid);
        if self
            .inner
            .store
            .resource(kind, &uuid.to_string())
            .await
            .is_ok()
        {
            return Err(StoreError::UuidTaken { kind, uuid }.into());
        }
        let node = self.unlocked_node(&node.uuid.to_string()).await?;
        let mut wrong = Vec::new();
        if node.provision_state != State::Active {
            wrong.push(format!(
                "Node must be in the \"active\" state, but the current state is \"{}\"",
                node.provision_state
            ));
        }
        let class = allocation.text("resource_class");
        if class.is_some() && class != node.resource_class.as_deref() {
            wrong.push(format!(
                "Resource class {} does not match the requested resource class {}",
                node.resource_class.as_deref().unwrap_or("None"),
                class.unwrap_or_default()
            ));
        }
        if !has_traits(&node, &allocation) {
            wrong.push(format!(
                "List of traits {} does not match the requested traits {}",
                node.traits.join(", "),
                allocation.texts("traits").join(", ")
            ));
        }
        let candidates = allocation.texts("candidate_nodes");
        if !candidates.is_empty() && !candidates.contains(&node.uuid.to_string().as_str()) {
            wrong.push(format!(
                "Candidate nodes must be empty or contain the target node, but got {}",
                candidates.join(", ")
            ));
        }
        if !wrong.is_empty() {
            return Err(ConductorError::Conflict(failed(
                &allocation,
                &format!(
                    "Cannot backfill an allocation for node {}: {}",
                    node.uuid,
                    wrong.join("; ")
                ),
            )));
        }
        if let Some(instance) = node.instance_uuid.filter(|uuid| *uuid != allocation.uuid) {
            return Err(ConductorError::Associated {
                node: node.uuid,
                instance,
            });
        }
        let made = self.inner.store.create_resource(&allocation).await?;
        let (taken, node) = take(&made, &node);
        match self.inner.store.save_allocation(&taken, &node).await {
            Ok(saved) => Ok(saved),
            Err(error) => {
                self.inner.store.delete_resource(&made).await?;
                Err(match error {
                    StoreError::Stale => locked(&node),
                    other => other.into(),
                })
            }
        }
    }
}
