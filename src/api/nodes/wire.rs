//! Nodes made of bodies, and the document of a node that a patch is applied to.

use serde_json::Value;
use strum::IntoEnumIterator as _;

use crate::api::error::ApiError;
use crate::api::mask::refuse_masks;
use crate::api::scalars::{boolean, object, optional_name, optional_text, text, uuid};
use crate::api::version::Version;
use crate::api::version::fields;
use crate::model::{InterfaceKind, JsonMap, Node};

/// Every field that a patch may change, as it is stored: secrets are not masked here.
pub(crate) fn document(node: &Node) -> JsonMap {
    fields::NODE_PATCHABLE
        .iter()
        .map(|name| ((*name).to_owned(), stored(node, name)))
        .collect()
}

fn stored(node: &Node, field: &str) -> Value {
    match field {
        "automated_clean" => node.automated_clean.into(),
        "chassis_uuid" => optional_name(node.chassis_uuid),
        "conductor_group" => node.conductor_group.as_str().into(),
        "description" => optional_text(node.description.as_deref()),
        "disable_power_off" => node.disable_power_off.into(),
        "driver" => node.driver.as_str().into(),
        "driver_info" => Value::Object(node.driver_info.clone()),
        "extra" => Value::Object(node.extra.clone()),
        "instance_info" => Value::Object(node.instance_info.clone()),
        "instance_name" => optional_text(node.instance_name.as_deref()),
        "instance_uuid" => optional_name(node.instance_uuid),
        "lessee" => optional_text(node.lessee.as_deref()),
        "maintenance" => node.maintenance.into(),
        "name" => optional_text(node.name.as_deref()),
        "network_data" => Value::Object(node.network_data.clone()),
        "owner" => optional_text(node.owner.as_deref()),
        "parent_node" => optional_name(node.parent_node),
        "properties" => Value::Object(node.properties.clone()),
        "protected" => node.protected.into(),
        "protected_reason" => optional_text(node.protected_reason.as_deref()),
        "resource_class" => optional_text(node.resource_class.as_deref()),
        "retired" => node.retired.into(),
        "retired_reason" => optional_text(node.retired_reason.as_deref()),
        "shard" => optional_text(node.shard.as_deref()),
        other => interface_kind(other).map_or(Value::Null, |kind| node.interfaces.get(kind).into()),
    }
}

/// The kind of interface that a field chooses.
pub(crate) fn interface_kind(field: &str) -> Option<InterfaceKind> {
    field.strip_suffix("_interface")?.parse().ok()
}

/// Sets a node's fields from a body that its schema has passed. Fields that aren't in `body` stay
/// as they are; null resets one.
pub(crate) fn apply(body: &JsonMap, node: &mut Node) -> Result<(), ApiError> {
    for (field, value) in body {
        set(node, field, value)?;
    }
    refuse_masks("driver_info", &node.driver_info)?;
    refuse_masks("instance_info", &node.instance_info)
}

fn set(node: &mut Node, field: &str, value: &Value) -> Result<(), ApiError> {
    let flag = || boolean(field, value).map(|flag| flag.unwrap_or(false));
    match field {
        "automated_clean" => node.automated_clean = boolean(field, value)?,
        "chassis_uuid" => node.chassis_uuid = uuid(field, value)?,
        "conductor_group" => {
            node.conductor_group = text(value).unwrap_or_default().to_lowercase();
        }
        "console_enabled" => node.console_enabled = flag()?,
        "description" => node.description = text(value),
        "disable_power_off" => node.disable_power_off = flag()?,
        "driver" => node.driver = text(value).unwrap_or_default(),
        "driver_info" => node.driver_info = object(value),
        "extra" => node.extra = object(value),
        "instance_info" => node.instance_info = object(value),
        "instance_name" => node.instance_name = text(value),
        "instance_uuid" => node.instance_uuid = uuid(field, value)?,
        "lessee" => node.lessee = text(value),
        "maintenance" => set_maintenance(node, flag()?),
        "name" => node.name = text(value),
        "network_data" => node.network_data = object(value),
        "owner" => node.owner = text(value),
        "parent_node" => node.parent_node = uuid(field, value)?,
        "properties" => node.properties = object(value),
        "protected" => node.protected = flag()?,
        "protected_reason" => node.protected_reason = text(value),
        "resource_class" => node.resource_class = text(value),
        "retired" => node.retired = flag()?,
        "retired_reason" => node.retired_reason = text(value),
        "shard" => node.shard = text(value),
        "uuid" => {
            if let Some(uuid) = uuid(field, value)? {
                node.uuid = uuid;
            }
        }
        other => {
            if let Some(kind) = interface_kind(other) {
                // Empty means the hardware type's default; the conductor fills it in.
                node.interfaces.set(kind, text(value).unwrap_or_default());
            }
        }
    }
    Ok(())
}

/// Leaving maintenance forgets why the node was in it.
fn set_maintenance(node: &mut Node, on: bool) {
    node.maintenance = on;
    if !on {
        node.maintenance_reason = None;
        node.fault = None;
    }
}

/// 406 where a body or a patch names fields that `version` doesn't have.
pub(crate) fn check_version<'a>(
    names: impl IntoIterator<Item = &'a str>,
    version: Version,
) -> Result<(), ApiError> {
    let too_new = |name: &str| {
        fields::find(fields::NODE, name).is_some_and(|field| !version.has(field.since))
    };
    if names.into_iter().any(too_new) {
        Err(ApiError::not_acceptable())
    } else {
        Ok(())
    }
}

/// The fields of interfaces that two nodes differ in.
pub(crate) fn changed_interfaces(before: &Node, after: &Node) -> Vec<String> {
    InterfaceKind::iter()
        .filter(|kind| before.interfaces.get(*kind) != after.interfaces.get(*kind))
        .map(|kind| format!("{kind}_interface"))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::version::fields::NODE_PATCHABLE;
    use crate::model::{Interfaces, now};

    fn node() -> Node {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        for kind in InterfaceKind::iter() {
            node.interfaces.set(kind, "fake");
        }
        node
    }

    #[test]
    fn a_nodes_own_document_changes_nothing() {
        let before = Node {
            name: Some("n".to_owned()),
            instance_uuid: Some(uuid::Uuid::new_v4()),
            maintenance: true,
            maintenance_reason: Some("fan".to_owned()),
            automated_clean: Some(false),
            conductor_group: "lab".to_owned(),
            driver_info: object(&json!({"cimc_password": "p"})),
            ..node()
        };
        let document = document(&before);
        assert_eq!(document.len(), NODE_PATCHABLE.len());
        let mut after = before.clone();
        apply(&document, &mut after).unwrap();
        assert_eq!(after, before);
    }

    #[test]
    fn words_for_booleans_are_taken_and_a_wrong_uuid_is_refused() {
        let mut node = node();
        apply(
            &object(&json!({"retired": "yes", "conductor_group": "LAB"})),
            &mut node,
        )
        .unwrap();
        assert!(node.retired);
        assert_eq!(node.conductor_group, "lab");
        let error = apply(&object(&json!({"instance_uuid": "zzz"})), &mut node).unwrap_err();
        assert_eq!(error.text(), "Expected UUID for instance_uuid: zzz");
    }

    #[test]
    fn leaving_maintenance_forgets_reason_and_fault() {
        let mut node = node();
        node.maintenance = true;
        node.fault = Some("power failure".to_owned());
        node.maintenance_reason = Some("x".to_owned());
        apply(&object(&json!({"maintenance": false})), &mut node).unwrap();
        assert_eq!((node.fault, node.maintenance_reason), (None, None));
    }
}
