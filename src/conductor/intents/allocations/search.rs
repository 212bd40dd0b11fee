//! The search for a node.

use rand::seq::SliceRandom as _;
use uuid::Uuid;

use super::{has_traits, take};
use crate::conductor::intents::LOOK_AGAIN;
use crate::conductor::{Conductor, ConductorError};
use crate::model::{Node, Resource, now};
use crate::states::ProvisionState as State;
use crate::store::{NodeColumns, NodeFilter, Page, StoreError};

impl Conductor {
    /// Takes a node for an allocation; the inner error is why there is none.
    pub(super) async fn find_node(
        &self,
        allocation: &Resource,
    ) -> Result<Result<(), String>, ConductorError> {
        let mut candidates = match self.candidates(allocation).await? {
            Ok(candidates) => candidates,
            Err(reason) => return Ok(Err(reason)),
        };
        let deadline = tokio::time::Instant::now() + self.inner.options.call_patience;
        loop {
            let mut locked = Vec::new();
            for uuid in candidates {
                let node = match self.inner.store.node(&uuid.to_string()).await {
                    Ok(node) if is_free(&node, allocation) => node,
                    Ok(_) | Err(StoreError::NotFound { .. }) => continue,
                    Err(error) => return Err(error.into()),
                };
                if node.is_reserved(now()) {
                    locked.push(uuid);
                    continue;
                }
                let (taken, node) = take(allocation, &node);
                match self.inner.store.save_allocation(&taken, &node).await {
                    Ok(_) => {
                        tracing::info!(allocation.uuid = %allocation.uuid, node.uuid = %uuid, "allocated");
                        return Ok(Ok(()));
                    }
                    // The node was faster, or somebody else; the next look shows which.
                    Err(StoreError::Stale) => locked.push(uuid),
                    Err(StoreError::Duplicate { .. }) => {
                        return Ok(Err(format!(
                            "instance {} is associated with another node",
                            allocation.uuid
                        )));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            if locked.is_empty() {
                return Ok(Err(
                    "all nodes were filtered out during reservation".to_owned()
                ));
            }
            if tokio::time::Instant::now() >= deadline {
                let count = locked.len();
                return Ok(Err(format!(
                    "could not reserve any of {count} suitable nodes"
                )));
            }
            candidates = locked;
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The nodes that would do, in the order in which they are tried: the one of the allocation's
    /// name first, the others at random, so that parallel requests don't all ask for the same.
    async fn candidates(
        &self,
        allocation: &Resource,
    ) -> Result<Result<Vec<Uuid>, String>, ConductorError> {
        let class = allocation.text("resource_class").unwrap_or_default();
        let filter = NodeFilter {
            resource_class: Some(class.to_owned()),
            provision_state: Some(State::Available),
            associated: Some(false),
            maintenance: Some(false),
            project: allocation.text("owner").map(str::to_owned),
            include_children: true,
            ..NodeFilter::default()
        };
        let everything = Page::all();
        let looked_at = NodeColumns::of(["name", "power_state", "traits"]);
        let nodes = self
            .inner
            .store
            .parts_of_nodes(&filter, &everything, &looked_at);
        let mut nodes = nodes.await?;
        let wanted = allocation.texts("candidate_nodes");
        nodes.retain(|node| {
            let named = wanted.is_empty() || wanted.contains(&node.uuid.to_string().as_str());
            named && node.power_state.is_some()
        });
        if nodes.is_empty() {
            return Ok(Err(if wanted.is_empty() {
                format!("no available nodes match the resource class {class}")
            } else {
                format!(
                    "none of the requested nodes are available and match the resource class {class}"
                )
            }));
        }
        nodes.retain(|node| has_traits(node, allocation));
        if nodes.is_empty() {
            let traits = allocation.texts("traits").join(", ");
            return Ok(Err(format!(
                "no suitable nodes have the requested traits {traits}"
            )));
        }
        nodes.shuffle(&mut rand::rng());
        nodes.sort_by_key(|node| node.name.is_none() || node.name != allocation.name);
        Ok(Ok(nodes.iter().map(|node| node.uuid).collect()))
    }
}

/// Whether a node can still be had for an allocation.
fn is_free(node: &Node, allocation: &Resource) -> bool {
    node.provision_state == State::Available
        && !node.maintenance
        && node.instance_uuid.is_none()
        && node.resource_class.as_deref() == allocation.text("resource_class")
        && has_traits(node, allocation)
}
