//! The servers of a batch that are installed alike, and the eight steps in words.

use serde_json::Value;

use crate::batch::{Batch, BatchNode};
use crate::config::{Config, ImageTarget};

/// Servers that differ in names and addresses only.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) service: &'a str,
    /// What they become, a line each.
    pub(super) about: Vec<String>,
    /// At least one; the first stands for all.
    pub(super) nodes: Vec<&'a BatchNode>,
}

/// Groups in the order of the file.
pub(super) fn of(batch: &Batch) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for node in &batch.nodes {
        let about = about(node);
        match groups
            .iter_mut()
            .find(|group| group.service == node.service && group.about == about)
        {
            Some(group) => group.nodes.push(node),
            None => groups.push(Group {
                service: &node.service,
                about,
                nodes: vec![node],
            }),
        }
    }
    groups
}

/// What a server becomes, without what is its own.
fn about(node: &BatchNode) -> Vec<String> {
    let mut lines = vec![match &node.target {
        ImageTarget::Distro(distro) => format!("distro: {distro}"),
        ImageTarget::Profile(profile) => format!("your profile: {profile}, taken as it is"),
    }];
    let mut say = |key: &str, value: String| lines.push(format!("{key}: {value}"));
    if !node.packages.is_empty() {
        say("packages", node.packages.join(", "));
    }
    if let Some(options) = &node.kernel_options {
        say("kernel options", options.clone());
    }
    for (key, value) in &node.options {
        say(&key.replace('_', " "), option(value));
    }
    let link = "by one-time link, never through Cobbler";
    if node.root_password.is_some() {
        say("root's password", format!("set, {link}"));
    }
    if !node.ssh_keys.is_empty() {
        say("SSH keys", format!("{}, {link}", node.ssh_keys.len()));
    }
    if node.user_data.is_some() {
        say("user data", format!("given, {link}"));
    }
    lines
}

/// An option's value as a person writes it; a template of several lines by its length.
fn option(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('\n') => {
            format!("your template of {} lines", text.lines().count())
        }
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(option).collect::<Vec<_>>().join(", "),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| format!("{key} {}", option(value)))
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
}

/// A server's own part.
pub(super) fn own(node: &BatchNode) -> [String; 5] {
    let fqdn = match &node.domain {
        Some(domain) => format!("{}.{domain}", node.hostname),
        None => node.hostname.clone(),
    };
    let mut address = node
        .address
        .clone()
        .unwrap_or_else(|| "address by DHCP".to_owned());
    if let (Some(_), Some(gateway)) = (&node.address, &node.gateway) {
        address.push_str(&format!(" via {gateway}"));
    }
    let boots = match node.macs.first() {
        Some(mac) => format!("boots from {mac}"),
        None => "boots from the first port that can".to_owned(),
    };
    [
        node.name.clone(),
        node.cimc.address.clone(),
        fqdn,
        address,
        boots,
    ]
}

/// The eight steps in words.
pub(super) fn steps(
    group: &Group<'_>,
    batch: &Batch,
    config: &Config,
) -> [(&'static str, String); 8] {
    let cobbler = &batch.cobbler.url;
    let grace = config.cimc.soft_power_off_grace.as_secs();
    let silence = config.conductor.install_silence_limit.as_secs() / 60;
    let count = group.nodes.len();
    let systems = if count == 1 {
        "a system"
    } else {
        "a system each"
    };
    [
        (
            "power_off",
            format!("soft, and hard after {grace} s; nothing if it is off"),
        ),
        (
            "ensure_profile",
            format!(
                "one shared profile ferric-{}-…; in {cobbler}",
                group.service
            ),
        ),
        (
            "learn_macs",
            "all MAC addresses from the controller; those of the file stand".to_owned(),
        ),
        (
            "ensure_system",
            format!("{systems} with MAC, host name, addresses and one-time link; netboot on"),
        ),
        (
            "boot_network",
            "network first: for one boot where the firmware can".to_owned(),
        ),
        ("power_on", "on, unless it is on already".to_owned()),
        (
            "boot_disk",
            "once the installer shows: disk first, netboot off".to_owned(),
        ),
        (
            "wait_installed",
            format!(
                "until the installer says that it is done; fails after {silence} min of silence"
            ),
        ),
    ]
}
