//! Answers as values, and what differs between two.

use dxr::{FaultResponse, MethodResponse, Value};
use std::collections::BTreeSet;

/// Members that are never twice the same.
const VOLATILE: [&str; 4] = ["uid", "builddate", "gitdate", "gitstamp"];

/// A value, or the text of a fault.
pub(crate) type Answer = Result<Value, String>;

/// Reads an answer from the wire.
pub(crate) fn read(xml: &str) -> Answer {
    match MethodResponse::from_xml(xml) {
        Ok(response) => Ok(response.value),
        Err(_) => Err(FaultResponse::from_xml(xml)
            .unwrap()
            .fault
            .string()
            .to_owned()),
    }
}

/// The text that an answer consists of.
pub(crate) fn only_text(xml: &str) -> Option<String> {
    match read(xml) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// The first difference in type or value, with the way to it. Times and ids do not count.
pub(crate) fn difference(here: &Answer, recorded: &Answer) -> Option<String> {
    match (here, recorded) {
        (Ok(here), Ok(recorded)) => differ("answer", here, recorded),
        (Err(here), Err(recorded)) if here == recorded => None,
        _ => Some(format!("here {here:?}, recorded {recorded:?}")),
    }
}

fn differ(at: &str, here: &Value, recorded: &Value) -> Option<String> {
    match (here, recorded) {
        (Value::Struct(here), Value::Struct(recorded)) => {
            let names: BTreeSet<_> = here.keys().chain(recorded.keys()).collect();
            names
                .into_iter()
                .filter(|name| !VOLATILE.contains(&name.as_str()))
                .find_map(|name| match (here.get(name), recorded.get(name)) {
                    (Some(one), Some(other)) => differ(&format!("{at}.{name}"), one, other),
                    (one, other) => Some(format!("{at}.{name}: here {one:?}, recorded {other:?}")),
                })
        }
        (Value::Array(here), Value::Array(recorded)) if here.len() == recorded.len() => here
            .iter()
            .zip(recorded)
            .enumerate()
            .find_map(|(n, (one, other))| differ(&format!("{at}[{n}]"), one, other)),
        (Value::Double(one), Value::Double(other)) if is_time(*one) && is_time(*other) => None,
        _ if here == recorded => None,
        _ => Some(format!("{at}: here {here:?}, recorded {recorded:?}")),
    }
}

/// Seconds since 1970, of this century.
fn is_time(number: f64) -> bool {
    number > 1.0e9
}
