//! A node as a row: the one place that knows the columns.

use std::str::FromStr;
use std::sync::LazyLock;

use sqlx::types::Json;
use uuid::Uuid;

use super::node_columns::row_in_parts;
use super::vault::VaultError;
use super::{StoreError, Vault};
use crate::model::{Interfaces, Job, JsonMap, Node, Time};

/// The columns in the order in which [`bind_node`] binds them.
const COLUMNS: &[&str] = &[
    "uuid",
    "name",
    "driver",
    "interfaces",
    "driver_info",
    "driver_internal_info",
    "instance_info",
    "properties",
    "extra",
    "network_data",
    "raid_config",
    "target_raid_config",
    "provision_state",
    "target_provision_state",
    "provision_updated_at",
    "power_state",
    "target_power_state",
    "last_error",
    "maintenance",
    "maintenance_reason",
    "fault",
    "health",
    "boot_mode",
    "secure_boot",
    "console_enabled",
    "instance_uuid",
    "instance_name",
    "chassis_uuid",
    "allocation_uuid",
    "parent_node",
    "resource_class",
    "conductor_group",
    "conductor",
    "owner",
    "lessee",
    "shard",
    "description",
    "automated_clean",
    "protected",
    "protected_reason",
    "retired",
    "retired_reason",
    "disable_power_off",
    "traits",
    "inspection_started_at",
    "inspection_finished_at",
    "created_at",
    "updated_at",
    "reservation",
    "reserved_until",
    "job",
    "next_run_at",
    "version",
];

/// `INSERT` of every column, giving the row back.
pub(super) static INSERT: LazyLock<String> = LazyLock::new(|| {
    let values: Vec<String> = (1..=COLUMNS.len()).map(|i| format!("${i}")).collect();
    format!(
        "INSERT INTO nodes ({}) VALUES ({}) RETURNING *",
        COLUMNS.join(", "),
        values.join(", ")
    )
});

/// `UPDATE` of every column where the version is the one that was read (the placeholder after
/// the columns'). A wake-up that came meanwhile makes the node due at once (the last one).
pub(super) static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let sets: Vec<String> = COLUMNS
        .iter()
        .enumerate()
        .filter(|(_, column)| !matches!(**column, "uuid" | "created_at"))
        .map(|(i, column)| match *column {
            "next_run_at" => format!(
                "next_run_at = CASE WHEN woken THEN ${} ELSE ${} END",
                COLUMNS.len() + 2,
                i + 1
            ),
            _ => format!("{column} = ${}", i + 1),
        })
        .collect();
    let version = COLUMNS.len() + 1;
    format!(
        "UPDATE nodes SET {}, woken = FALSE WHERE uuid = $1 AND version = ${version} RETURNING *",
        sets.join(", ")
    )
});

/// Binds every column of a row, in the order of [`COLUMNS`].
macro_rules! bind_node {
    ($query:expr, $row:expr) => {{
        let row = $row;
        $query
            .bind(row.uuid)
            .bind(row.name.clone())
            .bind(row.driver.clone())
            .bind(row.interfaces.clone())
            .bind(row.driver_info.clone())
            .bind(row.driver_internal_info.clone())
            .bind(row.instance_info.clone())
            .bind(row.properties.clone())
            .bind(row.extra.clone())
            .bind(row.network_data.clone())
            .bind(row.raid_config.clone())
            .bind(row.target_raid_config.clone())
            .bind(row.provision_state.clone())
            .bind(row.target_provision_state.clone())
            .bind(row.provision_updated_at)
            .bind(row.power_state.clone())
            .bind(row.target_power_state.clone())
            .bind(row.last_error.clone())
            .bind(row.maintenance)
            .bind(row.maintenance_reason.clone())
            .bind(row.fault.clone())
            .bind(row.health.clone())
            .bind(row.boot_mode.clone())
            .bind(row.secure_boot)
            .bind(row.console_enabled)
            .bind(row.instance_uuid)
            .bind(row.instance_name.clone())
            .bind(row.chassis_uuid)
            .bind(row.allocation_uuid)
            .bind(row.parent_node)
            .bind(row.resource_class.clone())
            .bind(row.conductor_group.clone())
            .bind(row.conductor.clone())
            .bind(row.owner.clone())
            .bind(row.lessee.clone())
            .bind(row.shard.clone())
            .bind(row.description.clone())
            .bind(row.automated_clean)
            .bind(row.protected)
            .bind(row.protected_reason.clone())
            .bind(row.retired)
            .bind(row.retired_reason.clone())
            .bind(row.disable_power_off)
            .bind(row.traits.clone())
            .bind(row.inspection_started_at)
            .bind(row.inspection_finished_at)
            .bind(row.created_at)
            .bind(row.updated_at)
            .bind(row.reservation.clone())
            .bind(row.reserved_until)
            .bind(row.job.clone())
            .bind(row.next_run_at)
            .bind(row.version)
    }};
}
pub(super) use bind_node;

