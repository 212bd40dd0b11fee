//! Calls that copy and rename items. No driver needs them.

use super::auth::authorise;
use super::edit::{Target, children, target};
use super::{Args, Outcome, fields};
use crate::fault::Fault;
use crate::item::{Item, Kind};
use crate::release::Release;
use crate::state::State;
use crate::store::UNIQUE;
use crate::value::INHERIT;

/// `copy_X(handle, newname, token)`: the copy has no MAC, no addresses and no DNS names.
pub(crate) fn copy(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    authorise(state, args.get(2))?;
    let Some(mut item) = live_item(state, kind, args.text(0))? else {
        return Ok(false.into());
    };
    if state.data.release == Release::V3_3_0 {
        let mut addresses = item.interfaces.iter();
        let address = addresses.find_map(|(_, fields)| {
            Some(fields.text("ip_address")).filter(|address| !address.is_empty())
        });
        if let Some(address) = address {
            return Err(Fault::value(format!("IP address duplicated: {address}")));
        }
    }
    let fresh = Item::new(kind, state.data.release);
    item.uid = fresh.uid;
    item.ctime = fresh.ctime;
    item.mtime = fresh.mtime;
    rename_to(state.data.release, &mut item, args.text(1))?;
    for (_, interface) in &mut item.interfaces {
        for field in UNIQUE {
            interface.remove(field);
        }
        if state.data.release >= Release::V3_3_10 {
            interface.set("virt_bridge", INHERIT);
        }
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
    // 3.3.0 gives the object its new name, leaves it under the old one, and stops.
    if state.data.release == Release::V3_3_0 {
        if let Some(half_renamed) = state.store.get_mut(kind, &item.name) {
            half_renamed.name = args.text(1).to_owned();
        }
        return Err(Fault::value("list.remove(x): x not in list"));
    }
    let old = item.name.clone();
    rename_to(state.data.release, &mut item, args.text(1))?;
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

fn rename_to(release: Release, item: &mut Item, name: &str) -> Result<(), Fault> {
    fields::check_name(release, name)?;
    item.name = name.to_owned();
    Ok(())
}

fn live_item(state: &mut State, kind: Kind, handle: &str) -> Result<Option<Item>, Fault> {
    Ok(match target(state, kind, handle)? {
        Some(Target::Live(name)) => state.store.get(kind, &name).cloned(),
        _ => None,
    })
}
