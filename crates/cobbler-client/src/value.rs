//! Reading Cobbler's values.
//!
//! Cobbler sends Python's `None` as the string `~`, an inherited field as the string
//! `<<inherit>>` whatever the field's type, and flags as booleans (3.2 and later) or as the
//! integers 0 and 1 (2.8, 3.1).

use std::collections::BTreeMap;

use dxr::Value;

const NONE: &str = "~";
const INHERIT: &str = "<<inherit>>";

/// A struct on the wire.
pub(crate) type Fields = BTreeMap<String, Value>;

/// Whether this stands for "nothing there": what `get_*` answers for an unknown name.
pub(crate) fn is_none(value: &Value) -> bool {
    matches!(value, Value::String(text) if text == NONE)
}

/// Text of a scalar; nothing for `None`, an inherited value and collections.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text == NONE || text == INHERIT => None,
        other => scalar(other),
    }
}

/// Text of a scalar as it stands: `~` and `<<inherit>>` may be data inside a struct of ours.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Double(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(if *flag { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}

/// A flag in any of the forms that the releases send.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(flag) => Some(*flag),
        Value::Integer(number) => Some(*number != 0),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" | "y" => Some(true),
            "0" | "false" | "no" | "off" | "n" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The strings of an array; a plain string counts as space separated words.
pub(crate) fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        other => text(other)
            .map(|words| words.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default(),
    }
}

/// A struct of texts; an inherited one is empty, members that are no text are left out.
pub(crate) fn text_map(value: &Value) -> BTreeMap<String, String> {
    match value {
        Value::Struct(fields) => fields
            .iter()
            .filter_map(|(k, v)| Some((k.clone(), scalar(v)?)))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// A struct of options: no text is a bare word, an array is a repeated option.
pub(crate) fn option_map(value: &Value) -> BTreeMap<String, Vec<String>> {
    let one = |value: &Value| match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        other => text(other)
            .filter(|text| !text.is_empty())
            .into_iter()
            .collect(),
    };
    match value {
        Value::Struct(fields) => fields.iter().map(|(k, v)| (k.clone(), one(v))).collect(),
        _ => BTreeMap::new(),
    }
}

/// A member's text, empty if the member is absent, `None` or inherited.
pub(crate) fn member(fields: &Fields, name: &str) -> String {
    fields.get(name).and_then(text).unwrap_or_default()
}

/// A string for the wire.
pub(crate) fn string(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

/// A struct of strings for the wire.
pub(crate) fn strings(map: &BTreeMap<String, String>) -> Value {
    Value::Struct(map.iter().map(|(k, v)| (k.clone(), string(v))).collect())
}

/// A struct of options for the wire.
pub(crate) fn options(map: &BTreeMap<String, Vec<String>>) -> Value {
    let one = |values: &[String]| match values {
        [] => string(""),
        [only] => string(only),
        many => Value::Array(many.iter().map(string).collect()),
    };
    Value::Struct(map.iter().map(|(k, v)| (k.clone(), one(v))).collect())
}

/// Why XML cannot carry this text unchanged, if so. XML 1.0 allows no control characters but
/// TAB and LF, and turns CR into LF on the way back.
pub(crate) fn unsendable(text: &str) -> Option<String> {
    let bad = |c: char| (c < ' ' && c != '\t' && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().find(|c| bad(*c)).map(|c| {
        format!(
            "contains the character U+{:04X}, which XML cannot carry; send base64",
            c as u32
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_nothing_only_as_a_whole_value() {
        assert!(is_none(&string("~")));
        assert_eq!(text(&string("~")), None);
        assert_eq!(text(&string("~x")), Some("~x".to_owned()));
        let inside = Value::Struct([("k".to_owned(), string("~"))].into());
        assert_eq!(text_map(&inside)["k"], "~");
    }

    #[test]
    fn an_inherited_struct_is_empty() {
        assert!(text_map(&string("<<inherit>>")).is_empty());
        assert!(option_map(&string("<<inherit>>")).is_empty());
        assert!(list(&string("<<inherit>>")).is_empty());
        assert_eq!(text(&string("<<inherit>>")), None);
    }

    #[test]
    fn flags_are_read_in_every_form_that_releases_send() {
        for yes in [
            Value::Boolean(true),
            Value::Integer(1),
            string("1"),
            string("True"),
        ] {
            assert_eq!(flag(&yes), Some(true), "{yes:?}");
        }
        for no in [
            Value::Boolean(false),
            Value::Integer(0),
            string("0"),
            string("no"),
        ] {
            assert_eq!(flag(&no), Some(false), "{no:?}");
        }
        assert_eq!(flag(&string("<<inherit>>")), None);
    }

    #[test]
    fn options_come_back_as_they_went() {
        let map = BTreeMap::from([
            ("quiet".to_owned(), vec![]),
            ("ip".to_owned(), vec!["dhcp".to_owned()]),
            (
                "console".to_owned(),
                vec!["tty0".to_owned(), "ttyS0".to_owned()],
            ),
        ]);
        assert_eq!(option_map(&options(&map)), map);
    }

    #[test]
    fn control_characters_and_carriage_returns_are_named() {
        assert_eq!(unsendable("tab\tline\né😀"), None);
        assert!(unsendable("a\rb").is_some_and(|why| why.contains("U+000D")));
        assert!(unsendable("a\u{1}b").is_some_and(|why| why.contains("U+0001")));
    }
}
