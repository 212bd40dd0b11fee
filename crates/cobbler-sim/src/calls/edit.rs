//! Calls that make, change, save and remove items.

use super::auth::{authorise, random_token};
use super::{Args, Outcome, fields, interfaces};
use crate::fault::Fault;
use crate::item::{Item, Kind, now};
use crate::knobs::SimFault;
use crate::release::Release;
use crate::state::{Draft, State};
use crate::value::Value;
use tokio::time::Instant;

pub(crate) fn new(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(0))?;
    let item = Item::new(kind, state.data.release);
    Ok(draft(state, item).into())
}

pub(crate) fn new_subprofile(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(0))?;
    let mut item = Item::new(Kind::Profile, state.data.release);
    item.is_subprofile = true;
    Ok(draft(state, item).into())
}

pub(super) fn draft(state: &mut State, item: Item) -> String {
    let handle = format!("___NEW___{}::{}", item.kind.name(), random_token());
    let draft = Draft::Unsaved {
        item: Box::new(item),
        made: Instant::now(),
    };
    state.drafts.insert(handle.clone(), draft);
    handle
}

/// What a handle stands for: an unsaved item taken out of the drafts, or the name of a live one.
pub(super) enum Target {
    Draft(Box<Item>),
    Live(String),
}

pub(super) fn target(state: &mut State, kind: Kind, handle: &str) -> Result<Option<Target>, Fault> {
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

pub(super) fn modify_one(
    state: &mut State,
    kind: Kind,
    handle: &str,
    field: &str,
    value: &Value,
) -> Result<bool, Fault> {
    let (mut item, live) = match target(state, kind, handle)? {
        None => return no_object(state.data.release),
        Some(Target::Draft(item)) => (*item, false),
        Some(Target::Live(name)) => match state.store.get(kind, &name) {
            None => return no_object(state.data.release),
            Some(item) => (item.clone(), true),
        },
    };
    let outcome = match (kind, field) {
        (Kind::System, "modify_interface") => interfaces::modify(state, &mut item, live, value),
        (Kind::System, "delete_interface") => interfaces::delete(state, &mut item, live, value),
        // A live object keeps its name until it is renamed.
        (_, "name") if live => {
            fields::check_name(state.data.release, &value.python_str()).map(|()| true)
        }
        _ => fields::set(state, &mut item, field, value),
    };
    item.was_listed = false;
    if (kind, field, live) == (Kind::System, "profile", false)
        && state.data.release == Release::V3_3_0
        && outcome == Ok(true)
    {
        state.unsaved_children.push(item.name.clone());
    }
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

/// What a handle of nothing gives: no fault since 3.3.
fn no_object(release: Release) -> Result<bool, Fault> {
    let method = match release {
        Release::V2_8_5 => "remote_methods",
        Release::V3_1_2 | Release::V3_2_3 => "get_setter_methods",
        Release::V3_3_0 | Release::V3_3_10 => return Ok(false),
    };
    Err(Fault::attribute(format!(
        "'NoneType' object has no attribute '{method}'"
    )))
}

/// `save_X(handle, token, editmode)`: without editmode `new` an item of that name is replaced.
pub(crate) fn save(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    save_one(state, kind, args.text(0), args.text(2) == "new")
}

pub(super) fn save_one(state: &mut State, kind: Kind, handle: &str, must_be_new: bool) -> Outcome {
    let name = match target(state, kind, handle)? {
        None => return Ok(false.into()),
        Some(Target::Live(name)) => {
            if must_be_new {
                return Err(already_exists(state.data.release));
            }
            check_children(state, &name)?;
            if let Some(item) = state.store.get_mut(kind, &name) {
                item.mtime = now();
            }
            name
        }
        Some(Target::Draft(mut item)) => {
            if must_be_new && state.store.get(kind, &item.name).is_some() {
                return Err(already_exists(state.data.release));
            }
            check_children(state, &item.name)?;
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

fn already_exists(release: Release) -> Fault {
    let space = if release < Release::V3_3_0 { "  " } else { " " };
    Fault::cx(format!(
        "An object already exists with that name.{space}Try 'edit'?"
    ))
}

/// 3.3.0 enters a record among its profile's children when the profile is set, and fails each
/// save of another record as long as that one is not saved: for ever, if it has been given up.
fn check_children(state: &mut State, saved: &str) -> Result<(), Fault> {
    state.unsaved_children.retain(|name| name != saved);
    let missing = state
        .unsaved_children
        .iter()
        .find(|name| state.store.get(Kind::System, name).is_none());
    match missing {
        None => Ok(()),
        Some(name) => Err(Fault::value(format!(
            "Child with the name \"{name}\" of parent object did not exist!"
        ))),
    }
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
/// name, but for 2.8 and 3.3.0.
pub(crate) fn remove(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    let name = args.text(0);
    if state.store.get(kind, name).is_none() {
        match state.data.release {
            Release::V2_8_5 => {
                return Err(Fault::type_error(
                    "cannot marshal None unless allow_none is enabled",
                ));
            }
            Release::V3_3_0 => {
                return Err(Fault::cx(format!(
                    "cannot delete an object that does not exist: {name}"
                )));
            }
            _ => {}
        }
    }
    remove_one(state, kind, name, args.flag(2, true))?;
    Ok(true.into())
}

pub(super) fn remove_one(
    state: &mut State,
    kind: Kind,
    name: &str,
    recursive: bool,
) -> Result<(), Fault> {
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

pub(super) fn children(state: &State, kind: Kind, name: &str) -> Vec<(Kind, String)> {
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
