//! Calls that only read; none of them needs a token.

use super::{Args, Outcome};
use crate::blend;
use crate::fault::Fault;
use crate::glob;
use crate::item::{Item, Kind};
use crate::release::Release;
use crate::state::State;
use crate::store::UNIQUE;
use crate::value::{Struct, Value};

pub(crate) fn extended_version(state: &mut State, _: Args<'_>) -> Outcome {
    let mut answer = Struct::default();
    answer.set("gitdate", "Thu Jan 1 00:00:00 1970 +0000");
    answer.set("gitstamp", "0000000");
    answer.set("builddate", "Thu Jan 1 00:00:00 1970");
    let version = state.data.release.version();
    answer.set("version", version);
    let parts = version.split('.').filter_map(|part| part.parse().ok());
    let tuple = parts.map(Value::Int).collect();
    answer.set("version_tuple", Value::Array(tuple));
    Ok(answer.into())
}

pub(crate) fn list(state: &mut State, kind: Kind) -> Value {
    if state.data.release == Release::V3_1_2 {
        state.store.mark_listed(kind);
    }
    records(state, state.store.list(kind))
}

fn records(state: &State, items: Vec<&Item>) -> Value {
    let records = items.into_iter().map(|item| record(state, item).into());
    Value::Array(records.collect())
}

/// The whole record; 3.3.0 shows the names of an object's children too.
fn record(state: &State, item: &Item) -> Struct {
    let mut record = item.record(state.data);
    if record.get("children").is_some() {
        record.set("children", state.store.children(state.data, item));
    }
    record
}

fn kind(args: Args<'_>) -> Result<Kind, Fault> {
    let name = args.text(0);
    Kind::parse(name).ok_or_else(|| Fault::cx(format!("internal error, unknown type {name}")))
}

/// `get_X(name, flatten, resolved)`: flattening is not simulated.
pub(crate) fn get(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    let Some(item) = state.store.get(kind, args.text(0)) else {
        return Ok(Value::Nil);
    };
    Ok(if args.flag(2, false) {
        blend::resolved(state, item).into()
    } else {
        record(state, item).into()
    })
}

pub(crate) fn get_item(state: &mut State, args: Args<'_>) -> Outcome {
    get(state, kind(args)?, Args(&args.0[1..]))
}

pub(crate) fn names(state: &mut State, args: Args<'_>) -> Outcome {
    let items = state.store.list(kind(args)?);
    Ok(items
        .into_iter()
        .map(|item| item.name.clone())
        .collect::<Vec<_>>()
        .into())
}

pub(crate) fn has_item(state: &mut State, args: Args<'_>) -> Outcome {
    Ok(state.store.get(kind(args)?, args.text(1)).is_some().into())
}

/// `find_X(criteria, expand)`.
pub(crate) fn find(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    let Value::Struct(criteria) = args.get(0) else {
        return Err(Fault::value("calling find with no arguments"));
    };
    let found = matching(state, kind, criteria)?;
    Ok(if args.flag(1, false) {
        records(state, found)
    } else {
        found
            .into_iter()
            .map(|item| item.name.clone())
            .collect::<Vec<_>>()
            .into()
    })
}

/// `find_items(what, criteria, sort_field, expand)`.
pub(crate) fn find_items(state: &mut State, args: Args<'_>) -> Outcome {
    let rearranged = [args.get(1).clone(), Value::Bool(args.flag(3, true))];
    find(state, kind(args)?, Args(&rearranged))
}

/// Unique interface fields are looked up in the index of 3.3.10: exactly, upper case finds nothing.
/// Everything else is compared as text with globs.
fn matching<'a>(state: &'a State, kind: Kind, criteria: &Struct) -> Result<Vec<&'a Item>, Fault> {
    if criteria.is_empty() {
        return Err(Fault::value("calling find with no arguments"));
    }
    let mut narrowed: Option<Vec<&Item>> = None;
    for (key, wanted) in criteria.iter() {
        let wanted = wanted.python_str();
        let indexed = UNIQUE
            .iter()
            .find(|field| kind == Kind::System && **field == key && state.store.has_index());
        let found = match (indexed, key) {
            (Some(field), _) => {
                let owner = state.store.owner(field, &wanted);
                owner
                    .and_then(|name| state.store.get(kind, &name))
                    .into_iter()
                    .collect()
            }
            (None, "name") if !glob::is_pattern(&wanted) => {
                state.store.get(kind, &wanted).into_iter().collect()
            }
            _ => state
                .store
                .list(kind)
                .into_iter()
                .filter(|i| fits(state, i, key, &wanted))
                .collect(),
        };
        narrowed = Some(match narrowed {
            None => found,
            Some(before) => before
                .into_iter()
                .filter(|item| found.iter().any(|f| f.name == item.name))
                .collect(),
        });
    }
    Ok(narrowed.unwrap_or_default())
}

fn fits(state: &State, item: &Item, key: &str, wanted: &str) -> bool {
    match key {
        "name" => glob::matches(wanted, &item.name),
        "uid" => item.uid == wanted,
        _ if state.data.interface.get(key).is_some() && item.kind == Kind::System => {
            let mut interfaces = item.interfaces.iter();
            interfaces.any(|(_, fields)| {
                let value = fields.get(key).or_else(|| state.data.interface.get(key));
                value.is_some_and(|value| {
                    glob::matches(&wanted.to_lowercase(), &value.python_str().to_lowercase())
                })
            })
        }
        _ => item
            .field(state.data, key)
            .is_some_and(|value| glob::matches(wanted, &value.python_str())),
    }
}

pub(crate) fn handle(state: &mut State, kind: Kind, args: Args<'_>) -> Outcome {
    handle_of(state, kind, args.text(0)).map(Value::from)
}

/// The handle of a saved item is its type and name; it points at the live object.
pub(crate) fn handle_of(state: &State, kind: Kind, name: &str) -> Result<String, Fault> {
    let what = kind.name();
    match state.store.get(kind, name) {
        Some(_) => Ok(format!("{what}::{name}")),
        None => Err(Fault::cx(format!(
            "internal error, unknown {what} name {name}"
        ))),
    }
}

/// `get_blended_data(profile, system)`.
pub(crate) fn blended_data(state: &mut State, args: Args<'_>) -> Outcome {
    let (kind, name) = match (args.text(0), args.text(1)) {
        (profile, "") => (Kind::Profile, profile),
        (_, system) => (Kind::System, system),
    };
    let what = kind.name();
    match state.store.get(kind, name) {
        Some(item) => Ok(blend::blended(state, item).into()),
        None => Err(Fault::cx(format!("{what} not found: {name}"))),
    }
}
