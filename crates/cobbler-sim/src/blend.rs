//! Inheritance: settings, distro, profiles and system melted into one record.

use crate::item::{Item, Kind};
use crate::shell;
use crate::state::State;
use crate::value::{Struct, Value};

/// Fields whose members are merged down the line instead of replaced.
const MERGED: [&str; 8] = [
    "kernel_options",
    "kernel_options_post",
    "autoinstall_meta",
    "ks_meta",
    "fetchable_files",
    "boot_files",
    "template_files",
    "mgmt_parameters",
];

/// The distro, the profiles from the top down, and the item itself.
fn chain<'a>(state: &'a State, item: &'a Item) -> Vec<&'a Item> {
    let mut chain = vec![item];
    let mut at = item;
    // A profile tree is a few levels deep; the limit ends a circle of parents.
    while chain.len() < 32 {
        let up = |kind, field| state.store.get(kind, at.text(state.data, field));
        let next = match at.kind {
            Kind::Distro => None,
            Kind::System => up(Kind::Profile, "profile"),
            Kind::Profile => up(Kind::Profile, "parent").or_else(|| up(Kind::Distro, "distro")),
        };
        let Some(next) = next else { break };
        chain.push(next);
        at = next;
    }
    chain.reverse();
    chain
}

/// What the server's settings give for a field that nobody in the line has set.
fn fallback(state: &State, field: &str) -> Value {
    let setting = |name| state.settings.get(name).cloned();
    match field {
        "owners" => setting("default_ownership"),
        "virt_bridge" | "virt_file_size" | "virt_ram" | "virt_type" | "virt_disk_driver" => {
            setting(&format!("default_{field}"))
        }
        "virt_cpus" => Some(Value::Int(1)),
        "proxy" => setting("proxy_url_int"),
        "mgmt_classes" => Some(Value::Array(Vec::new())),
        "boot_loaders" => Some(Value::Array(
            ["grub", "pxe", "ipxe"]
                .map(Value::from)
                .into_iter()
                .collect(),
        )),
        _ if MERGED.contains(&field) => Some(Value::Struct(Struct::default())),
        other => setting(other),
    }
    .unwrap_or_else(|| Value::from(""))
}

/// A field with its inheritance followed.
fn resolve(state: &State, chain: &[&Item], field: &str) -> Value {
    if MERGED.contains(&field) {
        let mut merged = match state.settings.get(field) {
            Some(Value::Struct(base)) => base.clone(),
            _ => Struct::default(),
        };
        for item in chain {
            if let Some(Value::Struct(own)) = item.field(state.data, field) {
                merged.extend(own);
            }
        }
        return merged.into();
    }
    let own = chain
        .iter()
        .rev()
        .filter_map(|item| item.field(state.data, field));
    own.into_iter()
        .find(|value| !value.is_inherit())
        .cloned()
        .unwrap_or_else(|| fallback(state, field))
}

/// The record with its inherited values filled in: `get_system(name, false, true)`.
pub(crate) fn resolved(state: &State, item: &Item) -> Struct {
    let chain = chain(state, item);
    let mut record = item.record(state.data);
    for (field, value) in item.record(state.data).iter() {
        // 3.3.10 leaves these two as they are.
        let stays = matches!(field, "virt_disk_driver" | "virt_type");
        let merges = MERGED.contains(&field);
        if merges || (value.is_inherit() && !stays) {
            record.set(field, resolve(state, &chain, field));
        }
    }
    if item.kind != Kind::Distro {
        let template = record.get("autoinstall").cloned().unwrap_or(Value::Nil);
        let meta = record
            .get("autoinstall_meta")
            .cloned()
            .unwrap_or(Value::Nil);
        record.set("kickstart", template);
        record.set("ks_meta", meta);
    }
    record
}

/// Everything a template can name: `get_blended_data`. Metadata wins over all that is built in.
pub(crate) fn blended(state: &State, item: &Item) -> Struct {
    let chain = chain(state, item);
    let mut all = state.settings.clone();
    for level in &chain {
        for (field, _) in level.record(state.data).iter() {
            all.set(field, resolve(state, &chain, field));
        }
    }
    for (field, value) in item
        .record(state.data)
        .iter()
        .filter(|(_, value)| !value.is_inherit())
    {
        if !MERGED.contains(&field) {
            all.set(field, value.clone());
        }
    }
    if let Some(Value::Struct(interfaces)) = all.get("interfaces").cloned() {
        for (name, interface) in interfaces.iter() {
            let Value::Struct(fields) = interface else {
                continue;
            };
            for (field, value) in fields.iter() {
                all.set(&format!("{field}_{name}"), value.clone());
            }
        }
    }
    all.set("repos", "");
    all.set("repo_data", Value::Array(Vec::new()));
    all.set("http_server", state.http_server.as_str());
    for level in &chain {
        all.set(&format!("{}_name", level.kind.name()), level.name.as_str());
    }
    let meta = match all.get(state.data.meta_field()) {
        Some(Value::Struct(meta)) => meta.clone(),
        _ => Struct::default(),
    };
    if let Some(Value::Struct(parameters)) = all.get_mut("mgmt_parameters") {
        parameters.extend(&meta);
    }
    for field in MERGED
        .into_iter()
        .filter(|field| *field != "mgmt_parameters")
    {
        if let Some(Value::Struct(members)) = all.get(field).cloned() {
            all.set(field, flat(&members));
        }
    }
    all.extend(&meta);
    all
}

/// `key=value ` for each member, quoted like shell words.
fn flat(members: &Struct) -> String {
    let mut text = String::new();
    for (key, value) in members.iter() {
        text.push_str(key);
        if *value != Value::Nil {
            text.push('=');
            text.push_str(&shell::quoted(&value.python_str()));
        }
        text.push(' ');
    }
    text
}
