//! Ironic's words for what the store refuses.

use uuid::Uuid;

use crate::model::ResourceKind;

/// A second of a kind with the same claim ([`crate::model::Resource::claim`]).
pub(super) fn claimed(kind: ResourceKind, claim: &str) -> String {
    match kind {
        ResourceKind::Portgroup => taken(kind, &format!("with MAC address {claim}")),
        ResourceKind::VolumeTarget => {
            let index = claim.rsplit(' ').next().unwrap_or_default();
            taken(
                kind,
                &format!("with boot index '{index}' for the same node"),
            )
        }
        _ => taken(kind, &format!("with type {claim}")),
    }
}

/// A second of a kind.
pub(super) fn taken(kind: ResourceKind, what: &str) -> String {
    let title = kind.title().to_lowercase();
    let article = if title.starts_with('a') { "An" } else { "A" };
    format!("{article} {title} {what} already exists.")
}

/// What is still in a thing that was to be deleted.
pub(super) fn in_use(kind: ResourceKind, uuid: Uuid) -> String {
    let word = kind.title().to_lowercase();
    let held = match kind {
        ResourceKind::Chassis => "nodes",
        _ => "ports",
    };
    format!("Cannot complete the requested action because {word} {uuid} contains {held}.")
}

/// What a node or a port has that was to be given to another.
pub(super) fn duplicate(what: &str, value: &str) -> String {
    match what {
        "node name" => format!("A node with name {value} already exists."),
        "node uuid" => format!("A node with UUID {value} already exists."),
        "instance uuid" => {
            format!(
                "Instance {value} is already associated with a node, it cannot be associated with this other node."
            )
        }
        "port address" => format!("A port with MAC address {value} already exists."),
        "port name" => format!("A port with name {value} already exists."),
        "port uuid" => format!("A port with UUID {value} already exists."),
        other => format!("A {other} {value} already exists."),
    }
}
