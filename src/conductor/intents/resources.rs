//! Records beside nodes and ports.

use uuid::Uuid;

use crate::conductor::{Conductor, ConductorError};
use crate::model::{Node, Resource, ResourceKind};
use crate::states::{PowerState, ProvisionState as State};
use crate::store::{Page, ResourceFilter};

impl Conductor {
    /// Makes a resource.
    ///
    /// # Errors
    /// Those of [`crate::store::Store::create_resource`]; [`ConductorError::NodeLocked`].
    pub async fn create_resource(&self, resource: Resource) -> Result<Resource, ConductorError> {
        if let Some(node) = resource.node_uuid {
            self.unlocked_node(&node.to_string()).await?;
        }
        Ok(self.inner.store.create_resource(&resource).await?)
    }

    /// Changes a resource. One without a change isn't written.
    ///
    /// # Errors
    /// [`ConductorError::InvalidState`] for a volume of a node that isn't off;
    /// [`ConductorError::Conflict`] for a portgroup that shall leave its node while somebody relies
    /// on it; those of [`crate::store::Store::save_resource`].
    pub async fn update_resource(
        &self,
        before: &Resource,
        after: Resource,
    ) -> Result<Resource, ConductorError> {
        if let Some(uuid) = before.node_uuid {
            let node = self.unlocked_node(&uuid.to_string()).await?;
            if is_volume(before.kind) && !is_off(&node) {
                return Err(not_off(before, &node, "update"));
            }
        }
        if after == *before {
            return Ok(after);
        }
        if after.kind == ResourceKind::Portgroup && after.node_uuid != before.node_uuid {
            self.check_move(&after, after.node_uuid.unwrap_or_default())
                .await?;
        }
        Ok(self.inner.store.save_resource(before, &after).await?)
    }

    /// Deletes a resource.
    ///
    /// # Errors
    /// [`ConductorError::InvalidState`] for a volume of a node that isn't off; those of
    /// [`crate::store::Store::delete_resource`].
    pub async fn delete_resource(&self, resource: &Resource) -> Result<(), ConductorError> {
        if let Some(uuid) = resource.node_uuid {
            let node = self.unlocked_node(&uuid.to_string()).await?;
            let unused = matches!(
                node.provision_state,
                State::Enroll | State::Manageable | State::AdoptFailed
            );
            if is_volume(resource.kind) && !is_off(&node) && !unused {
                return Err(not_off(resource, &node, "deletion"));
            }
        }
        Ok(self.inner.store.delete_resource(resource).await?)
    }

    /// Deletes all of a kind.
    ///
    /// # Errors
    /// As [`Conductor::delete_resource`].
    pub async fn delete_resources(&self, kind: ResourceKind) -> Result<(), ConductorError> {
        let everything = ResourceFilter::default();
        let all = self
            .inner
            .store
            .resources(kind, &everything, &Page::all())
            .await?;
        for resource in all {
            self.delete_resource(&resource).await?;
        }
        Ok(())
    }

    /// Whether a portgroup may go to that node: it takes no ports along.
    async fn check_move(&self, group: &Resource, to: Uuid) -> Result<(), ConductorError> {
        let node = self.unlocked_node(&to.to_string()).await?;
        let free = matches!(
            node.provision_state,
            State::Enroll | State::Inspecting | State::InspectWait | State::Manageable
        );
        if !free && !node.maintenance {
            return Err(ConductorError::Conflict(format!(
                "Portgroup {} can not be associated to node {to} unless the node is in a enroll, inspecting, inspect \
                 wait, manageable state or in maintenance mode. Current state is '{}'.",
                group.uuid, node.provision_state
            )));
        }
        if self.inner.store.has_members(group.uuid).await? {
            return Err(ConductorError::InvalidParameter(format!(
                "Portgroup {} can not be associated with node {to} because there are ports associated with this \
                 portgroup.",
                group.uuid
            )));
        }
        Ok(())
    }
}

const fn is_volume(kind: ResourceKind) -> bool {
    matches!(
        kind,
        ResourceKind::VolumeConnector | ResourceKind::VolumeTarget
    )
}

/// Off, and not about to be switched on.
fn is_off(node: &Node) -> bool {
    node.target_power_state.or(node.power_state) == Some(PowerState::Off)
}

/// Ironic shows the power state in the place of the provision state.
fn not_off(volume: &Resource, node: &Node, action: &str) -> ConductorError {
    let state = node
        .power_state
        .map_or("None".to_owned(), |state| state.to_string());
    let what = volume.kind.title().to_lowercase();
    ConductorError::InvalidParameter(format!(
        "The requested action \"{what} {action}\" can not be performed on node \"{}\" while it is in state \
         \"{state}\".",
        node.uuid
    ))
}
