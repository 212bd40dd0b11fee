//! Nodes and ports as rules see them, and the fields that rules may set. Those that others rely on
//! (states, the driver, who has the node) are not among them; Ironic 39.0.0 lets a rule set any.

use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::conditions::is_true;
use crate::model::python;
use crate::model::{InterfaceKind, JsonMap, Node, Port, is_logical_name, normalise_mac};

/// Something with fields that rules set.
pub(super) trait Record {
    /// Its fields under Ironic's names, secrets included.
    fn document(&self) -> JsonMap;

    /// Sets a field, in the form in which it is kept.
    fn assign(&mut self, field: &str, value: Value) -> Result<(), String>;
}

impl Record for Node {
    fn document(&self) -> JsonMap {
        node(self)
    }

    fn assign(&mut self, field: &str, value: Value) -> Result<(), String> {
        match field {
            "name" => self.name = name(&value)?,
            "driver_info" => self.driver_info = map(value)?,
            "extra" => self.extra = map(value)?,
            "instance_info" => self.instance_info = map(value)?,
            "network_data" => self.network_data = map(value)?,
            "properties" => self.properties = map(value)?,
            "description" => self.description = text(&value)?,
            "instance_name" => self.instance_name = text(&value)?,
            "lessee" => self.lessee = text(&value)?,
            "maintenance_reason" => self.maintenance_reason = text(&value)?,
            "owner" => self.owner = text(&value)?,
            "resource_class" => self.resource_class = text(&value)?,
            "retired_reason" => self.retired_reason = text(&value)?,
            "shard" => self.shard = text(&value)?,
            "conductor_group" => {
                self.conductor_group = text(&value)?.unwrap_or_default().to_lowercase();
            }
            "automated_clean" => self.automated_clean = flag(&value)?,
            "disable_power_off" => self.disable_power_off = flag(&value)?.unwrap_or_default(),
            "maintenance" => self.maintenance = flag(&value)?.unwrap_or_default(),
            "retired" => self.retired = flag(&value)?.unwrap_or_default(),
            other => {
                let kind = other
                    .strip_suffix("_interface")
                    .and_then(|kind| kind.parse::<InterfaceKind>().ok())
                    .ok_or_else(|| format!("a rule can't set the field {other} of a node"))?;
                let name = text(&value)?.ok_or("an interface has a name")?;
                self.interfaces.set(kind, name);
            }
        }
        Ok(())
    }
}

/// A node's fields under Ironic's names.
pub(super) fn node(node: &Node) -> JsonMap {
    let fields = json!({
        "uuid": node.uuid, "name": node.name, "driver": node.driver,
        "driver_info": node.driver_info, "driver_internal_info": node.driver_internal_info,
        "instance_info": node.instance_info, "properties": node.properties, "extra": node.extra,
        "network_data": node.network_data, "instance_uuid": node.instance_uuid,
        "instance_name": node.instance_name, "chassis_uuid": node.chassis_uuid,
        "parent_node": node.parent_node, "resource_class": node.resource_class,
        "conductor_group": node.conductor_group, "owner": node.owner, "lessee": node.lessee,
        "shard": node.shard, "description": node.description, "traits": node.traits,
        "provision_state": node.provision_state.to_string(),
        "power_state": node.power_state.map(|state| state.to_string()),
        "boot_mode": node.boot_mode, "secure_boot": node.secure_boot,
        "automated_clean": node.automated_clean, "maintenance": node.maintenance,
        "maintenance_reason": node.maintenance_reason, "protected": node.protected,
        "retired": node.retired, "retired_reason": node.retired_reason,
        "disable_power_off": node.disable_power_off,
    });
    let mut fields = match fields {
        Value::Object(fields) => fields,
        _ => JsonMap::new(),
    };
    for kind in InterfaceKind::iter() {
        fields.insert(
            format!("{kind}_interface"),
            node.interfaces.get(kind).into(),
        );
    }
    fields
}

impl Record for Port {
    fn document(&self) -> JsonMap {
        let fields = json!({
            "uuid": self.uuid, "address": self.address, "name": self.name,
            "description": self.description, "pxe_enabled": self.pxe_enabled,
            "local_link_connection": self.local_link_connection,
            "physical_network": self.physical_network, "is_smartnic": self.is_smartnic,
            "vendor": self.vendor, "category": self.category, "extra": self.extra,
            "internal_info": self.internal_info,
        });
        match fields {
            Value::Object(fields) => fields,
            _ => JsonMap::new(),
        }
    }

    fn assign(&mut self, field: &str, value: Value) -> Result<(), String> {
        match field {
            "address" => {
                let address = text(&value)?.unwrap_or_default();
                self.address = normalise_mac(&address)
                    .ok_or_else(|| format!("{address:?} is no MAC address"))?;
            }
            "name" => self.name = name(&value)?,
            "extra" => self.extra = map(value)?,
            "local_link_connection" => self.local_link_connection = map(value)?,
            "description" => self.description = text(&value)?,
            "physical_network" => self.physical_network = text(&value)?,
            "vendor" => self.vendor = text(&value)?,
            "category" => self.category = text(&value)?,
            "pxe_enabled" => self.pxe_enabled = flag(&value)?.unwrap_or(true),
            "is_smartnic" => self.is_smartnic = flag(&value)?.unwrap_or_default(),
            other => return Err(format!("a rule can't set the field {other} of a port")),
        }
        Ok(())
    }
}

fn name(value: &Value) -> Result<Option<String>, String> {
    let name = text(value)?;
    match &name {
        Some(wrong) if !is_logical_name(wrong) || uuid::Uuid::try_parse(wrong).is_ok() => {
            Err(format!("{wrong:?} can't be a name"))
        }
        _ => Ok(name),
    }
}

/// A text; numbers and truths become one.
fn text(value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Array(_) | Value::Object(_) => Err(format!("{} is no text", python::repr(value))),
        other => Ok(Some(python::text(other))),
    }
}

fn flag(value: &Value) -> Result<Option<bool>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Array(_) | Value::Object(_) => {
            Err(format!("{} is neither true nor false", python::repr(value)))
        }
        other => Ok(Some(is_true(other))),
    }
}

fn map(value: Value) -> Result<JsonMap, String> {
    match value {
        Value::Null => Ok(JsonMap::new()),
        Value::Object(map) => Ok(map),
        other => Err(format!("{} is no object", python::repr(&other))),
    }
}
