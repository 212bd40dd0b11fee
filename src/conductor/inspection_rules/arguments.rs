//! The arguments of conditions and actions, by name and with patterns filled in.

use serde_json::Value;

use super::template::{Gap, fill};
use super::{Facts, RuleError};
use crate::model::{JsonMap, RuleOperation};

/// The operator of an operation, and whether it is turned round by a `!`.
pub(super) fn operator(operation: &Value) -> (&str, bool) {
    let text = operation["op"].as_str().unwrap_or_default().trim();
    match text.strip_prefix('!') {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    }
}

/// What a loop goes over: each item of a list, or an object as a whole; `None` without a loop.
pub(super) fn loop_items(operation: &Value) -> Option<Vec<Value>> {
    match &operation["loop"] {
        Value::Array(items) if !items.is_empty() => Some(items.clone()),
        Value::Object(map) if !map.is_empty() => Some(vec![Value::Object(map.clone())]),
        _ => None,
    }
}

/// The arguments of one operation, of which `item` is the turn of its loop.
pub(super) fn arguments(
    operation: &Value,
    signature: &RuleOperation,
    facts: &Facts,
    item: Option<&Value>,
) -> Result<JsonMap, RuleError> {
    let name = signature.name;
    let given = by_name(&operation["args"], signature);
    if let Some(missing) = signature.required.iter().find(|a| !given.contains_key(**a)) {
        return Err(RuleError::broken(format!("{name} needs {missing}")));
    }
    let surplus = given
        .keys()
        .find(|key| signature.arguments().all(|known| known != key.as_str()));
    if let Some(surplus) = surplus {
        return Err(RuleError::broken(format!(
            "{name} has no argument {surplus}"
        )));
    }
    let mut named = facts.named();
    if let Some(item) = item {
        named.insert("item".to_owned(), item.clone());
    }
    let filler = Filler {
        named: &named,
        looping: item.is_some(),
        missing_is_null: name == "is-empty",
    };
    let filled = given.into_iter().map(|(key, value)| {
        let patterned = item.is_some() || signature.patterns.contains(&key.as_str());
        let value = if patterned {
            filler.value(&value)
        } else {
            value
        };
        (key, value)
    });
    Ok(filled.collect())
}

fn by_name(args: &Value, signature: &RuleOperation) -> JsonMap {
    match args {
        Value::Object(map) => map.clone(),
        Value::Array(items) => signature
            .arguments()
            .zip(items)
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect(),
        _ => JsonMap::new(),
    }
}

struct Filler<'a> {
    named: &'a JsonMap,
    looping: bool,
    missing_is_null: bool,
}

impl Filler<'_> {
    fn value(&self, value: &Value) -> Value {
        match value {
            // What a loop's item brings may hold patterns itself.
            Value::String(text) if self.looping => match self.text(text) {
                Value::String(text) => self.text(&text),
                other => other,
            },
            Value::String(text) => self.text(text),
            Value::Array(items) => items
                .iter()
                .map(|item| match item {
                    Value::String(text) => self.text(text),
                    other => self.value(other),
                })
                .collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (self.key(key), self.value(value)))
                .collect(),
            other => other.clone(),
        }
    }

    /// A text that can't be filled in stays as it is, as in Ironic 39.0.0.
    fn text(&self, text: &str) -> Value {
        match fill(text, self.named) {
            Ok(filled) => filled.into(),
            Err(Gap::Key(_)) if self.missing_is_null => Value::Null,
            Err(gap) => {
                tracing::warn!(?gap, "a pattern of an inspection rule can't be filled in");
                text.into()
            }
        }
    }

    fn key(&self, key: &str) -> String {
        fill(key, self.named).unwrap_or_else(|_| key.to_owned())
    }
}
