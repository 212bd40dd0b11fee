//! What each kind has (Ironic 39.0.0).

use super::{Form, Ident, Table, Words};
use crate::api::version::arguments::a;
use crate::api::version::fields::f;
use crate::model::ResourceKind;

/// What every list takes that shows a part unless asked for all.
macro_rules! arguments {
    ($($more:expr),* $(,)?) => {
        &[
            a("limit", 1), a("marker", 1), a("sort_key", 1), a("sort_dir", 1), a("fields", 1),
            $($more),*
        ]
    };
}

/// `/v1/chassis`
#[rustfmt::skip]
pub static CHASSIS: Table = Table {
    kind: ResourceKind::Chassis,
    path: "chassis",
    key: "chassis",
    since: 1,
    ident: Ident::Uuid("chassis_uuid"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("description", 1), f("extra", 1), f("links", 1),
        f("nodes", 1),
    ],
    own: &[("description", Form::Text), ("extra", Form::Object)],
    listed: &["uuid", "description"],
    patchable: &["uuid", "extra", "description"],
    gated: &[],
    arguments: arguments![a("detail", 1)],
    equal: &[],
    unsortable: &["extra"],
    masked: &[],
    words: Words::Schema,
};

/// `/v1/portgroups`
#[rustfmt::skip]
pub static PORTGROUP: Table = Table {
    kind: ResourceKind::Portgroup,
    path: "portgroups",
    key: "portgroups",
    since: 23,
    ident: Ident::Routed("portgroup"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("address", 1), f("extra", 1), f("internal_info", 1),
        f("mode", 26), f("name", 1), f("properties", 26), f("standalone_ports_supported", 1), f("node_uuid", 1),
        f("physical_network", 102), f("category", 103), f("dynamic_portgroup", 111), f("links", 1),
        f("ports", 1),
    ],
    own: &[
        ("address", Form::Mac), ("extra", Form::Object), ("internal_info", Form::Object),
        ("mode", Form::Word("active-backup")), ("properties", Form::Object),
        ("standalone_ports_supported", Form::Flag(true)), ("physical_network", Form::Text),
        ("category", Form::Text), ("dynamic_portgroup", Form::Flag(false)),
    ],
    listed: &["uuid", "address", "name"],
    patchable: &[
        "address", "extra", "mode", "name", "node_uuid", "properties", "standalone_ports_supported",
        "physical_network", "category",
    ],
    gated: &["mode", "properties"],
    arguments: arguments![
        a("detail", 1), a("node", 1), a("address", 1), a("conductor_groups", 1), a("shard", 106),
    ],
    equal: &["address"],
    unsortable: &["extra", "internal_info", "properties"],
    masked: &[],
    words: Words::Schema,
};

/// `/v1/allocations`
#[rustfmt::skip]
pub static ALLOCATION: Table = Table {
    kind: ResourceKind::Allocation,
    path: "allocations",
    key: "allocations",
    since: 52,
    ident: Ident::Logical("allocation_ident"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("candidate_nodes", 1), f("extra", 1),
        f("last_error", 1), f("name", 1), f("owner", 60), f("resource_class", 1), f("state", 1), f("traits", 1),
        f("links", 1), f("node_uuid", 1),
    ],
    own: &[
        ("candidate_nodes", Form::List), ("extra", Form::Object), ("last_error", Form::Text),
        ("owner", Form::Text), ("resource_class", Form::Text), ("state", Form::Word("allocating")),
        ("traits", Form::List),
    ],
    listed: &[],
    patchable: &["name", "extra"],
    gated: &["owner"],
    arguments: arguments![a("node", 1), a("resource_class", 1), a("state", 1), a("owner", 60)],
    equal: &["resource_class", "state", "owner"],
    unsortable: &["extra", "candidate_nodes", "traits"],
    masked: &[],
    words: Words::Schema,
};

/// `/v1/deploy_templates`
#[rustfmt::skip]
pub static DEPLOY_TEMPLATE: Table = Table {
    kind: ResourceKind::DeployTemplate,
    path: "deploy_templates",
    key: "deploy_templates",
    since: 55,
    ident: Ident::Name("template_ident"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("name", 1), f("extra", 1), f("links", 1),
        f("steps", 1),
    ],
    own: &[("extra", Form::Object), ("steps", Form::List)],
    listed: &["uuid", "name"],
    patchable: &["extra", "name", "steps", "description"],
    gated: &[],
    arguments: arguments![a("detail", 1)],
    equal: &[],
    unsortable: &["extra", "steps"],
    masked: &["steps"],
    words: Words::Schema,
};

