//! The query arguments of lists, with the version that added each. Older ones refuse with 406.

/// A query argument.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// The minor version that added it.
    pub since: u16,
}

pub(in crate::api::version) const fn a(name: &'static str, since: u16) -> Argument {
    Argument { name, since }
}

/// The minor version that added `?fields=` (406 before).
pub const FIELDS: u16 = 8;
/// The minor version that added `?detail=` to lists (400 before).
pub const DETAIL: u16 = 43;

/// Of lists of nodes.
#[rustfmt::skip]
pub const NODES: &[Argument] = &[
    a("limit", 1), a("marker", 1), a("sort_key", 1), a("sort_dir", 1), a("fields", 1), a("detail", 1),
    a("chassis_uuid", 1),
    a("instance_uuid", 1),
    a("associated", 1),
    a("maintenance", 1),
    a("provision_state", 9),
    a("driver", 16),
    a("resource_class", 21),
    a("fault", 42),
    a("conductor_group", 46),
    a("conductor", 49),
    a("owner", 50),
    a("project", 50),
    a("description_contains", 51),
    a("retired", 61),
    a("lessee", 65),
    a("shard", 82),
    a("sharded", 82),
    a("include_children", 83),
    a("parent_node", 83),
    a("instance_name", 104),
];

/// Of lists of ports.
#[rustfmt::skip]
pub const PORTS: &[Argument] = &[
    a("limit", 1), a("marker", 1), a("sort_key", 1), a("sort_dir", 1), a("fields", 1), a("detail", 1),
    a("node", 1),
    a("node_uuid", 1),
    a("address", 1),
    a("portgroup", 24),
    a("shard", 82),
    a("description_contains", 97),
    a("conductor_groups", 99),
];

/// Of one thing.
pub const ONE: &[Argument] = &[a("fields", 1)];

/// Of the list of conductors.
#[rustfmt::skip]
pub const CONDUCTORS: &[Argument] = &[
    a("limit", 1), a("marker", 1), a("sort_key", 1), a("sort_dir", 1), a("fields", 1), a("detail", 1),
];

/// Of the list of drivers.
pub const DRIVERS: &[Argument] = &[a("type", 30), a("detail", 30), a("fields", 77)];

/// Of a node's history.
#[rustfmt::skip]
pub const HISTORY: &[Argument] = &[
    a("limit", 1), a("marker", 1), a("sort_key", 1), a("sort_dir", 1), a("detail", 1),
];

/// Of the validation that names its node here.
pub const NODE_NAMED: &[Argument] = &[a("node", 1), a("node_uuid", 1)];

/// Of what ramdisks look for.
pub const LOOKUP: &[Argument] = &[a("addresses", 22), a("node_uuid", 22)];

/// Of vendors' methods that are named here.
pub const METHOD: &[Argument] = &[a("method", 1)];

/// Of our own description of the API.
pub const OPENAPI: &[Argument] = &[a("version", 1)];
/// Of a node's firmware components.
pub const FIRMWARE: &[Argument] = &[a("fields", 1), a("detail", 1)];
