//! Calls that make, change, save and remove items.

use super::auth::{authorise, random_token};
use super::read::handle_of;
use super::{Args, Outcome, fields, interfaces};
use crate::fault::Fault;
use crate::item::{Item, Kind, now};
use crate::knobs::SimFault;
use crate::state::{Draft, State};
use crate::store::UNIQUE;
use crate::value::{INHERIT, Struct, Value};
use tokio::time::Instant;

pub(crate) fn new(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(0))?;
    Ok(draft(state, Item::new(kind)).into())
}

pub(crate) fn new_subprofile(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(0))?;
    let mut item = Item::new(Kind::Profile);
    item.fields.set("is_subobject", true);
    Ok(draft(state, item).into())
}

fn draft(state: &mut State, item: Item) -> String {
    let handle = format!("___NEW___{}::{}", item.kind.name(), random_token());
    let draft = Draft::Unsaved {
        item: Box::new(item),
        made: Instant::now(),
    };
    state.drafts.insert(handle.clone(), draft);
    handle
}

/// What a handle stands for: an unsaved item taken out of the drafts, or the name of a live one.
enum Target {
    Draft(Box<Item>),
    Live(String),
}

fn target(state: &mut State, kind: Kind, handle: &str) -> Result<Option<Target>, Fault> {
    if handle.starts_with("___NEW___") {
        return match state.drafts.get(handle) {
            None => Err(Fault::key(handle)),
            Some(Draft::Saved { name }) => Ok(Some(Target::Live(name.clone()))),
            Some(Draft::Unsaved { item, .. }) => Ok(Some(Target::Draft(item.clone()))),
        };
    }
    let name = handle.split_once("::").map_or(handle, |(_, name)| name);
    let known = state.store.get(kind, name).is_some();
    Ok(known.then(|| Target::Live(name.to_owned())))
}

/// `modify_X(handle, field, value, token)`: false for a field or handle that does not exist.
pub(crate) fn modify(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(3))?;
    modify_one(state, kind, args.text(0), args.text(1), args.get(2)).map(Value::from)
}

fn modify_one(
    state: &mut State,
    kind: Kind,
    handle: &str,
    field: &str,
    value: &Value,
) -> Result<bool, Fault> {
    let (mut item, live) = match target(state, kind, handle)? {
        None => return Ok(false),
        Some(Target::Draft(item)) => (*item, false),
        Some(Target::Live(name)) => match state.store.get(kind, &name) {
            None => return Ok(false),
            Some(item) => (item.clone(), true),
        },
    };
    let outcome = match (kind, field) {
        (Kind::System, "modify_interface") => interfaces::modify(state, &mut item, live, value),
        (Kind::System, "delete_interface") => interfaces::delete(state, &mut item, live, value),
        // A live object keeps its name until it is renamed.
        (_, "name") if live => fields::check_name(&value.python_str()).map(|()| true),
        _ => fields::set(state, &mut item, field, value),
    };
    // What was set before the fault stays set: that is how a system loses only its MAC.
    if live {
        if let Some(slot) = state.store.get_mut(kind, &item.name) {
            *slot = item;
        }
    } else if let Some(Draft::Unsaved { item: slot, .. }) = state.drafts.get_mut(handle) {
        **slot = item;
    }
    outcome
}

/// `save_X(handle, token, editmode)`: without editmode `new` an item of that name is replaced.
pub(crate) fn save(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    save_one(state, kind, args.text(0), args.text(2) == "new")
}

fn save_one(state: &mut State, kind: Kind, handle: &str, must_be_new: bool) -> Outcome {
    let name = match target(state, kind, handle)? {
        None => return Ok(false.into()),
        Some(Target::Live(name)) => {
            if must_be_new {
                return Err(already_exists());
            }
            if let Some(item) = state.store.get_mut(kind, &name) {
                item.mtime = now();
            }
            name
        }
        Some(Target::Draft(mut item)) => {
            if must_be_new && state.store.get(kind, &item.name).is_some() {
                return Err(already_exists());
            }
            complete(state, &item)?;
            let name = item.name.clone();
            item.ctime = now();
            item.mtime = item.ctime;
            state.store.put(*item);
            state
                .drafts
                .insert(handle.to_owned(), Draft::Saved { name: name.clone() });
            name
        }
    };
    tracing::debug!(kind = kind.name(), name, "saved");
    if state.knobs.strikes(SimFault::TriggerFailed) {
        return Err(Fault::cx(
            "Cobbler trigger failed: cobbler.modules.sync_post_restart_services",
        ));
    }
    Ok(true.into())
}

fn already_exists() -> Fault {
    Fault::cx("An object already exists with that name. Try 'edit'?")
}

fn complete(state: &State, item: &Item) -> Result<(), Fault> {
    let has = |field| !item.text(state.data, field).is_empty();
    let missing = match item.kind {
        Kind::Distro if !has("kernel") => Some("kernel"),
        Kind::Distro if !has("initrd") => Some("initrd"),
        Kind::Profile if !has("distro") && !has("parent") => Some("distro"),
        Kind::System if !has("profile") && !has("image") => Some("profile or image"),
        _ => None,
    };
    match missing {
        None => Ok(()),
        Some(what) => Err(Fault::cx(format!(
            "Error with {} {} - {what} is required",
            item.kind.name(),
            item.name
        ))),
    }
}

