//! What may be changed in a port, and when (Ironic 39.0.0).

use crate::api::error::ApiError;
use crate::api::version::Version;
use crate::model::{Node, Port};
use crate::states::ProvisionState;

/// From here on the ports of a node that is being inspected can't be changed.
const INSPECT_WAIT: u16 = 39;

/// Whether a port of `node` may become what a patch makes of it.
pub(crate) fn check_change(
    node: &Node,
    before: &Port,
    after: &Port,
    version: Version,
) -> Result<(), ApiError> {
    if node.provision_state == ProvisionState::Inspecting && version.has(INSPECT_WAIT) {
        return Err(ApiError::conflict(format!(
            "Cannot update port \"{}\" on \"{}\" while it is in state \"inspecting\".",
            before.uuid, node.uuid
        )));
    }
    if node.maintenance {
        return Ok(());
    }
    let occupied = node.provision_state == ProvisionState::Active || node.instance_uuid.is_some();
    if occupied && before.address != after.address {
        return Err(ApiError::conflict(format!(
            "Cannot update hardware address for port {} as node {} is active or has instance UUID \
             assigned",
            before.uuid, node.uuid
        )));
    }
    let recabled = before.pxe_enabled != after.pxe_enabled
        || before.portgroup_uuid != after.portgroup_uuid
        || before.local_link_connection != after.local_link_connection
        || before.physical_network != after.physical_network;
    let free = matches!(
        node.provision_state,
        ProvisionState::Enroll
            | ProvisionState::Inspecting
            | ProvisionState::InspectWait
            | ProvisionState::Manageable
    );
    if recabled && !free {
        return Err(ApiError::conflict(format!(
            "Port {} can not have any connectivity attributes (pxe_enabled, portgroup_id, \
             physical_network, local_link_connection) updated unless node {} is in a enroll, \
             inspecting, inspect wait, manageable state or in maintenance mode. The current state \
             is {}.",
            before.uuid, node.uuid, node.provision_state
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Interfaces, now};

    #[test]
    fn cabling_is_free_in_manageable_and_in_maintenance_alone() {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        let before = Port::new(node.uuid, "52:54:00:aa:bb:01".to_owned(), now());
        let after = Port {
            pxe_enabled: false,
            ..before.clone()
        };
        let check = |node: &Node| check_change(node, &before, &after, Version::LATEST);
        assert!(check(&node).is_ok());
        node.enter(ProvisionState::Available, now());
        assert!(check(&node).is_err());
        node.maintenance = true;
        assert!(check(&node).is_ok());
    }

    #[test]
    fn an_active_node_keeps_its_addresses() {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.enter(ProvisionState::Active, now());
        let before = Port::new(node.uuid, "52:54:00:aa:bb:01".to_owned(), now());
        let after = Port {
            address: "52:54:00:aa:bb:02".to_owned(),
            ..before.clone()
        };
        assert!(check_change(&node, &before, &after, Version::LATEST).is_err());
        let after = Port {
            description: Some("left".to_owned()),
            ..before.clone()
        };
        assert!(check_change(&node, &before, &after, Version::LATEST).is_ok());
    }
}
