//! Ports.

use crate::conductor::{Conductor, ConductorError};
use crate::model::{Node, Port};
use crate::states::ProvisionState as State;

impl Conductor {
    /// Makes a port.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Duplicate`], [`ConductorError::NodeLocked`].
    pub async fn create_port(&self, port: Port) -> Result<Port, ConductorError> {
        self.unlocked_node(&port.node_uuid.to_string()).await?;
        Ok(self.inner.store.create_port(&port).await?)
    }

    /// Changes a port. What says how it is cabled may change only while nobody relies on it.
    ///
    /// # Errors
    /// [`ConductorError::Conflict`] in such a state, [`crate::store::StoreError::Duplicate`].
    pub async fn update_port(&self, before: &Port, after: Port) -> Result<Port, ConductorError> {
        let node = self.unlocked_node(&before.node_uuid.to_string()).await?;
        let connectivity = before.physical_network != after.physical_network
            || before.local_link_connection != after.local_link_connection
            || before.pxe_enabled != after.pxe_enabled;
        if connectivity && !may_rewire(&node) {
            return Err(ConductorError::Conflict(format!(
                "Port {} can not have any connectivity attributes (pxe_enabled, portgroup_id, physical_network, \
                 local_link_connection) updated unless node {} is in a enroll, inspecting, inspect wait, manageable \
                 state or in maintenance mode. The current state of the node is {}.",
                before.uuid, node.uuid, node.provision_state
            )));
        }
        Ok(self.inner.store.save_port(before, &after).await?)
    }

    /// Deletes a port.
    ///
    /// # Errors
    /// [`crate::store::StoreError::NotFound`], [`ConductorError::NodeLocked`].
    pub async fn delete_port(&self, ident: &str) -> Result<(), ConductorError> {
        let port = self.inner.store.port(ident).await?;
        self.unlocked_node(&port.node_uuid.to_string()).await?;
        Ok(self.inner.store.delete_port(port.uuid).await?)
    }
}

const fn may_rewire(node: &Node) -> bool {
    node.maintenance
        || matches!(
            node.provision_state,
            State::Enroll | State::Inspecting | State::InspectWait | State::Manageable
        )
}
