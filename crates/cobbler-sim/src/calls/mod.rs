//! The XML-RPC calls.

mod auth;
mod copies;
mod edit;
mod fields;
mod install;
mod interfaces;
mod methods;
mod read;
mod tasks;
pub(crate) mod templates;
mod xapi;

pub(crate) use install::{autoinstall, disable_netboot, ipxe, trigger};

use crate::fault::Fault;
use crate::journal::Call;
use crate::release::Release;
use crate::state::State;
use crate::value::Value;

/// The arguments of a call; one that was not sent reads as null.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Args<'a>(pub(crate) &'a [Value]);

impl<'a> Args<'a> {
    pub(crate) fn get(self, at: usize) -> &'a Value {
        self.0.get(at).unwrap_or(&Value::Nil)
    }

    pub(crate) fn text(self, at: usize) -> &'a str {
        self.get(at).as_str().unwrap_or_default()
    }

    /// A flag, or `default` if it was not sent.
    pub(crate) fn flag(self, at: usize, default: bool) -> bool {
        self.0.get(at).map_or(default, Value::truth)
    }
}

type Outcome = Result<Value, Fault>;

/// Runs a call.
pub(crate) fn dispatch(state: &mut State, name: &str, params: &[Value]) -> Outcome {
    let release = state.data.release;
    *state.calls.entry(name.to_owned()).or_default() += 1;
    if let Some(journal) = &mut state.journal {
        journal.push(Call::of(name, params, |text| {
            state.tokens.contains_key(text)
        }));
    }
    if name.starts_with('_') {
        return Err(Fault::cx("forbidden method"));
    }
    let Some(method) = methods::find(release, name) else {
        return Err(Fault::cx(match release {
            Release::V2_8_5 => "unknown remote method".to_owned(),
            _ => format!("unknown remote method '{name}'"),
        }));
    };
    let missing = method.required.get(params.len()..).unwrap_or_default();
    if !missing.is_empty() {
        return Err(match release {
            Release::V2_8_5 => too_few(name, method.required.len(), params.len()),
            _ => missing_arguments(name, missing),
        });
    }
    (method.run)(state, Args(params))
}

/// Python 2 counts, and counts the object itself.
fn too_few(name: &str, required: usize, given: usize) -> Fault {
    let how = if name.starts_with("get_") || name.starts_with("find_") {
        "at least"
    } else {
        "exactly"
    };
    Fault::type_error(format!(
        "{name}() takes {how} {} arguments ({} given)",
        required + 1,
        given + 1
    ))
}

fn missing_arguments(name: &str, missing: &[&str]) -> Fault {
    let quoted: Vec<_> = missing
        .iter()
        .map(|argument| format!("'{argument}'"))
        .collect();
    let list = match quoted.as_slice() {
        [first, second] => format!("{first} and {second}"),
        [head @ .., last] if !head.is_empty() => format!("{}, and {last}", head.join(", ")),
        _ => quoted.concat(),
    };
    let plural = if missing.len() == 1 { "" } else { "s" };
    Fault::type_error(format!(
        "CobblerXMLRPCInterface.{name}() missing {} required positional argument{plural}: {list}",
        missing.len()
    ))
}
