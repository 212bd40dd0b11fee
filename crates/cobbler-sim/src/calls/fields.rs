//! What `modify_*` does with one field: which exist, what they accept, what is refused.

use super::templates;
use crate::fault::Fault;
use crate::item::{Item, Kind};
use crate::release::Release;
use crate::shell;
use crate::state::State;
use crate::value::{INHERIT, Struct, Value};

/// Sets a field; false if the item type has none of that name.
pub(crate) fn set(
    state: &State,
    item: &mut Item,
    field: &str,
    value: &Value,
) -> Result<bool, Fault> {
    let release = state.data.release;
    let field = match field {
        // Names of 2.x that 3.3 still takes. `ks_meta` is accepted and has no effect [3.3.10].
        "kickstart" if release >= Release::V3_3_0 => "autoinstall",
        "ks_meta" if release >= Release::V3_3_0 => return Ok(true),
        // Names of 1.6 that 2.x still takes.
        "ksmeta" if release < Release::V3_1_2 => "ks_meta",
        "kopts" if release < Release::V3_1_2 => "kernel_options",
        "kopts_post" if release < Release::V3_1_2 => "kernel_options_post",
        "netboot-enabled" if release < Release::V3_1_2 => "netboot_enabled",
        other => other,
    };
    if field == "name" {
        let name = value.python_str();
        check_name(release, &name)?;
        item.name = name;
        return Ok(true);
    }
    let Some(blank) = item.blank(state.data).get(field) else {
        return Ok(false);
    };
    if matches!(
        field,
        "uid" | "ctime" | "mtime" | "depth" | "interfaces" | "is_subobject"
    ) {
        return Ok(true);
    }
    let text = value.python_str();
    match (item.kind, field) {
        (Kind::Profile, "distro") if state.store.get(Kind::Distro, &text).is_none() => {
            return Err(Fault::value(match release {
                Release::V3_3_10 => format!("distribution \"{text}\" not found"),
                _ => "distribution not found".to_owned(),
            }));
        }
        (Kind::Profile, "parent") if !text.is_empty() => {
            let Some(parent) = state.store.get(Kind::Profile, &text) else {
                return Err(Fault::value(format!("profile \"{text}\" not found")));
            };
            item.fields.set("depth", depth(state, parent) + 1);
        }
        (Kind::System, "profile") if !text.is_empty() => {
            let Some(profile) = state.store.get(Kind::Profile, &text) else {
                return Err(Fault::value(match release {
                    Release::V3_3_0 | Release::V3_3_10 => {
                        format!("Profile with the name \"{text}\" is not existing")
                    }
                    _ => format!("invalid profile name: {text}"),
                }));
            };
            item.fields.set("depth", depth(state, profile) + 1);
        }
        (_, "autoinstall" | "kickstart") => templates::check_exists(state, &text)?,
        _ => {}
    }
    let value = shaped(field, blank, value);
    item.fields.set(field, value);
    Ok(true)
}

fn depth(state: &State, item: &Item) -> i64 {
    match item.field(state.data, "depth") {
        Some(Value::Int(depth)) => *depth,
        _ => 1,
    }
}

/// Letters, digits, `_ - . :`, and `+` in 2.x; an empty name passes in 3.x.
pub(crate) fn check_name(release: Release, name: &str) -> Result<(), Fault> {
    let (signs, what) = match release {
        Release::V2_8_5 => ("_-.:+", "invalid"),
        _ => ("_-.:", "Invalid"),
    };
    if name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
    {
        Ok(())
    } else {
        Err(Fault::value(format!("{what} characters in name: '{name}'")))
    }
}

/// A value in the type that the field has in the empty record.
pub(crate) fn shaped(field: &str, blank: &Value, value: &Value) -> Value {
    if value.is_inherit() {
        return INHERIT.into();
    }
    let is_options = matches!(
        field,
        "autoinstall_meta"
            | "ks_meta"
            | "kernel_options"
            | "kernel_options_post"
            | "fetchable_files"
            | "boot_files"
            | "template_files"
            | "mgmt_parameters"
    );
    let is_list = matches!(field, "owners" | "mgmt_classes" | "boot_loaders");
    match (blank, value) {
        _ if is_options => match value {
            Value::Struct(_) => value.clone(),
            other => options(&other.python_str()).into(),
        },
        (_, Value::Str(text)) if is_list || matches!(blank, Value::Array(_)) => text
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into(),
        (Value::Bool(_), value) => value.truth().into(),
        (Value::Int(_), Value::Str(text)) => text
            .parse::<i64>()
            .map_or_else(|_| value.clone(), Value::Int),
        (Value::Str(blank), value) if blank != INHERIT => value.python_str().into(),
        _ => value.clone(),
    }
}

/// The string form `a=b c='x y' flag`: split like a shell line, a flag is null, a repeated key
/// becomes a list.
fn options(text: &str) -> Struct {
    let mut options = Struct::default();
    for word in shell::split(text) {
        let (key, value) = match word.split_once('=') {
            Some((key, value)) => (key, value.into()),
            None => (word.as_str(), Value::Nil),
        };
        let value = match options.get(key) {
            None => value,
            Some(Value::Array(values)) => {
                Value::Array(values.iter().cloned().chain([value]).collect())
            }
            Some(first) => Value::Array(vec![first.clone(), value]),
        };
        options.set(key, value);
    }
    options
}
