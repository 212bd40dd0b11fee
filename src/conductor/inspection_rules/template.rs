//! Patterns in rules: `{node.name}`, `{inventory[cpu][count]}`, `{item[path]}`, as Python's format
//! strings have them. Format specifications (`{x:>5}`) are not known; such a text stays as it is.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

use crate::model::JsonMap;
use crate::model::python;

/// Why a pattern could not be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gap {
    /// A key isn't there.
    Key(String),
    /// It isn't well-formed, or what it names has no parts.
    Other(&'static str),
}

/// A text with its patterns filled in.
pub(super) fn fill(pattern: &str, named: &JsonMap) -> Result<String, Gap> {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.next_if_eq(&'{').is_some() => out.push('{'),
            '}' if chars.next_if_eq(&'}').is_some() => out.push('}'),
            '{' => out.push_str(&field(&mut chars, named)?),
            '}' => return Err(Gap::Other("a brace is closed that isn't open")),
            c => out.push(c),
        }
    }
    Ok(out)
}

/// What stands between braces.
fn field(chars: &mut Peekable<Chars<'_>>, named: &JsonMap) -> Result<String, Gap> {
    let name = until(chars, &['.', '[', '!', ':', '}']);
    let mut value = named
        .get(&name)
        .ok_or_else(|| match name.parse::<u64>() {
            Ok(_) => Gap::Other("a number names nothing"),
            Err(_) if name.is_empty() => Gap::Other("an empty pattern names nothing"),
            Err(_) => Gap::Key(name.clone()),
        })?
        .clone();
    // Only the node has attributes.
    let mut has_attributes = name == "node";
    loop {
        match chars.next() {
            Some('}') => return Ok(python::text(&value)),
            Some('.') => {
                let attribute = until(chars, &['.', '[', '!', ':', '}']);
                let found = value
                    .get_mut(&attribute)
                    .filter(|_| has_attributes)
                    .map(Value::take);
                value = found.ok_or(Gap::Other("there is no such attribute"))?;
                has_attributes = false;
            }
            Some('[') if !has_attributes => {
                let index = until(chars, &[']']);
                chars.next();
                value = item(value, &index)?;
            }
            Some('!') => {
                let shown = match chars.next() {
                    Some('r') => python::repr(&value),
                    Some('s') => python::text(&value),
                    _ => return Err(Gap::Other("a conversion is !r or !s")),
                };
                return match chars.next() {
                    Some('}') => Ok(shown),
                    _ => Err(Gap::Other("a format specification isn't known here")),
                };
            }
            Some(':') => return Err(Gap::Other("a format specification isn't known here")),
            Some('[') => return Err(Gap::Other("the node has attributes, not items")),
            Some(_) => return Err(Gap::Other("after an item comes another, or the end")),
            None => return Err(Gap::Other("a brace isn't closed")),
        }
    }
}

/// An item of a list or an object.
fn item(mut value: Value, index: &str) -> Result<Value, Gap> {
    let number = index.parse::<usize>();
    match (&mut value, number) {
        (Value::Object(map), Err(_)) => map.remove(index).ok_or_else(|| Gap::Key(index.to_owned())),
        // In Python a number is no text, and no key of such an object.
        (Value::Object(_), Ok(_)) => Err(Gap::Key(index.to_owned())),
        (Value::Array(items), Ok(number)) if number < items.len() => Ok(items.swap_remove(number)),
        (Value::Array(_), Ok(_)) => Err(Gap::Other("the list isn't that long")),
        (Value::Array(_), Err(_)) => Err(Gap::Other("the items of a list have numbers")),
        (Value::String(text), Ok(number)) => text
            .chars()
            .nth(number)
            .map(|c| c.to_string().into())
            .ok_or(Gap::Other("the text isn't that long")),
        _ => Err(Gap::Other("it has no items")),
    }
}

fn until(chars: &mut Peekable<Chars<'_>>, ends: &[char]) -> String {
    let mut out = String::new();
    while let Some(c) = chars.next_if(|c| !ends.contains(c)) {
        out.push(c);
    }
    out
}
