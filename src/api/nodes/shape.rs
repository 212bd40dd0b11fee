//! Answers made of nodes: the table of fields decides which, this file how each looks.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use uuid::Uuid;

use super::job;
use crate::api::error::ApiError;
use crate::api::extract::Call;
use crate::api::mask::Masked;
use crate::api::query::Args;
use crate::api::shown::{Shown, links, masked, optional_name, optional_text, optional_time};
use crate::api::version::Version;
use crate::api::version::fields::{self, Field};
use crate::model::{Node, StepKind};
use crate::states::ProvisionState;

/// Before this, a node that is available has no provision state.
const AVAILABLE: u16 = 2;
/// Before this, `inspect wait` shows as `inspecting`.
const INSPECT_WAIT: u16 = 39;

/// Which fields an answer has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Selection {
    /// All of the version.
    Detail,
    /// These, and `links`.
    Only(Vec<&'static Field>),
}

impl Selection {
    /// What a list shows unless told otherwise.
    pub(crate) fn default_of_lists() -> Self {
        let find = |name: &&'static str| fields::find(fields::NODE, name);
        Self::Only(fields::NODE_DEFAULT.iter().filter_map(find).collect())
    }

    /// What `?fields=` asks for, if it is there.
    pub(crate) fn from_args(
        args: &Args,
        table: &'static [Field],
        version: Version,
    ) -> Result<Option<Self>, ApiError> {
        let Some(names) = args.list("fields") else {
            return Ok(None);
        };
        let mut selected: Vec<&'static Field> = Vec::new();
        for name in names {
            let field = fields::find(table, name)
                .filter(|field| field.selectable)
                .ok_or_else(|| {
                    ApiError::bad_request(format!("Field {name} is not a valid field."))
                })?;
            if !version.has(field.since) {
                return Err(ApiError::not_acceptable());
            }
            if !selected.contains(&field) {
                selected.push(field);
            }
        }
        Ok(Some(Self::Only(selected)))
    }

    /// The fields of `table` that it means, in their order.
    pub(crate) fn fields(
        &self,
        table: &'static [Field],
        version: Version,
    ) -> impl Iterator<Item = &'static Field> {
        let chosen: Vec<&'static Field> = match self {
            Self::Detail => table.iter().collect(),
            Self::Only(chosen) => {
                let mut chosen = chosen.clone();
                if !chosen.iter().any(|field| field.name == "links") {
                    chosen.extend(fields::find(table, "links"));
                }
                chosen
            }
        };
        chosen
            .into_iter()
            .filter(move |field| version.has(field.since))
    }

    /// The value of `fields` in the link to the next page.
    pub(crate) fn names(&self) -> Option<String> {
        match self {
            Self::Detail => None,
            Self::Only(fields) => Some(
                fields
                    .iter()
                    .map(|field| field.name)
                    .collect::<Vec<_>>()
                    .join(","),
            ),
        }
    }
}

