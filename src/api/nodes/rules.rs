//! What may be changed in a node, and when (Ironic 39.0.0).

use axum::http::StatusCode;

use super::wire::changed_interfaces;
use crate::api::error::ApiError;
use crate::api::patch::Patch;
use crate::api::version::Version;
use crate::model::Node;
use crate::states::ProvisionState;
#[allow(clippy::enum_glob_use)] // The tables must read like tables.
use crate::states::ProvisionState::*;

/// From here on a node that is being inspected can't be changed.
const INSPECT_WAIT: u16 = 39;
/// From here on a node can leave its chassis.
const LEAVE_CHASSIS: u16 = 25;

/// States in which interfaces and a resource class may be changed.
const FREE: [ProvisionState; 5] = [Enroll, Inspecting, InspectWait, Manageable, Available];

/// Whether a patch may be applied to a node in its present state.
pub(crate) fn check_state(
    node: &Node,
    ident: &str,
    patch: &Patch,
    version: Version,
) -> Result<(), ApiError> {
    if node.maintenance && patch.only_removes("instance_uuid") {
        return Ok(());
    }
    if node.target_provision_state.is_some() && !node.provision_state.allows_update() {
        return Err(ApiError::conflict(format!(
            "Node {ident} can not be updated while a state transition is in progress."
        )));
    }
    if node.provision_state == Inspecting && version.has(INSPECT_WAIT) {
        return Err(ApiError::conflict(format!(
            "Cannot update node \"{}\" while it is in state \"inspecting\".",
            node.uuid
        )));
    }
    Ok(())
}

/// Whether a node may become what a patch makes of it.
pub(crate) fn check_change(before: &Node, after: &Node, version: Version) -> Result<(), ApiError> {
    let uuid = before.uuid;
    if before.driver != after.driver && before.console_enabled {
        return Err(ApiError::conflict(format!(
            "Node {uuid} can not update the driver while the console is enabled. Please stop the \
             console first."
        )));
    }
    let free = FREE.contains(&before.provision_state);
    let interfaces = changed_interfaces(before, after);
    if before.driver == after.driver && !interfaces.is_empty() && !free && !before.maintenance {
        return Err(not_now(
            before,
            &interfaces.join(", "),
            "states or in maintenance mode",
        ));
    }
    if before.resource_class.is_some() && before.resource_class != after.resource_class && !free {
        return Err(not_now(before, "resource_class", "states"));
    }
    if let (Some(old), Some(new)) = (before.instance_uuid, after.instance_uuid)
        && old != new
    {
        return Err(ApiError::conflict(format!(
            "Node {uuid} is associated with instance {old}."
        )));
    }
    if after.protected && !before.protected && !matches!(before.provision_state, Active | Rescue) {
        return Err(ApiError::conflict(format!(
            "Node {uuid} can not have protected set unless it is in one of active or rescue \
             states. Current state is '{}'.",
            before.provision_state
        )));
    }
    if after.protected_reason.is_some() && !after.protected {
        return Err(ApiError::bad_request(
            "The protected_reason field can only be set when protected is True.",
        ));
    }
    if after.retired && !before.retired && before.provision_state == Available {
        return Err(ApiError::conflict(format!(
            "Node {uuid} can not have retired set while it is available; move it to manageable first."
        )));
    }
    if after.retired_reason.is_some() && !after.retired {
        return Err(ApiError::bad_request(
            "The retired_reason field can only be set when retired is True.",
        ));
    }
    if before.chassis_uuid.is_some() && after.chassis_uuid.is_none() && !version.has(LEAVE_CHASSIS)
    {
        return Err(ApiError::fault(
            StatusCode::NOT_ACCEPTABLE,
            "Request not acceptable.",
        ));
    }
    Ok(())
}

fn not_now(node: &Node, what: &str, end: &str) -> ApiError {
    let allowed = FREE.map(|state| state.to_string()).join(", ");
    ApiError::conflict(format!(
        "Node {} can not have {what} updated unless it is in one of allowed ({allowed}) {end}. \
         Current state is '{}'.",
        node.uuid, node.provision_state
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::version::fields::NODE_PATCHABLE;
    use crate::model::{InterfaceKind, Interfaces, now};

    fn node(state: ProvisionState) -> Node {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.enter(state, now());
        node
    }

    fn state_of(
        state: ProvisionState,
        maintenance: bool,
        field: &str,
        minor: u16,
    ) -> Result<(), ApiError> {
        let version = Version::new(minor).unwrap();
        let body = json!([{"op": "remove", "path": format!("/{field}")}]);
        let patch = Patch::parse(&body, NODE_PATCHABLE, version).unwrap();
        check_state(
            &Node {
                maintenance,
                ..node(state)
            },
            "n1",
            &patch,
            version,
        )
    }

    #[test]
    fn a_node_on_its_way_is_left_alone() {
        for state in [Deploying, DeployWait, Cleaning, CleanWait, Deleting] {
            assert_eq!(
                state_of(state, false, "extra", 110).unwrap_err().text(),
                "Node n1 can not be updated while a state transition is in progress."
            );
        }
        for state in [Active, Available, DeployFailed, CleanFailed, Verifying] {
            assert_eq!(state_of(state, false, "extra", 110), Ok(()), "{state}");
        }
    }

    #[test]
    fn an_instance_can_leave_a_node_in_maintenance_at_any_time() {
        assert!(state_of(Deploying, true, "instance_uuid", 110).is_ok());
        assert!(state_of(Deploying, false, "instance_uuid", 110).is_err());
        assert!(state_of(Deploying, true, "extra", 110).is_err());
    }

    #[test]
    fn inspection_locks_the_node_from_1_39_on() {
        assert!(state_of(Inspecting, false, "extra", 38).is_ok());
        assert!(state_of(Inspecting, false, "extra", 39).is_err());
    }

    #[test]
    fn an_active_node_keeps_its_class_and_interfaces() {
        let before = Node {
            resource_class: Some("a".to_owned()),
            ..node(Active)
        };
        let after = Node {
            resource_class: Some("b".to_owned()),
            ..before.clone()
        };
        assert_eq!(
            check_change(&before, &after, Version::LATEST)
                .unwrap_err()
                .text(),
            format!(
                "Node {} can not have resource_class updated unless it is in one of allowed \
                 (enroll, inspecting, inspect wait, manageable, available) states. Current state \
                 is 'active'.",
                before.uuid
            )
        );
        let mut after = before.clone();
        after.interfaces.set(InterfaceKind::Power, "other");
        assert!(check_change(&before, &after, Version::LATEST).is_err());
        let before = Node {
            maintenance: true,
            ..before
        };
        assert!(check_change(&before, &after, Version::LATEST).is_ok());
    }
}
