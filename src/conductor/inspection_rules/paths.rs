//! Paths into records: `extra/rack/row`, `extra.rack.row`.

use serde_json::Value;

use crate::model::{JsonMap, python};

/// The parts of a path. With a slash in it, dots are parts of keys.
pub(super) fn parts(path: &str) -> Vec<String> {
    let split: Vec<&str> = if path.contains('/') {
        path.trim_matches('/').split('/').collect()
    } else {
        path.split('.').collect()
    };
    split.into_iter().map(str::to_owned).collect()
}

/// The place of a path in an object; what is missing on the way is made.
pub(super) fn place<'a>(map: &'a mut JsonMap, parts: &[String]) -> Result<&'a mut Value, String> {
    let Some((last, way)) = parts.split_last() else {
        return Err("the path is empty".to_owned());
    };
    let mut map = map;
    for part in way {
        let below = map
            .entry(part.clone())
            .or_insert_with(|| Value::Object(JsonMap::new()));
        map = object(part, below)?;
    }
    Ok(map.entry(last.clone()).or_insert(Value::Null))
}

/// Adds to the list at a path, which is made if it isn't there.
pub(super) fn extend(
    map: &mut JsonMap,
    parts: &[String],
    value: Value,
    unique: bool,
) -> Result<(), String> {
    let place = place(map, parts)?;
    if place.is_null() {
        *place = Value::Array(Vec::new());
    }
    let Value::Array(list) = place else {
        return Err(format!("{} is no list", python::repr(place)));
    };
    if !unique || !list.contains(&value) {
        list.push(value);
    }
    Ok(())
}

/// Takes away what is at a path; whether it was there.
pub(super) fn remove(map: &mut JsonMap, parts: &[String]) -> bool {
    match parts {
        [] => false,
        [last] => map.remove(last).is_some(),
        [first, rest @ ..] => match map.get_mut(first) {
            Some(Value::Object(below)) => remove(below, rest),
            _ => false,
        },
    }
}

fn object<'a>(part: &str, value: &'a mut Value) -> Result<&'a mut JsonMap, String> {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(format!(
            "{part} is {}, which has no keys",
            python::repr(other)
        )),
    }
}