/// `/v1/runbooks`
#[rustfmt::skip]
pub static RUNBOOK: Table = Table {
    kind: ResourceKind::Runbook,
    path: "runbooks",
    key: "runbooks",
    since: 92,
    ident: Ident::Name("runbook_ident"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("name", 1), f("extra", 1), f("public", 1),
        f("owner", 1), f("disable_ramdisk", 1), f("description", 112), f("links", 1), f("steps", 1), f("traits", 112),
    ],
    own: &[
        ("extra", Form::Object), ("public", Form::Flag(false)), ("owner", Form::Text),
        ("disable_ramdisk", Form::Flag(false)), ("description", Form::Text), ("steps", Form::List),
        ("traits", Form::List),
    ],
    listed: &["uuid", "name"],
    patchable: &["disable_ramdisk", "extra", "name", "owner", "public", "steps", "description"],
    gated: &[],
    arguments: arguments![a("detail", 1), a("project", 1)],
    equal: &[],
    unsortable: &["extra", "steps", "traits"],
    masked: &["steps"],
    words: Words::Plain,
};

/// `/v1/volume/connectors`
#[rustfmt::skip]
pub static VOLUME_CONNECTOR: Table = Table {
    kind: ResourceKind::VolumeConnector,
    path: "volume/connectors",
    key: "connectors",
    since: 32,
    ident: Ident::Uuid("connector_uuid"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("connector_id", 1), f("extra", 1), f("type", 1),
        f("links", 1), f("node_uuid", 1),
    ],
    own: &[("connector_id", Form::Text), ("extra", Form::Object), ("type", Form::Text)],
    listed: &["uuid", "node_uuid", "type", "connector_id"],
    patchable: &["connector_id", "extra", "node_uuid", "type"],
    gated: &[],
    // `detail` is older here than in the other lists.
    arguments: arguments![a("detail", 32), a("node", 1), a("project", 1)],
    equal: &[],
    unsortable: &["extra"],
    masked: &[],
    words: Words::Volume,
};

/// `/v1/volume/targets`
#[rustfmt::skip]
pub static VOLUME_TARGET: Table = Table {
    kind: ResourceKind::VolumeTarget,
    path: "volume/targets",
    key: "targets",
    since: 32,
    ident: Ident::Uuid("target_uuid"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("boot_index", 1), f("extra", 1), f("properties", 1),
        f("volume_id", 1), f("volume_type", 1), f("links", 1), f("node_uuid", 1),
    ],
    own: &[
        ("boot_index", Form::Number), ("extra", Form::Object), ("properties", Form::Object),
        ("volume_id", Form::Text), ("volume_type", Form::Text),
    ],
    listed: &["uuid", "node_uuid", "volume_type", "boot_index", "volume_id"],
    patchable: &["boot_index", "extra", "node_uuid", "properties", "volume_id", "volume_type"],
    gated: &[],
    arguments: arguments![a("detail", 32), a("node", 1), a("project", 1)],
    equal: &[],
    unsortable: &["extra", "properties"],
    masked: &["properties"],
    words: Words::Volume,
};

/// `/v1/inspection_rules`
#[rustfmt::skip]
pub static INSPECTION_RULE: Table = Table {
    kind: ResourceKind::InspectionRule,
    path: "inspection_rules",
    key: "inspection_rules",
    since: 96,
    ident: Ident::SchemaUuid("inspection_rule_uuid"),
    fields: &[
        f("uuid", 1), f("created_at", 1), f("updated_at", 1), f("description", 1), f("priority", 1),
        f("sensitive", 1), f("phase", 1), f("conditions", 1), f("actions", 1), f("links", 1),
    ],
    own: &[
        ("description", Form::Text), ("priority", Form::Number), ("sensitive", Form::Flag(false)),
        ("phase", Form::Word("main")), ("conditions", Form::List), ("actions", Form::List),
    ],
    listed: &["uuid", "priority", "phase", "description"],
    patchable: &["actions", "conditions", "description", "phase", "priority", "sensitive", "uuid"],
    gated: &[],
    arguments: arguments![a("detail", 1), a("phase", 1)],
    equal: &["phase"],
    unsortable: &["actions", "conditions"],
    masked: &[],
    words: Words::Mixed,
};
