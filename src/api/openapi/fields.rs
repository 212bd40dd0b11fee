//! What the fields of nodes and ports are. The tables of [`crate::api::version::fields`] say which
//! there are in a version; here is what each looks like and means.

use super::shape::Member;
use super::shape::Shape::{
    self, Any, Flag, Links, Maybe, Object, Power, Provision, Text, Texts, Time, Uuid, Word,
};
use crate::api::version::fields::Field;

/// A field: its name, what it looks like, what it means.
pub(super) type Fact = (&'static str, Shape, &'static str);

const MAYBE_TEXT: Shape = Maybe(&Text);
const MAYBE_TIME: Shape = Maybe(&Time);
const MAYBE_UUID: Shape = Maybe(&Uuid);

/// What is the same wherever it stands.
#[rustfmt::skip]
const COMMON: &[Fact] = &[
    ("uuid", Uuid, "Its identifier; chosen by the service unless given."),
    ("created_at", Time, "When it was made."),
    ("updated_at", MAYBE_TIME, "When it was last changed."),
    ("name", MAYBE_TEXT, "Its name, which is unique and stands for the UUID in paths."),
    ("description", MAYBE_TEXT, "What an operator says of it."),
    ("extra", Object, "Whatever clients want to keep with it."),
    ("links", Links, "Where it is."),
    ("owner", MAYBE_TEXT, "The project that it belongs to."),
];

/// A node's.
#[rustfmt::skip]
pub(super) const NODE: &[Fact] = &[
    ("automated_clean", Maybe(&Flag), "Whether it is cleaned on its way to `available`; null is what the service is configured to."),
    ("bios_interface", MAYBE_TEXT, "What sets its BIOS up."),
    ("boot_interface", MAYBE_TEXT, "What makes it boot an installer."),
    ("boot_mode", MAYBE_TEXT, "`bios` or `uefi`, as last read or set."),
    ("clean_step", Object, "The step of the cleaning that runs, else empty."),
    ("conductor_group", Text, "The group of conductors that may work on it."),
    ("console_enabled", Flag, "Whether its console is on."),
    ("console_interface", MAYBE_TEXT, "What serves its console."),
    ("disable_power_off", Flag, "Whether it must never be switched off."),
    ("deploy_interface", MAYBE_TEXT, "What installs it."),
    ("deploy_step", Object, "The step of the deploy that runs, else empty."),
    ("driver", Text, "Its hardware type."),
    ("driver_info", Object, "How its controller is reached; secrets are masked."),
    ("driver_internal_info", Object, "What the service notes of it; `ferric_job` is the work in hand."),
    ("fault", MAYBE_TEXT, "Why the service put it into maintenance."),
    ("firmware_interface", MAYBE_TEXT, "What updates its firmware."),
    ("health", MAYBE_TEXT, "`OK`, `Warning` or `Critical`, as its controller says."),
    ("inspection_finished_at", MAYBE_TIME, "When its newest inspection ended."),
    ("inspection_started_at", MAYBE_TIME, "When its newest inspection began."),
    ("inspect_interface", MAYBE_TEXT, "What inspects it."),
    ("instance_info", Object, "What is to be installed; secrets are masked."),
    ("instance_name", MAYBE_TEXT, "The name of what is installed on it."),
    ("instance_uuid", MAYBE_UUID, "What is installed on it, or is to be."),
    ("last_error", MAYBE_TEXT, "What went wrong last, why, and what to do."),
    ("lessee", MAYBE_TEXT, "The project that may use it."),
    ("maintenance", Flag, "Whether the service leaves it alone."),
    ("maintenance_reason", MAYBE_TEXT, "Why it is in maintenance."),
    ("management_interface", MAYBE_TEXT, "What sets its boot device and the like."),
    ("network_data", Object, "The network of an installer without DHCP."),
    ("network_interface", MAYBE_TEXT, "What attaches it to networks."),
    ("parent_node", MAYBE_UUID, "The node that it is a part of."),
    ("power_interface", MAYBE_TEXT, "What switches it on and off."),
    ("power_state", Maybe(&Power), "Whether it is on, as last read."),
    ("properties", Object, "What is known of its hardware: `cpus`, `memory_mb`, `local_gb`, `cpu_arch`, `capabilities`."),
    ("protected", Flag, "Whether it may be neither undeployed nor deleted."),
    ("protected_reason", MAYBE_TEXT, "Why it is protected."),
    ("provision_state", Maybe(&Provision), "Its state; null where a version knows no word for it."),
    ("provision_updated_at", MAYBE_TIME, "Since when it is in that state."),
    ("raid_config", Object, "The arrays that it has."),
    ("raid_interface", MAYBE_TEXT, "What builds its arrays."),
    ("rescue_interface", MAYBE_TEXT, "What rescues it."),
    ("reservation", MAYBE_TEXT, "The conductor that works on it now."),
    ("resource_class", MAYBE_TEXT, "What allocations and schedulers take it for."),
    ("retired", Flag, "Whether it is never made available again."),
    ("retired_reason", MAYBE_TEXT, "Why it is retired."),
    ("secure_boot", Maybe(&Flag), "Whether it boots signed systems alone, as last read."),
    ("service_step", Object, "The step of the servicing that runs, else empty."),
    ("shard", MAYBE_TEXT, "The shard that it belongs to."),
    ("storage_interface", MAYBE_TEXT, "What attaches remote volumes."),
    ("target_power_state", Maybe(&Power), "The power state that it is on its way to."),
    ("target_provision_state", Maybe(&Provision), "The state that it is on its way to."),
    ("target_raid_config", Object, "The arrays that it is to have."),
    ("traits", Texts, "What it can, for allocations and schedulers."),
    ("vendor_interface", MAYBE_TEXT, "What has its vendor's methods."),
    ("conductor", MAYBE_TEXT, "The conductor that looks after it."),
    ("allocation_uuid", MAYBE_UUID, "The allocation that it was chosen for."),
    ("chassis_uuid", MAYBE_UUID, "The chassis that it is in."),
    ("ports", Links, "Where its ports are."),
    ("states", Links, "Where its states are."),
    ("portgroups", Links, "Where its portgroups are."),
    ("volume", Links, "Where its volumes are."),
];

