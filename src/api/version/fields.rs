//! The fields of nodes and ports, in the order of Ironic's answers, with the version that added
//! each.

/// A field of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The minor version that added it.
    pub since: u16,
    /// Whether `?fields=` may name it.
    pub selectable: bool,
}

pub(in crate::api::version) const fn f(name: &'static str, since: u16) -> Field {
    Field {
        name,
        since,
        selectable: true,
    }
}

/// In full answers only.
const fn full(name: &'static str, since: u16) -> Field {
    Field {
        name,
        since,
        selectable: false,
    }
}

/// The field of that name.
pub fn find(table: &'static [Field], name: &str) -> Option<&'static Field> {
    table.iter().find(|field| field.name == name)
}

/// A node's fields.
#[rustfmt::skip]
pub const NODE: &[Field] = &[
    f("uuid", 1),
    full("created_at", 1),
    f("updated_at", 1),
    f("automated_clean", 47),
    f("bios_interface", 40),
    f("boot_interface", 31),
    f("boot_mode", 75),
    f("clean_step", 7),
    f("conductor_group", 46),
    f("console_enabled", 1),
    f("console_interface", 31),
    f("disable_power_off", 95),
    f("deploy_interface", 31),
    f("deploy_step", 44),
    f("description", 51),
    f("driver", 1),
    f("driver_info", 1),
    f("driver_internal_info", 3),
    f("extra", 1),
    f("fault", 42),
    f("firmware_interface", 86),
    f("health", 109),
    f("inspection_finished_at", 6),
    f("inspection_started_at", 6),
    f("inspect_interface", 31),
    f("instance_info", 1),
    f("instance_name", 104),
    f("instance_uuid", 1),
    f("last_error", 1),
    f("lessee", 65),
    f("maintenance", 1),
    f("maintenance_reason", 1),
    f("management_interface", 31),
    f("name", 5),
    f("network_data", 66),
    f("network_interface", 20),
    f("owner", 50),
    f("parent_node", 83),
    f("power_interface", 31),
    f("power_state", 1),
    f("properties", 1),
    f("protected", 48),
    f("protected_reason", 48),
    f("provision_state", 1),
    f("provision_updated_at", 1),
    f("raid_config", 12),
    f("raid_interface", 31),
    f("rescue_interface", 38),
    f("reservation", 1),
    f("resource_class", 21),
    f("retired", 61),
    f("retired_reason", 61),
    f("secure_boot", 75),
    f("service_step", 87),
    f("shard", 82),
    f("storage_interface", 33),
    f("target_power_state", 1),
    f("target_provision_state", 1),
    f("target_raid_config", 12),
    f("traits", 37),
    f("vendor_interface", 31),
    f("links", 1),
    f("conductor", 49),
    f("allocation_uuid", 52),
    f("chassis_uuid", 1),
    full("ports", 1),
    full("states", 14),
    full("portgroups", 24),
    full("volume", 32),
];

/// What a list of nodes shows unless told otherwise; `links` always comes with it. In the order of
/// Ironic's links to the next page.
pub const NODE_DEFAULT: &[&str] = &[
    "instance_uuid",
    "maintenance",
    "power_state",
    "provision_state",
    "uuid",
    "name",
];

/// What a client may PATCH in a node, in the order of Ironic's error text.
pub const NODE_PATCHABLE: &[&str] = &[
    "automated_clean",
    "bios_interface",
    "boot_interface",
    "chassis_uuid",
    "conductor_group",
    "console_interface",
    "deploy_interface",
    "description",
    "disable_power_off",
    "driver",
    "driver_info",
    "extra",
    "inspect_interface",
    "instance_info",
    "instance_name",
    "instance_uuid",
    "lessee",
    "maintenance",
    "management_interface",
    "name",
    "network_data",
    "network_interface",
    "owner",
    "power_interface",
    "properties",
    "protected",
    "protected_reason",
    "raid_interface",
    "rescue_interface",
    "resource_class",
    "retired",
    "retired_reason",
    "shard",
    "storage_interface",
    "vendor_interface",
    "parent_node",
    "firmware_interface",
];

/// A port's fields.
#[rustfmt::skip]
pub const PORT: &[Field] = &[
    f("uuid", 1),
    f("created_at", 1),
    f("updated_at", 1),
    f("address", 1),
    f("extra", 1),
    f("internal_info", 18),
    f("is_smartnic", 53),
    f("local_link_connection", 19),
    f("physical_network", 34),
    f("pxe_enabled", 19),
    f("node_uuid", 1),
    f("name", 88),
    f("description", 97),
    f("vendor", 100),
    f("category", 101),
    f("available_for_dynamic_portgroup", 111),
    f("links", 1),
    f("portgroup_uuid", 24),
];

/// What a list of ports shows unless told otherwise.
pub const PORT_DEFAULT: &[&str] = &["uuid", "address"];

/// What a client may PATCH in a port, in the order of Ironic's error text.
pub const PORT_PATCHABLE: &[&str] = &[
    "address",
    "extra",
    "is_smartnic",
    "local_link_connection",
    "node_ident",
    "node_uuid",
    "physical_network",
    "portgroup_uuid",
    "pxe_enabled",
    "name",
    "description",
    "vendor",
    "category",
    "available_for_dynamic_portgroup",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::api::version::{MAX_MINOR, MIN_MINOR};

    #[test]
    fn every_field_stands_once_and_in_a_version_that_exists() {
        for table in [NODE, PORT] {
            let names: HashSet<_> = table.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), table.len());
            for field in table {
                assert!(
                    (MIN_MINOR..=MAX_MINOR).contains(&field.since),
                    "{}",
                    field.name
                );
            }
        }
    }

    #[test]
    fn what_lists_show_and_patches_change_are_fields() {
        for name in NODE_DEFAULT.iter().chain(NODE_PATCHABLE) {
            assert!(find(NODE, name).is_some(), "{name}");
        }
        for name in PORT_DEFAULT {
            assert!(find(PORT, name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_fields_of_1_5_are_those_observed() {
        let names: Vec<_> = NODE
            .iter()
            .filter(|field| field.since <= 5)
            .map(|field| field.name)
            .collect();
        assert_eq!(
            names.join(" "),
            "uuid created_at updated_at console_enabled driver driver_info driver_internal_info \
             extra instance_info instance_uuid last_error maintenance maintenance_reason name \
             power_state properties provision_state provision_updated_at reservation \
             target_power_state target_provision_state links chassis_uuid ports"
        );
    }
}
