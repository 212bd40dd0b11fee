//! Ports made of bodies, and the document of a port that a patch is applied to.

use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::scalars::{boolean, object, optional_name, optional_text, text, uuid};
use crate::api::schema;
use crate::api::version::Version;
use crate::api::version::fields;
use crate::model::{JsonMap, Port, normalise_mac};

/// The minor version that let a port name its node by name.
pub(crate) const NODE_IDENT: u16 = 94;
/// The minor version that added `local_link_connection.network_type`.
const NETWORK_TYPE: u16 = 64;

/// Every field that a patch may change, as it is stored.
pub(crate) fn document(port: &Port) -> JsonMap {
    object(&json!({
        "address": port.address,
        "extra": port.extra,
        "is_smartnic": port.is_smartnic,
        "local_link_connection": port.local_link_connection,
        "node_uuid": port.node_uuid.to_string(),
        "physical_network": optional_text(port.physical_network.as_deref()),
        "portgroup_uuid": optional_name(port.portgroup_uuid),
        "pxe_enabled": port.pxe_enabled,
        "name": optional_text(port.name.as_deref()),
        "description": optional_text(port.description.as_deref()),
        "vendor": optional_text(port.vendor.as_deref()),
        "category": optional_text(port.category.as_deref()),
        "available_for_dynamic_portgroup": port.available_for_dynamic_portgroup,
    }))
}

/// A MAC address out of a body or a query.
pub(crate) fn mac(name: &str, text: &str) -> Result<String, ApiError> {
    normalise_mac(text).ok_or_else(|| {
        ApiError::bad_request(format!("Expected valid MAC address for {name}: {text}"))
    })
}

/// Sets a port's fields from a body that its schema has passed; null resets one. The node is set
/// by the caller, who looks it up.
pub(crate) fn apply(body: &JsonMap, port: &mut Port) -> Result<(), ApiError> {
    for (field, value) in body {
        set(port, field, value)?;
    }
    Ok(())
}

fn set(port: &mut Port, field: &str, value: &Value) -> Result<(), ApiError> {
    match field {
        "address" => port.address = mac(field, value.as_str().unwrap_or_default())?,
        "extra" => port.extra = object(value),
        "is_smartnic" => port.is_smartnic = boolean(field, value)?.unwrap_or(false),
        "local_link_connection" => port.local_link_connection = local_link(value)?,
        "physical_network" => port.physical_network = text(value),
        "portgroup_uuid" => port.portgroup_uuid = uuid(field, value)?,
        "pxe_enabled" => port.pxe_enabled = boolean(field, value)?.unwrap_or(true),
        "uuid" => {
            if let Some(uuid) = uuid(field, value)? {
                port.uuid = uuid;
            }
        }
        "name" => port.name = text(value),
        "description" => port.description = text(value),
        "vendor" => port.vendor = text(value),
        "category" => port.category = text(value),
        "available_for_dynamic_portgroup" => {
            port.available_for_dynamic_portgroup = boolean(field, value)?.unwrap_or(true);
        }
        _ => {}
    }
    Ok(())
}

/// Where the port is cabled to; a switch's MAC is stored as every MAC is.
fn local_link(value: &Value) -> Result<JsonMap, ApiError> {
    schema::LOCAL_LINK.check(&Value::Object(object(value)))?;
    let mut link = object(value);
    if let Some(Value::String(switch)) = link.get_mut("switch_id") {
        match normalise_mac(switch) {
            Some(mac) => *switch = mac,
            None if is_datapath_id(switch) => *switch = switch.to_ascii_lowercase(),
            None => {
                return Err(ApiError::bad_request(format!(
                    "Expected a MAC address or OpenFlow datapath ID but received {switch}."
                )));
            }
        }
    }
    Ok(link)
}

/// A datapath of `OpenFlow`: `0x` or nothing, and sixteen hexadecimal digits.
fn is_datapath_id(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// 406 where a body or a patch names what `version` doesn't have.
pub(crate) fn check_version<'a>(
    names: impl IntoIterator<Item = &'a str>,
    body: &Value,
    version: Version,
) -> Result<(), ApiError> {
    let too_new = |name: &str| {
        (name == "node_ident" && !version.has(NODE_IDENT))
            || fields::find(fields::PORT, name).is_some_and(|field| !version.has(field.since))
    };
    let network_type = body["local_link_connection"].get("network_type").is_some();
    if names.into_iter().any(too_new) || (network_type && !version.has(NETWORK_TYPE)) {
        return Err(ApiError::not_acceptable());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::now;

    #[test]
    fn a_ports_own_document_changes_nothing() {
        let mut before = Port::new(
            ::uuid::Uuid::new_v4(),
            "52:54:00:aa:bb:01".to_owned(),
            now(),
        );
        before.local_link_connection =
            object(&json!({"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": "1"}));
        before.name = Some("eth0".to_owned());
        let mut after = before.clone();
        apply(&document(&before), &mut after).unwrap();
        assert_eq!(after, before);
    }

    #[test]
    fn addresses_are_stored_in_one_form_and_wrong_ones_refused() {
        let mut port = Port::new(::uuid::Uuid::new_v4(), String::new(), now());
        let body = json!({
            "address": "52:54:00:AA:BB:01", "pxe_enabled": "False",
            "local_link_connection": {"switch_id": "0A:1B:2C:3D:4E:5F", "port_id": "Eth3/1"},
        });
        apply(&object(&body), &mut port).unwrap();
        assert_eq!(port.address, "52:54:00:aa:bb:01");
        assert_eq!(port.local_link_connection["switch_id"], "0a:1b:2c:3d:4e:5f");
        assert!(!port.pxe_enabled);
        let error = apply(&object(&json!({"address": "not-a-mac"})), &mut port).unwrap_err();
        assert_eq!(
            error.text(),
            "Expected valid MAC address for address: not-a-mac"
        );
        assert!(
            apply(
                &object(&json!({"local_link_connection": {"port_id": "1"}})),
                &mut port
            )
            .is_err()
        );
    }
}