/// The fields of an answer, with their keys as they stand there.
#[derive(Debug)]
pub(crate) struct Fields(Vec<(String, &'static Field)>);

impl Fields {
    /// These, in this order.
    pub(crate) fn new(fields: &[&'static Field]) -> Self {
        // The names of fields hold nothing that JSON would escape.
        let written = |field: &&'static Field| (format!("\"{}\":", field.name), *field);
        Self(fields.iter().map(written).collect())
    }

    /// Writes a node as an answer, from where its values are.
    pub(crate) fn write(&self, node: &Node, call: &Call, text: &mut Vec<u8>) {
        text.push(b'{');
        for (place, (key, field)) in self.0.iter().enumerate() {
            if place > 0 {
                text.push(b',');
            }
            text.extend_from_slice(key.as_bytes());
            // A Vec takes everything, and the keys are texts: neither can fail.
            let _ = serde_json::to_writer(&mut *text, &value(node, field.name, call));
        }
        text.push(b'}');
    }
}

/// The answer that is one node.
pub(crate) fn answer(node: &Node, selection: &Selection, call: &Call) -> Response {
    let fields: Vec<_> = selection.fields(fields::NODE, call.version).collect();
    let mut text = Vec::new();
    Fields::new(&fields).write(node, call, &mut text);
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// A field's value.
pub(crate) fn value<'a>(node: &'a Node, field: &str, call: &'a Call) -> Shown<'a> {
    let path = |rest: &str| {
        let mut buffer = Uuid::encode_buffer();
        let uuid: &str = node.uuid.hyphenated().encode_lower(&mut buffer);
        links(&call.base, ["nodes/", uuid, rest].concat())
    };
    match field {
        "uuid" => node.uuid.to_string().into(),
        "created_at" => Shown::Time(node.created_at),
        "updated_at" => optional_time(node.updated_at),
        "automated_clean" => node.automated_clean.into(),
        "boot_mode" => optional_text(node.boot_mode.as_deref()),
        "clean_step" => job::present_step(node, StepKind::Clean).into(),
        "deploy_step" => job::present_step(node, StepKind::Deploy).into(),
        "service_step" => job::present_step(node, StepKind::Service).into(),
        "conductor_group" => node.conductor_group.as_str().into(),
        "console_enabled" => node.console_enabled.into(),
        "disable_power_off" => node.disable_power_off.into(),
        "description" => optional_text(node.description.as_deref()),
        "driver" => node.driver.as_str().into(),
        "driver_info" => masked(&node.driver_info),
        "driver_internal_info" => job::driver_internal_info(node),
        "extra" => Shown::Map(&node.extra),
        "fault" => optional_text(node.fault.as_deref()),
        "health" => optional_text(node.health.as_deref()),
        "inspection_finished_at" => optional_time(node.inspection_finished_at),
        "inspection_started_at" => optional_time(node.inspection_started_at),
        "instance_info" => Shown::Masked(Masked::instance_info(&node.instance_info)),
        "instance_name" => optional_text(node.instance_name.as_deref()),
        "instance_uuid" => optional_name(node.instance_uuid),
        "last_error" => optional_text(node.last_error.as_deref()),
        "lessee" => optional_text(node.lessee.as_deref()),
        "maintenance" => node.maintenance.into(),
        "maintenance_reason" => optional_text(node.maintenance_reason.as_deref()),
        "name" => optional_text(node.name.as_deref()),
        "network_data" => masked(&node.network_data),
        "owner" => optional_text(node.owner.as_deref()),
        "parent_node" => optional_name(node.parent_node),
        "power_state" => optional_name(node.power_state),
        "properties" => Shown::Map(&node.properties),
        "protected" => node.protected.into(),
        "protected_reason" => optional_text(node.protected_reason.as_deref()),
        "provision_state" => state(Some(node.provision_state), call.version),
        "provision_updated_at" => optional_time(node.provision_updated_at),
        "raid_config" => Shown::Map(&node.raid_config),
        "reservation" => optional_text(node.reservation.as_deref()),
        "resource_class" => optional_text(node.resource_class.as_deref()),
        "retired" => node.retired.into(),
        "retired_reason" => optional_text(node.retired_reason.as_deref()),
        "secure_boot" => node.secure_boot.into(),
        "shard" => optional_text(node.shard.as_deref()),
        "target_power_state" => optional_name(node.target_power_state),
        "target_provision_state" => state(node.target_provision_state, call.version),
        "target_raid_config" => Shown::Map(&node.target_raid_config),
        "traits" => {
            let mut traits: Vec<&str> = node.traits.iter().map(String::as_str).collect();
            traits.sort_unstable();
            Shown::Texts(traits)
        }
        "links" => path(""),
        "conductor" => optional_text(node.conductor.as_deref()),
        "allocation_uuid" => optional_name(node.allocation_uuid),
        "chassis_uuid" => optional_name(node.chassis_uuid),
        "ports" | "states" | "portgroups" | "volume" => path(&["/", field].concat()),
        other => interface(node, other),
    }
}

fn interface<'a>(node: &'a Node, field: &str) -> Shown<'a> {
    let kind = field
        .strip_suffix("_interface")
        .and_then(|kind| kind.parse().ok());
    kind.map_or(Shown::Null, |kind| node.interfaces.get(kind).into())
}

/// A provision state in the words of a version.
fn state<'a>(state: Option<ProvisionState>, version: Version) -> Shown<'a> {
    match state {
        Some(ProvisionState::Available) if !version.has(AVAILABLE) => Shown::Null,
        Some(ProvisionState::InspectWait) if !version.has(INSPECT_WAIT) => "inspecting".into(),
        state => optional_name(state),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::{Interfaces, now};

    fn call(minor: u16) -> Call {
        Call {
            version: Version::new(minor).unwrap(),
            base: "http://h".to_owned(),
        }
    }

    fn shown(node: &Node, minor: u16) -> Value {
        let call = call(minor);
        let fields: Vec<_> = Selection::Detail
            .fields(fields::NODE, call.version)
            .collect();
        let mut text = Vec::new();
        Fields::new(&fields).write(node, &call, &mut text);
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn every_field_of_the_table_has_a_value_of_its_own() {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.interfaces
            .set(crate::model::InterfaceKind::Power, "fake");
        let shown = shown(&node, 110);
        assert_eq!(shown.as_object().unwrap().len(), fields::NODE.len());
        assert_eq!(shown["power_interface"], "fake");
        assert_eq!(shown["traits"], json!([]));
        assert_eq!(
            shown["ports"][0]["href"],
            format!("http://h/v1/nodes/{}/ports", node.uuid)
        );
    }

    #[test]
    fn old_versions_know_fewer_states() {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.provision_state = ProvisionState::Available;
        assert_eq!(shown(&node, 1)["provision_state"], Value::Null);
        assert_eq!(shown(&node, 2)["provision_state"], "available");
        node.provision_state = ProvisionState::InspectWait;
        assert_eq!(shown(&node, 38)["provision_state"], "inspecting");
        assert_eq!(shown(&node, 39)["provision_state"], "inspect wait");
    }
}