row_in_parts! {
/// A row of `nodes`.
#[derive(Debug, Default, sqlx::FromRow)]
pub(super) struct NodeRow {
    values {
        id: i64,
        pub(super) uuid: Uuid,
        pub(super) name: Option<String>,
        pub(super) driver: String,
        pub(super) provision_state: String,
        pub(super) target_provision_state: Option<String>,
        pub(super) provision_updated_at: Option<Time>,
        pub(super) power_state: Option<String>,
        pub(super) target_power_state: Option<String>,
        pub(super) last_error: Option<String>,
        pub(super) maintenance: bool,
        pub(super) maintenance_reason: Option<String>,
        pub(super) fault: Option<String>,
        pub(super) health: Option<String>,
        pub(super) boot_mode: Option<String>,
        pub(super) secure_boot: Option<bool>,
        pub(super) console_enabled: bool,
        pub(super) instance_uuid: Option<Uuid>,
        pub(super) instance_name: Option<String>,
        pub(super) chassis_uuid: Option<Uuid>,
        pub(super) allocation_uuid: Option<Uuid>,
        pub(super) parent_node: Option<Uuid>,
        pub(super) resource_class: Option<String>,
        pub(super) conductor_group: String,
        pub(super) conductor: Option<String>,
        pub(super) owner: Option<String>,
        pub(super) lessee: Option<String>,
        pub(super) shard: Option<String>,
        pub(super) description: Option<String>,
        pub(super) automated_clean: Option<bool>,
        pub(super) protected: bool,
        pub(super) protected_reason: Option<String>,
        pub(super) retired: bool,
        pub(super) retired_reason: Option<String>,
        pub(super) disable_power_off: bool,
        pub(super) inspection_started_at: Option<Time>,
        pub(super) inspection_finished_at: Option<Time>,
        pub(super) created_at: Time,
        pub(super) updated_at: Option<Time>,
        pub(super) reservation: Option<String>,
        pub(super) reserved_until: Option<Time>,
        pub(super) next_run_at: Option<Time>,
        pub(super) version: i64,
    }
    documents {
        pub(super) interfaces: Json<Interfaces>,
        pub(super) driver_info: Json<JsonMap>,
        pub(super) driver_internal_info: Json<JsonMap>,
        pub(super) instance_info: Json<JsonMap>,
        pub(super) properties: Json<JsonMap>,
        pub(super) extra: Json<JsonMap>,
        pub(super) network_data: Json<JsonMap>,
        pub(super) raid_config: Json<JsonMap>,
        pub(super) target_raid_config: Json<JsonMap>,
        pub(super) traits: Json<Vec<String>>,
        pub(super) job: Option<Json<Job>>,
    }
}
}

/// Reads a word of the database.
pub(super) fn parse<T: FromStr<Err: std::fmt::Display>>(
    text: impl AsRef<str>,
) -> Result<T, StoreError> {
    let text = text.as_ref();
    text.parse().map_err(|error| StoreError::Corrupt {
        what: "a state",
        detail: format!("{text:?}: {error}"),
    })
}

