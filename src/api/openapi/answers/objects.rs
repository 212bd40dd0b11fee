//! Answers that are objects with a table of members.

use strum::IntoEnumIterator as _;

use super::{m, new};
use crate::api::openapi::fields::SEVERITY;
use crate::api::openapi::shape::Member;
use crate::api::openapi::shape::Shape::{
    self, Any, Flag, Links, Maybe, Number, Object, Objects, Text, Texts, Time, Uuid, Word,
};
use crate::api::{drivers, nodes};
use crate::model::InterfaceKind;

const MAYBE_TEXT: Shape = Maybe(&Text);

/// Lists without pages: their names, their keys, what they list.
#[rustfmt::skip]
pub(super) const LISTS: &[(&str, &str, &str)] = &[
    ("Indicators", "indicators", "Indicator"),
    ("BiosSettings", "bios", "BiosSetting"),
    ("FirmwareComponents", "firmware", "FirmwareComponent"),
    ("Shards", "shards", "Shard"),
    ("Sensors", "sensors", "Sensor"),
    ("Profiles", "profiles", "Profile"),
];

/// A hardware type.
pub(super) fn driver() -> Vec<Member> {
    let mut members = vec![
        m("name", Text, "Its name."),
        m("hosts", Texts, "The conductors that have it."),
        m("links", Links, "Where it is."),
        new(
            "properties",
            drivers::PROPERTIES,
            Links,
            "Where it says what it wants in `driver_info`.",
        ),
        new(
            "type",
            drivers::DYNAMIC,
            Word(&["dynamic"]),
            "All hardware types are `dynamic`.",
        ),
    ];
    for kind in InterfaceKind::iter() {
        let member = |name: String, shape, says| Member {
            name: name.into(),
            since: drivers::since(kind).minor(),
            shape,
            says,
        };
        let default = format!("default_{kind}_interface");
        let enabled = format!("enabled_{kind}_interfaces");
        members.push(member(
            default,
            MAYBE_TEXT,
            "What a node has unless it names another.",
        ));
        members.push(member(enabled, Texts, "What a node may have."));
    }
    members
}

/// A conductor.
#[rustfmt::skip]
pub(super) fn conductor() -> Vec<Member> {
    vec![
        m("created_at", Time, "When it was first seen."),
        m("updated_at", Time, "When it was last heard of."),
        m("hostname", Text, "Its name."),
        m("conductor_group", Text, "The group of nodes that it works on."),
        m("drivers", Texts, "Its hardware types."),
        m("links", Links, "Where it is."),
        m("alive", Flag, "Whether it was heard of within the last minute."),
    ]
}

/// An entry of a node's history: what is always there, and what is there in detail.
#[rustfmt::skip]
pub(super) fn history() -> (Vec<Member>, Vec<Member>) {
    let always = vec![
        m("uuid", Uuid, "Its identifier."),
        m("created_at", Time, "When it happened."),
        m("severity", SEVERITY, "How grave it is."),
        m("event", Text, "What happened; cut short in lists without detail."),
        m("links", Links, "Where it is."),
    ];
    let in_detail = vec![
        m("event_type", Text, "The kind of work."),
        m("conductor", MAYBE_TEXT, "Who did it."),
        m("user", MAYBE_TEXT, "Who had asked for it."),
        new("project", 113, MAYBE_TEXT, "The project of who had asked for it."),
        new("state", 115, MAYBE_TEXT, "The state that the node was in."),
        new("target_provision_state", 115, MAYBE_TEXT, "The state that it was on its way to."),
        new("duration_seconds", 115, Any, "How long that took."),
    ];
    (always, in_detail)
}

/// The others.
#[rustfmt::skip]
pub(super) fn all() -> Vec<(&'static str, Vec<Member>)> {
    vec![
        ("Console", vec![
            m("console_enabled", Flag, "Whether it is on."),
            m("console_info", Maybe(&Object), "Where it is served."),
        ]),
        ("BootDevice", vec![
            m("boot_device", MAYBE_TEXT, "The first device; null where Ironic has no name for it."),
            m("persistent", Maybe(&Flag), "Whether it stays after the next boot; null where the hardware doesn't say."),
        ]),
        ("BootDevices", vec![m("supported_boot_devices", Texts, "What can be set.")]),
        ("Indicator", vec![
            m("name", Text, "Its name: `NAME@COMPONENT`."),
            m("component", MAYBE_TEXT, "What it is a part of."),
            m("readonly", Flag, "Whether it can't be switched."),
            m("states", Texts, "What it can be set to."),
            m("links", Links, "Where it is."),
        ]),
        ("IndicatorState", vec![m("state", Text, "What it shows.")]),
        ("Traits", vec![m("traits", Texts, "In the order of the alphabet.")]),
        ("Vifs", vec![m("vifs", Objects, "The virtual interfaces.")]),
        ("Volume", vec![
            m("links", Links, "Where this is."),
            m("connectors", Links, "Where the connectors are."),
            m("targets", Links, "Where the targets are."),
        ]),
        ("FirmwareComponent", vec![
            m("component", Text, "`bmc`, `bios` and the like."),
            m("initial_version", MAYBE_TEXT, "The version that was there first."),
            m("current_version", MAYBE_TEXT, "The version that is there."),
            m("last_version_flashed", MAYBE_TEXT, "The version that was last written."),
            m("created_at", Maybe(&Time), "When it was first read."),
            m("updated_at", Maybe(&Time), "When it last changed."),
            new("vendor", 114, MAYBE_TEXT, "Who made the component."),
            new("model", 114, MAYBE_TEXT, "Its model."),
            new("serial_number", 114, MAYBE_TEXT, "Its serial number."),
        ]),
        ("BiosSetting", bios_setting()),
        ("Shard", vec![
            m("name", Text, "Its name; nodes without a shard are in one called `None`."),
            m("count", Number, "How many nodes it has."),
        ]),
        ("Health", vec![m("status", Text, "`ok` or `ready`.")]),
        ("Cobbler", vec![m("name", Text, "Its name in the configuration."), m("url", Text, "Where it is.")]),
        ("Profile", vec![
            m("name", Text, "Its name there."),
            m("nodes", Texts, "The nodes that have it."),
            m("state", Word(&["as_made", "missing", "changed", "unknown"]), "Whether it is as it was made."),
            m("detail", MAYBE_TEXT, "What is wrong, and what to do."),
        ]),
        ("Fault", vec![
            m("code", Text, "The controller's code."),
            m("severity", Text, "The controller's word for how grave it is."),
            m("description", Text, "What is wrong."),
            m("affected", Text, "The component."),
            m("created", Text, "When it was raised, as the controller writes it."),
        ]),
    ]
}

fn bios_setting() -> Vec<Member> {
    let mut members = vec![
        m("name", Text, "Its name."),
        m("value", Any, "What it is set to."),
        m("created_at", Maybe(&Time), "When it was first read."),
        m("updated_at", Maybe(&Time), "When it last changed."),
        m("links", Links, "Where it is."),
    ];
    let registry = nodes::hardware::REGISTRY;
    let since = nodes::hardware::BIOS_REGISTRY;
    members.extend(registry.map(|name| new(name, since, Any, "Null: controllers don't tell.")));
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::conductors;

    #[test]
    fn conductors_have_the_fields_that_are_shown() {
        let members = conductor();
        let mut names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
        names.sort_unstable();
        let mut shown = conductors::FIELDS.to_vec();
        shown.sort_unstable();
        assert_eq!(names, shown);
    }
}