/// `remove_X(name, token, recursive)`: recursive unless told otherwise, and true for an unknown
/// name.
pub(crate) fn remove(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    remove_one(state, kind, args.text(0), args.flag(2, true))?;
    Ok(true.into())
}

fn remove_one(state: &mut State, kind: Kind, name: &str, recursive: bool) -> Result<(), Fault> {
    for (child_kind, child) in children(state, kind, name) {
        if !recursive {
            let what = child_kind.name();
            return Err(Fault::cx(format!("removal would orphan {what}: {child}")));
        }
        remove_one(state, child_kind, &child, true)?;
    }
    state.store.remove(kind, name);
    Ok(())
}

fn children(state: &State, kind: Kind, name: &str) -> Vec<(Kind, String)> {
    let links: &[(Kind, &str)] = match kind {
        Kind::Distro => &[(Kind::Profile, "distro")],
        Kind::Profile => &[(Kind::System, "profile"), (Kind::Profile, "parent")],
        Kind::System => &[],
    };
    let mut found = Vec::new();
    for (child_kind, field) in links {
        for item in state.store.list(*child_kind) {
            if item.text(state.data, field) == name {
                found.push((*child_kind, item.name.clone()));
            }
        }
    }
    found
}

/// `copy_X(handle, newname, token)`: the copy has no MAC, no addresses and no DNS names.
pub(crate) fn copy(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(2))?;
    let Some(mut item) = live_item(state, kind, args.text(0))? else {
        return Ok(false.into());
    };
    let fresh = Item::new(kind);
    item.uid = fresh.uid;
    item.ctime = fresh.ctime;
    item.mtime = fresh.mtime;
    rename_to(&mut item, args.text(1))?;
    for (_, interface) in &mut item.interfaces {
        for field in UNIQUE {
            interface.remove(field);
        }
        interface.set("virt_bridge", INHERIT);
    }
    state.store.put(item);
    Ok(true.into())
}

/// `rename_X(handle, newname, token)`: the item moves to the end of the listing.
pub(crate) fn rename(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(2))?;
    let Some(mut item) = live_item(state, kind, args.text(0))? else {
        return Ok(false.into());
    };
    let old = item.name.clone();
    rename_to(&mut item, args.text(1))?;
    for (child_kind, child) in children(state, kind, &old) {
        let field = if child_kind == Kind::Profile {
            "parent"
        } else {
            "profile"
        };
        if let Some(child) = state.store.get_mut(child_kind, &child) {
            child.fields.set(field, args.text(1));
        }
    }
    state.store.remove(kind, &old);
    state.store.put(item);
    Ok(true.into())
}

fn rename_to(item: &mut Item, name: &str) -> Result<(), Fault> {
    fields::check_name(name)?;
    item.name = name.to_owned();
    Ok(())
}

fn live_item(state: &mut State, kind: Kind, handle: &str) -> Result<Option<Item>, Fault> {
    Ok(match target(state, kind, handle)? {
        Some(Target::Live(name)) => state.store.get(kind, &name).cloned(),
        _ => None,
    })
}

/// `xapi_object_edit(type, name, add|edit|copy|rename|remove, attributes, token)`: one call for
/// all; fields it does not know are ignored.
pub(crate) fn xapi_object_edit(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(4))?;
    let (kind_name, name, mode, token) = (args.text(0), args.text(1), args.text(2), args.get(4));
    let kind = Kind::parse(kind_name)
        .ok_or_else(|| Fault::cx(format!("internal error, unknown type {kind_name}")))?;
    let none = Struct::default();
    let attributes = match args.get(3) {
        Value::Struct(attributes) => attributes,
        _ => &none,
    };
    let handle = match mode {
        "add" => {
            if state.store.get(kind, name).is_some() {
                let text = format!("It seems unwise to overwrite the object {name}, try 'edit'");
                return Err(Fault::cx(text));
            }
            let placed = ["profile", "image"]
                .iter()
                .any(|key| attributes.get(key).is_some());
            if kind == Kind::System && !placed {
                return Err(Fault::value(
                    "You must specify a 'profile' or 'image' for new systems",
                ));
            }
            let handle = draft(state, Item::new(kind));
            modify_one(state, kind, &handle, "name", &name.into())?;
            handle
        }
        "remove" => {
            let recursive = attributes.get("recursive").is_some_and(Value::truth);
            remove_one(state, kind, name, recursive)?;
            return Ok(true.into());
        }
        "copy" | "rename" => {
            let handle = handle_of(state, kind, name)?;
            let new_name = attributes.text("newname");
            let params = [handle.into(), new_name.into(), token.clone()];
            return if mode == "copy" {
                copy(state, kind, Args(&params))
            } else {
                rename(state, kind, Args(&params))
            };
        }
        "edit" => handle_of(state, kind, name)?,
        _ => return Err(Fault::cx("internal error, unknown edit type")),
    };
    let mut interface = Struct::default();
    let target_interface = attributes.text("interface");
    for (key, value) in attributes
        .iter()
        .filter(|(key, _)| *key != "name" && *key != "interface")
    {
        if kind == Kind::System && interfaces::field(state.data, key).is_some() {
            interface.set(&format!("{key}-{target_interface}"), value.clone());
        } else {
            modify_one(state, kind, &handle, key, value)?;
        }
    }
    if !target_interface.is_empty() && !interface.is_empty() {
        modify_one(state, kind, &handle, "modify_interface", &interface.into())?;
    }
    save_one(state, kind, &handle, false)
}