impl NodeRow {
    /// The row for a node, its secrets encrypted.
    pub(super) fn new(node: &Node, vault: &Vault) -> Result<Self, StoreError> {
        Ok(Self {
            id: node.id,
            uuid: node.uuid,
            name: node.name.clone(),
            driver: node.driver.clone(),
            interfaces: Json(node.interfaces.clone()),
            driver_info: Json(vault.seal(&node.driver_info)?),
            driver_internal_info: Json(vault.seal(&node.driver_internal_info)?),
            instance_info: Json(vault.seal(&node.instance_info)?),
            properties: Json(node.properties.clone()),
            extra: Json(node.extra.clone()),
            network_data: Json(node.network_data.clone()),
            raid_config: Json(node.raid_config.clone()),
            target_raid_config: Json(node.target_raid_config.clone()),
            provision_state: node.provision_state.to_string(),
            target_provision_state: node.target_provision_state.map(|s| s.to_string()),
            provision_updated_at: node.provision_updated_at,
            power_state: node.power_state.map(|s| s.to_string()),
            target_power_state: node.target_power_state.map(|s| s.to_string()),
            last_error: node.last_error.clone(),
            maintenance: node.maintenance,
            maintenance_reason: node.maintenance_reason.clone(),
            fault: node.fault.clone(),
            health: node.health.clone(),
            boot_mode: node.boot_mode.clone(),
            secure_boot: node.secure_boot,
            console_enabled: node.console_enabled,
            instance_uuid: node.instance_uuid,
            instance_name: node.instance_name.clone(),
            chassis_uuid: node.chassis_uuid,
            allocation_uuid: node.allocation_uuid,
            parent_node: node.parent_node,
            resource_class: node.resource_class.clone(),
            conductor_group: node.conductor_group.clone(),
            conductor: node.conductor.clone(),
            owner: node.owner.clone(),
            lessee: node.lessee.clone(),
            shard: node.shard.clone(),
            description: node.description.clone(),
            automated_clean: node.automated_clean,
            protected: node.protected,
            protected_reason: node.protected_reason.clone(),
            retired: node.retired,
            retired_reason: node.retired_reason.clone(),
            disable_power_off: node.disable_power_off,
            traits: Json(node.traits.clone()),
            inspection_started_at: node.inspection_started_at,
            inspection_finished_at: node.inspection_finished_at,
            created_at: node.created_at,
            updated_at: node.updated_at,
            reservation: node.reservation.clone(),
            reserved_until: node.reserved_until,
            job: node.job.clone().map(Json),
            next_run_at: node.next_run_at,
            version: node.version,
        })
    }

    /// The node of the row, its secrets readable.
    pub(super) fn into_node(self, vault: &Vault) -> Result<Node, StoreError> {
        self.into_node_by(|map| vault.open(map))
    }

    /// The node of the row, to be shown: what every answer masks is as it is stored.
    pub(super) fn into_shown_node(self, vault: &Vault) -> Result<Node, StoreError> {
        self.into_node_by(|map| vault.open_shown(map))
    }

    fn into_node_by(
        self,
        open: impl Fn(JsonMap) -> Result<JsonMap, VaultError>,
    ) -> Result<Node, StoreError> {
        Ok(Node {
            id: self.id,
            uuid: self.uuid,
            name: self.name,
            driver: self.driver,
            interfaces: self.interfaces.0,
            driver_info: open(self.driver_info.0)?,
            driver_internal_info: open(self.driver_internal_info.0)?,
            instance_info: open(self.instance_info.0)?,
            properties: self.properties.0,
            extra: self.extra.0,
            network_data: self.network_data.0,
            raid_config: self.raid_config.0,
            target_raid_config: self.target_raid_config.0,
            provision_state: parse(&self.provision_state)?,
            target_provision_state: self
                .target_provision_state
                .as_deref()
                .map(parse)
                .transpose()?,
            provision_updated_at: self.provision_updated_at,
            power_state: self.power_state.as_deref().map(parse).transpose()?,
            target_power_state: self.target_power_state.as_deref().map(parse).transpose()?,
            last_error: self.last_error,
            maintenance: self.maintenance,
            maintenance_reason: self.maintenance_reason,
            fault: self.fault,
            health: self.health,
            boot_mode: self.boot_mode,
            secure_boot: self.secure_boot,
            console_enabled: self.console_enabled,
            instance_uuid: self.instance_uuid,
            instance_name: self.instance_name,
            chassis_uuid: self.chassis_uuid,
            allocation_uuid: self.allocation_uuid,
            parent_node: self.parent_node,
            resource_class: self.resource_class,
            conductor_group: self.conductor_group,
            conductor: self.conductor,
            owner: self.owner,
            lessee: self.lessee,
            shard: self.shard,
            description: self.description,
            automated_clean: self.automated_clean,
            protected: self.protected,
            protected_reason: self.protected_reason,
            retired: self.retired,
            retired_reason: self.retired_reason,
            disable_power_off: self.disable_power_off,
            traits: self.traits.0,
            inspection_started_at: self.inspection_started_at,
            inspection_finished_at: self.inspection_finished_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            reservation: self.reservation,
            reserved_until: self.reserved_until,
            job: self.job.map(|job| job.0),
            next_run_at: self.next_run_at,
            version: self.version,
        })
    }
}
