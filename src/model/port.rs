//! A port: one network interface of a node.

use uuid::Uuid;

use super::{JsonMap, Time};

/// A network interface of a node, with the fields of Ironic's API 1.115.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// Order of creation; Ironic's default sort key.
    pub id: i64,
    /// Identifier.
    pub uuid: Uuid,
    /// The node it belongs to.
    pub node_uuid: Uuid,
    /// MAC address, lower case with colons; unique.
    pub address: String,
    /// A name, unique where given (API 1.88).
    pub name: Option<String>,
    /// Free text (API 1.97).
    pub description: Option<String>,
    /// Whether the node may boot from the network through it.
    pub pxe_enabled: bool,
    /// Switch and port it is cabled to.
    pub local_link_connection: JsonMap,
    /// The portgroup it is a member of.
    pub portgroup_uuid: Option<Uuid>,
    /// The physical network it is on.
    pub physical_network: Option<String>,
    /// Whether it is on a Smart NIC.
    pub is_smartnic: bool,
    /// Who made the interface (API 1.100).
    pub vendor: Option<String>,
    /// The operator's category (API 1.101).
    pub category: Option<String>,
    /// Whether a portgroup may be made of it when an instance asks for one (API 1.111). It is kept;
    /// no network interface here makes portgroups.
    pub available_for_dynamic_portgroup: bool,
    /// The operator's own data.
    pub extra: JsonMap,
    /// What the service noted; read-only for clients.
    pub internal_info: JsonMap,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Option<Time>,
}

impl Port {
    /// A port with Ironic's defaults.
    pub fn new(node_uuid: Uuid, address: String, now: Time) -> Self {
        Self {
            id: 0,
            uuid: Uuid::new_v4(),
            node_uuid,
            address,
            name: None,
            description: None,
            pxe_enabled: true,
            local_link_connection: JsonMap::new(),
            portgroup_uuid: None,
            physical_network: None,
            is_smartnic: false,
            vendor: None,
            category: None,
            available_for_dynamic_portgroup: true,
            extra: JsonMap::new(),
            internal_info: JsonMap::new(),
            created_at: now,
            updated_at: None,
        }
    }
}

/// A MAC address in the one form that is stored (lower case, colons), or `None` if it is none.
/// Dashes are taken as separators too; anything else Ironic refuses, and so do we.
pub fn normalise_mac(text: &str) -> Option<String> {
    let text = text.trim();
    let separator = text.chars().nth(2).filter(|c| matches!(c, ':' | '-'))?;
    let bytes: Vec<&str> = text.split(separator).collect();
    let valid = bytes.len() == 6
        && bytes
            .iter()
            .all(|b| b.len() == 2 && b.chars().all(|c| c.is_ascii_hexdigit()));
    valid.then(|| bytes.join(":").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::normalise_mac;

    #[test]
    fn a_mac_is_stored_in_lower_case_with_colons() {
        assert_eq!(
            normalise_mac("00-25-B5-AA-0F-01").as_deref(),
            Some("00:25:b5:aa:0f:01")
        );
        for bad in [
            "",
            "zz",
            "00:25:b5:aa:0f",
            "00:25-b5:aa:0f:01",
            "0025.b5aa.0f01",
            "é0:25:b5:aa:0f:01",
        ] {
            assert_eq!(normalise_mac(bad), None, "{bad}");
        }
    }
}
