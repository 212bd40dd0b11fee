//! What tests see of the simulator's items.

use crate::item::Item;
use crate::release::ReleaseData;
use crate::value::Value;
use std::collections::BTreeMap;

/// A system as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemView {
    /// Name.
    pub name: String,
    /// Profile; empty if none.
    pub profile: String,
    /// Host name; empty if none.
    pub hostname: String,
    /// Free text.
    pub comment: String,
    /// Whether it boots from the network into the installer.
    pub netboot_enabled: bool,
    /// MAC by interface name; an interface without one has an empty text.
    pub macs: BTreeMap<String, String>,
    /// IPv4 address by interface name; empty text if none.
    pub ips: BTreeMap<String, String>,
    /// The system's own metadata, values as Python prints them.
    pub meta: BTreeMap<String, String>,
    /// The system's own owners; empty if inherited.
    pub owners: Vec<String>,
}

impl SystemView {
    pub(crate) fn of(data: &ReleaseData, item: &Item) -> Self {
        let interfaces = |field: &str| {
            let pairs = item.interfaces.iter();
            pairs
                .map(|(name, fields)| (name.clone(), fields.text(field).to_owned()))
                .collect()
        };
        let owners = match item.field(data, "owners") {
            Some(Value::Array(owners)) => owners.iter().map(Value::python_str).collect(),
            _ => Vec::new(),
        };
        Self {
            name: item.name.clone(),
            profile: item.text(data, "profile").to_owned(),
            hostname: item.text(data, "hostname").to_owned(),
            comment: item.text(data, "comment").to_owned(),
            netboot_enabled: item
                .field(data, "netboot_enabled")
                .is_some_and(Value::truth),
            macs: interfaces("mac_address"),
            ips: interfaces("ip_address"),
            meta: meta(data, item),
            owners,
        }
    }
}

/// A profile as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileView {
    /// Name.
    pub name: String,
    /// Distro; empty for a sub-profile.
    pub distro: String,
    /// Template path (absolute in 2.8.5), or `<<inherit>>`.
    pub autoinstall: String,
    /// Free text.
    pub comment: String,
    /// The profile's own metadata, values as Python prints them.
    pub meta: BTreeMap<String, String>,
}

impl ProfileView {
    pub(crate) fn of(data: &ReleaseData, item: &Item) -> Self {
        Self {
            name: item.name.clone(),
            distro: item.text(data, "distro").to_owned(),
            autoinstall: item.text(data, data.template_field()).to_owned(),
            comment: item.text(data, "comment").to_owned(),
            meta: meta(data, item),
        }
    }
}

fn meta(data: &ReleaseData, item: &Item) -> BTreeMap<String, String> {
    match item.field(data, data.meta_field()) {
        Some(Value::Struct(meta)) => meta
            .iter()
            .map(|(key, value)| (key.to_owned(), value.python_str()))
            .collect(),
        _ => BTreeMap::new(),
    }
}
