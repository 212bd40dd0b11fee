//! `xapi_object_edit`: one call in place of many, and the only way to an interface in 3.3.0.

use super::auth::authorise;
use super::edit::{Target, draft, modify_one, remove_one, save_one, target};
use super::read::handle_of;
use super::{Args, Outcome, copies, interfaces};
use crate::fault::Fault;
use crate::item::{Item, Kind};
use crate::release::Release;
use crate::state::{Draft, State};
use crate::value::{Struct, Value};

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
                return Err(Fault::cx(match state.data.release {
                    Release::V2_8_5 => {
                        "it seems unwise to overwrite this object, try 'edit'".to_owned()
                    }
                    _ => format!("It seems unwise to overwrite the object {name}, try 'edit'"),
                }));
            }
            let placed = ["profile", "image"]
                .iter()
                .any(|key| attributes.get(key).is_some());
            if kind == Kind::System && !placed {
                return Err(Fault::value(
                    "You must specify a 'profile' or 'image' for new systems",
                ));
            }
            let item = Item::new(kind, state.data.release);
            let handle = draft(state, item);
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
                copies::copy(state, kind, Args(&params))
            } else {
                copies::rename(state, kind, Args(&params))
            };
        }
        "edit" => handle_of(state, kind, name)?,
        _ => return Err(Fault::cx("internal error, unknown edit type")),
    };
    let mut interface = Struct::default();
    let no_modify_interface = state.data.release == Release::V3_3_0;
    let target_interface = match attributes.get("interface") {
        None if no_modify_interface => "default",
        _ => attributes.text("interface"),
    };
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
    if kind == Kind::System && no_modify_interface {
        edit_interface(state, &handle, target_interface, &interface)?;
    } else if !target_interface.is_empty() && !interface.is_empty() {
        modify_one(state, kind, &handle, "modify_interface", &interface.into())?;
    }
    save_one(state, kind, &handle, false)
}

/// 3.3.0 has its own way to the interfaces here, past the method that it lost.
fn edit_interface(
    state: &mut State,
    handle: &str,
    name: &str,
    values: &Struct,
) -> Result<(), Fault> {
    let (mut item, live) = match target(state, Kind::System, handle)? {
        Some(Target::Draft(item)) => (*item, false),
        Some(Target::Live(name)) => match state.store.get(Kind::System, &name) {
            Some(item) => (item.clone(), true),
            None => return Ok(()),
        },
        None => return Ok(()),
    };
    item.interface_mut(name);
    interfaces::set_all(state, &mut item, live, values)?;
    if live {
        if let Some(slot) = state.store.get_mut(Kind::System, &item.name) {
            *slot = item;
        }
    } else if let Some(Draft::Unsaved { item: slot, .. }) = state.drafts.get_mut(handle) {
        **slot = item;
    }
    Ok(())
}
