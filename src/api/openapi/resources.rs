//! What the fields of the other resources are; the tables of [`crate::api::version::resources`] say
//! which there are, and how the kind's own are kept.

use super::fields::{Fact, fact};
use super::shape::Shape::{Any, Links, LinksInList, Maybe, Text, Texts, Uuid};
use super::shape::{Member, Shape};
use crate::api::version::fields::Field;
use crate::api::version::resources::Table;
use crate::model::ResourceKind;

const MAYBE_TEXT: Shape = Maybe(&Text);
const MAYBE_UUID: Shape = Maybe(&Uuid);

/// What schemas call one of the kind.
pub(super) fn component(table: &Table) -> &'static str {
    match table.kind {
        ResourceKind::Chassis => "Chassis",
        ResourceKind::Portgroup => "Portgroup",
        ResourceKind::DeployTemplate => "DeployTemplate",
        ResourceKind::Runbook => "Runbook",
        ResourceKind::Allocation => "Allocation",
        ResourceKind::VolumeConnector => "VolumeConnector",
        ResourceKind::VolumeTarget => "VolumeTarget",
        ResourceKind::InspectionRule => "InspectionRule",
    }
}

/// What is said of a kind's fields. A field of its own looks as the kind's table says, whatever stands
/// here.
#[rustfmt::skip]
pub(super) fn facts(kind: ResourceKind) -> &'static [Fact] {
    match kind {
        ResourceKind::Chassis => &[
            ("nodes", LinksInList, "Where its nodes are."),
        ],
        ResourceKind::Portgroup => &[
            ("address", MAYBE_TEXT, "Its MAC address."),
            ("internal_info", Any, "What the service notes of it."),
            ("mode", Any, "How its ports work together, as the kernel's bonding calls it."),
            ("properties", Any, "Settings of the mode."),
            ("standalone_ports_supported", Any, "Whether its ports also work one by one, as they must to boot."),
            ("node_uuid", Uuid, "The node that it belongs to."),
            ("physical_network", Any, "The network that it is plugged into."),
            ("category", Any, "What it is for, in an operator's word."),
            ("dynamic_portgroup", Any, "Whether it was made as needed."),
            ("ports", Links, "Where its ports are."),
        ],
        ResourceKind::Allocation => &[
            ("candidate_nodes", Texts, "The nodes to choose from; none is all."),
            ("last_error", Any, "Why no node was found."),
            ("resource_class", Any, "The class that the node must have."),
            ("state", Any, "`allocating`, `active` or `error`."),
            ("traits", Texts, "The traits that the node must have."),
            ("node_uuid", MAYBE_UUID, "The node that was chosen."),
        ],
        ResourceKind::DeployTemplate => &[
            ("name", Text, "Its name, which is a trait: a deploy of a node whose instance has it takes the steps."),
            ("steps", Any, "Its steps: interface, step, priority, args."),
        ],
        ResourceKind::Runbook => &[
            ("name", Text, "Its name; a node that it may be run on has it as a trait."),
            ("steps", Any, "Its steps: interface, step, order, args."),
            ("public", Any, "Whether every project may use it."),
            ("disable_ramdisk", Any, "Whether its steps need no ramdisk."),
            ("traits", Texts, "The traits by which nodes may have it run on them."),
        ],
        ResourceKind::VolumeConnector => &[
            ("connector_id", Any, "What the node shows a storage system: an IQN, a WWNN, an address."),
            ("type", Any, "What kind of identifier that is."),
            ("node_uuid", Uuid, "The node that it belongs to."),
        ],
        ResourceKind::VolumeTarget => &[
            ("boot_index", Any, "Its place among the node's targets; 0 is booted."),
            ("properties", Any, "How it is reached; secrets are masked."),
            ("volume_id", Any, "The volume's identifier."),
            ("volume_type", Any, "`iscsi` or `fibre_channel`."),
            ("node_uuid", Uuid, "The node that it belongs to."),
        ],
        ResourceKind::InspectionRule => &[
            ("priority", Any, "Rules of higher priority go first."),
            ("sensitive", Any, "Whether it hides what it does from whoever reads it."),
            ("phase", Any, "When it goes: `main`."),
            ("conditions", Any, "What must be so; null where it is hidden."),
            ("actions", Any, "What it does; null where it is hidden."),
        ],
    }
}

/// A kind's fields as members.
pub(super) fn members(table: &Table) -> Vec<Member> {
    let member = |field: &Field| {
        let (_, shape, says) = fact(facts(table.kind), field.name).unwrap_or(("", Any, ""));
        let own = table.own.iter().find(|(name, _)| *name == field.name);
        Member {
            name: field.name.into(),
            since: field.since,
            shape: own.map_or(shape, |(_, form)| Shape::from(*form)),
            says,
        }
    };
    table.fields.iter().map(member).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::version::resources::ALL;

    #[test]
    fn every_field_of_the_tables_has_a_meaning() {
        for table in ALL {
            for field in table.fields {
                let said = fact(facts(table.kind), field.name);
                assert!(
                    said.is_some(),
                    "{} {} in src/api/openapi/resources.rs",
                    table.path,
                    field.name
                );
            }
        }
    }
}