/// A port's.
#[rustfmt::skip]
pub(super) const PORT: &[Fact] = &[
    ("address", Text, "Its MAC address."),
    ("internal_info", Object, "What the service notes of it."),
    ("is_smartnic", Flag, "Whether it is of a card that is a computer of its own."),
    ("local_link_connection", Object, "The switch and its port at the other end of the cable."),
    ("physical_network", MAYBE_TEXT, "The network that it is plugged into."),
    ("pxe_enabled", Flag, "Whether the node may boot an installer through it."),
    ("node_uuid", Uuid, "The node that it belongs to."),
    ("vendor", MAYBE_TEXT, "Who made it."),
    ("category", MAYBE_TEXT, "What it is for, in an operator's word."),
    ("portgroup_uuid", MAYBE_UUID, "The portgroup that it is in."),
    ("available_for_dynamic_portgroup", Flag, "Whether a portgroup may be made of it as needed."),
];

/// What is said of a field of one of these or of all.
pub(super) fn fact(own: &[Fact], name: &str) -> Option<Fact> {
    let find = |facts: &[Fact]| facts.iter().find(|(known, ..)| *known == name).copied();
    find(own).or_else(|| find(COMMON))
}

/// A table of fields as members. A field of which nothing is said, which a test refuses, may be
/// anything.
pub(super) fn members(table: &[Field], own: &[Fact]) -> Vec<Member> {
    let member = |field: &Field| {
        let (_, shape, says) = fact(own, field.name).unwrap_or((field.name, Any, ""));
        Member {
            name: field.name.into(),
            since: field.since,
            shape,
            says,
        }
    };
    table.iter().map(member).collect()
}

/// The severities of a node's history.
pub(super) const SEVERITY: Shape = Word(&["INFO", "ERROR"]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::version::fields;

    #[test]
    fn every_field_of_the_tables_has_a_form_and_a_meaning() {
        for (table, own) in [(fields::NODE, NODE), (fields::PORT, PORT)] {
            for field in table {
                assert!(
                    fact(own, field.name).is_some(),
                    "{} in src/api/openapi/fields.rs",
                    field.name
                );
            }
        }
    }
}
