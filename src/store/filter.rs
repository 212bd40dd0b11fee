//! What lists can be narrowed and ordered by.

use uuid::Uuid;

use crate::states::ProvisionState;

/// Narrows a list of nodes; the names are those of Ironic's query parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct NodeFilter {
    pub instance_uuid: Option<Uuid>,
    pub instance_name: Option<String>,
    pub chassis_uuid: Option<Uuid>,
    pub associated: Option<bool>,
    pub maintenance: Option<bool>,
    pub retired: Option<bool>,
    pub provision_state: Option<ProvisionState>,
    pub driver: Option<String>,
    pub resource_class: Option<String>,
    pub fault: Option<String>,
    pub conductor_group: Option<String>,
    pub conductor: Option<String>,
    pub owner: Option<String>,
    pub lessee: Option<String>,
    /// Owner or lessee.
    pub project: Option<String>,
    pub description_contains: Option<String>,
    pub shards: Option<Vec<String>>,
    pub sharded: Option<bool>,
    pub parent_node: Option<Uuid>,
    /// Child nodes are left out unless asked for.
    pub include_children: bool,
}

/// Narrows a list of ports.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct PortFilter {
    pub node_uuid: Option<Uuid>,
    pub portgroup_uuid: Option<Uuid>,
    pub address: Option<String>,
    pub shards: Option<Vec<String>>,
    pub description_contains: Option<String>,
    pub conductor_groups: Option<Vec<String>>,
}

/// Narrows a list of resources of one kind.
#[derive(Debug, Clone, Default)]
pub struct ResourceFilter {
    /// Those of a node.
    pub node_uuid: Option<Uuid>,
    /// Those of nodes in one of these shards.
    pub shards: Option<Vec<String>>,
    /// Those of nodes in one of these conductor groups.
    pub conductor_groups: Option<Vec<String>>,
    /// Those whose fields have these values.
    pub equal: Vec<(&'static str, String)>,
    /// Those that this project owns, and the public ones.
    pub project: Option<String>,
}

/// A page of a list: at most `limit` items after `marker`, in order of `sort_key` and then of
/// creation.
#[derive(Debug, Clone)]
pub struct Page {
    /// How many items at the most.
    pub limit: u32,
    /// The last item of the page before.
    pub marker: Option<Uuid>,
    /// A field's name; lists check it against those they can sort by.
    pub sort_key: String,
    /// Whether the order is reversed.
    pub descending: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            limit: 1000,
            marker: None,
            sort_key: "id".to_owned(),
            descending: false,
        }
    }
}

impl Page {
    /// Everything, in order of creation.
    pub fn all() -> Self {
        Self {
            limit: u32::MAX,
            ..Self::default()
        }
    }
}
