//! A node: one bare-metal server, with every field of Ironic's API 1.115 and the engine's own.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Job, JsonMap, Time};
use crate::states::{PowerState, ProvisionState};

/// Ironic's kinds of driver interface.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)] // Ironic's own words.
pub enum InterfaceKind {
    Bios,
    Boot,
    Console,
    Deploy,
    Firmware,
    Inspect,
    Management,
    Network,
    Power,
    Raid,
    Rescue,
    Storage,
    Vendor,
}

/// The implementation chosen for each kind of interface, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Interfaces(pub std::collections::BTreeMap<InterfaceKind, String>);

impl Interfaces {
    /// The implementation's name, or the empty string where none is chosen.
    pub fn get(&self, kind: InterfaceKind) -> &str {
        self.0.get(&kind).map_or("", String::as_str)
    }

    /// Chooses an implementation.
    pub fn set(&mut self, kind: InterfaceKind, name: impl Into<String>) {
        self.0.insert(kind, name.into());
    }
}

/// A bare-metal server.
///
/// The fields' names, defaults and meanings are those of Ironic 39.0.0's node; the last group is
/// the engine's.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // Ironic's fields; the group comments say what is not in Ironic's reference.
pub struct Node {
    /// Order of creation; Ironic's default sort key.
    pub id: i64,
    pub uuid: Uuid,
    pub name: Option<String>,
    pub driver: String,
    pub interfaces: Interfaces,

    pub driver_info: JsonMap,
    pub driver_internal_info: JsonMap,
    pub instance_info: JsonMap,
    pub properties: JsonMap,
    pub extra: JsonMap,
    pub network_data: JsonMap,
    pub raid_config: JsonMap,
    pub target_raid_config: JsonMap,

    pub provision_state: ProvisionState,
    pub target_provision_state: Option<ProvisionState>,
    pub provision_updated_at: Option<Time>,
    pub power_state: Option<PowerState>,
    pub target_power_state: Option<PowerState>,
    pub last_error: Option<String>,
    pub maintenance: bool,
    pub maintenance_reason: Option<String>,
    pub fault: Option<String>,
    pub health: Option<String>,
    pub boot_mode: Option<String>,
    pub secure_boot: Option<bool>,
    pub console_enabled: bool,

    pub instance_uuid: Option<Uuid>,
    pub instance_name: Option<String>,
    pub chassis_uuid: Option<Uuid>,
    pub allocation_uuid: Option<Uuid>,
    pub parent_node: Option<Uuid>,
    pub resource_class: Option<String>,
    pub conductor_group: String,
    /// The conductor that last worked on the node.
    pub conductor: Option<String>,
    pub owner: Option<String>,
    pub lessee: Option<String>,
    pub shard: Option<String>,
    pub description: Option<String>,
    pub automated_clean: Option<bool>,
    pub protected: bool,
    pub protected_reason: Option<String>,
    pub retired: bool,
    pub retired_reason: Option<String>,
    pub disable_power_off: bool,
    pub traits: Vec<String>,
    pub inspection_started_at: Option<Time>,
    pub inspection_finished_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Option<Time>,

    /// The conductor that holds the node now.
    pub reservation: Option<String>,
    /// Until when; a holder that dies loses the node then.
    pub reserved_until: Option<Time>,
    /// The work in hand.
    pub job: Option<Job>,
    /// When the engine shall look at the node next; `None`: not before somebody asks.
    pub next_run_at: Option<Time>,
    /// Grows with every save; a save of an older one is refused.
    pub version: i64,
}

impl Node {
    /// A node in `enroll` with Ironic's defaults.
    pub fn new(driver: impl Into<String>, interfaces: Interfaces, now: Time) -> Self {
        Self {
            id: 0,
            uuid: Uuid::new_v4(),
            name: None,
            driver: driver.into(),
            interfaces,
            driver_info: JsonMap::new(),
            driver_internal_info: JsonMap::new(),
            instance_info: JsonMap::new(),
            properties: JsonMap::new(),
            extra: JsonMap::new(),
            network_data: JsonMap::new(),
            raid_config: JsonMap::new(),
            target_raid_config: JsonMap::new(),
            provision_state: ProvisionState::Enroll,
            target_provision_state: None,
            provision_updated_at: None,
            power_state: None,
            target_power_state: None,
            last_error: None,
            maintenance: false,
            maintenance_reason: None,
            fault: None,
            health: None,
            boot_mode: None,
            secure_boot: None,
            console_enabled: false,
            instance_uuid: None,
            instance_name: None,
            chassis_uuid: None,
            allocation_uuid: None,
            parent_node: None,
            resource_class: None,
            conductor_group: String::new(),
            conductor: None,
            owner: None,
            lessee: None,
            shard: None,
            description: None,
            automated_clean: None,
            protected: false,
            protected_reason: None,
            retired: false,
            retired_reason: None,
            disable_power_off: false,
            traits: Vec::new(),
            inspection_started_at: None,
            inspection_finished_at: None,
            created_at: now,
            updated_at: None,
            reservation: None,
            reserved_until: None,
            job: None,
            next_run_at: None,
            version: 0,
        }
    }

    /// The name if there is one, else the UUID: what a person calls the node.
    pub fn display_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.uuid.to_string())
    }

    /// A text of `driver_info`, or `None` where it is absent or no text.
    pub fn driver_text(&self, key: &str) -> Option<&str> {
        self.driver_info
            .get(key)
            .and_then(serde_json::Value::as_str)
    }

    /// A text of `driver_internal_info`, or `None` where it is absent or no text.
    pub fn internal_text(&self, key: &str) -> Option<&str> {
        self.driver_internal_info
            .get(key)
            .and_then(serde_json::Value::as_str)
    }

    /// Whether somebody holds the node at `now`.
    pub fn is_reserved(&self, now: Time) -> bool {
        self.reservation.is_some() && self.reserved_until.is_none_or(|until| until > now)
    }

    /// Enters a provision state: sets the target that goes with it and the time.
    ///
    /// The target is set on entry of a state on its way somewhere, cleared in stable states, and
    /// stays as it was in the failed ones (observed on Ironic 39.0.0). So it does all through a
    /// cleaning, where alone it tells the manual from the automated one.
    pub fn enter(&mut self, state: ProvisionState, now: Time) {
        let stays = self.provision_state.is_cleaning()
            && state.is_cleaning()
            && self.target_provision_state.is_some();
        if state.is_stable() {
            self.target_provision_state = None;
        } else if let Some(target) = state.target().filter(|_| !stays) {
            self.target_provision_state = Some(target);
        }
        self.provision_state = state;
        self.provision_updated_at = Some(now);
    }
}
