//! Ports.

use crate::conductor::{Conductor, ConductorError};
use crate::model::{Node, Port, ResourceKind};
use crate::states::ProvisionState as State;
use crate::store::{Page, PortFilter, StoreError};

impl Conductor {
    /// Makes a port.
    ///
    /// # Errors
    /// [`crate::store::StoreError::Duplicate`], [`ConductorError::NodeLocked`].
    pub async fn create_port(&self, port: Port) -> Result<Port, ConductorError> {
        self.unlocked_node(&port.node_uuid.to_string()).await?;
        self.check_membership(&port).await?;
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
            || before.pxe_enabled != after.pxe_enabled
            || before.portgroup_uuid != after.portgroup_uuid;
        if connectivity && !may_rewire(&node) {
            return Err(ConductorError::Conflict(format!(
                "Port {} can not have any connectivity attributes (pxe_enabled, portgroup_id, physical_network, \
                 local_link_connection) updated unless node {} is in a enroll, inspecting, inspect wait, manageable \
                 state or in maintenance mode. The current state of the node is {}.",
                before.uuid, node.uuid, node.provision_state
            )));
        }
        if before.portgroup_uuid != after.portgroup_uuid
            || before.physical_network != after.physical_network
        {
            self.check_membership(&after).await?;
        }
        Ok(self.inner.store.save_port(before, &after).await?)
    }

    /// Whether a port may be a member of its portgroup: of the same node, on the same physical
    /// network as the other members or, without any, as the portgroup (Ironic 39.0.0).
    async fn check_membership(&self, port: &Port) -> Result<(), ConductorError> {
        let Some(uuid) = port.portgroup_uuid else {
            return Ok(());
        };
        let store = &self.inner.store;
        let group = store
            .resource(ResourceKind::Portgroup, &uuid.to_string())
            .await
            .map_err(|error| match error {
                StoreError::NotFound { .. } => ConductorError::InvalidParameter(error.to_string()),
                other => other.into(),
            })?;
        if group.node_uuid != Some(port.node_uuid) {
            return Err(ConductorError::InvalidParameter(
                "Port can not be added to a portgroup belonging to a different node.".to_owned(),
            ));
        }
        let members = PortFilter {
            portgroup_uuid: Some(uuid),
            ..PortFilter::default()
        };
        let members = store.ports(&members, &Page::all()).await?;
        let other = members.iter().find(|member| member.uuid != port.uuid);
        let network = match other {
            Some(member) => member.physical_network.as_deref(),
            None => match group.text("physical_network") {
                Some(network) => Some(network),
                None => return Ok(()),
            },
        };
        if network == port.physical_network.as_deref() {
            return Ok(());
        }
        let name = |network: Option<&str>| network.unwrap_or("None").to_owned();
        Err(ConductorError::Conflict(format!(
            "Port with physical network {} cannot become a member of port group {uuid} which has ports in physical \
             network {}.",
            name(port.physical_network.as_deref()),
            name(network)
        )))
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
