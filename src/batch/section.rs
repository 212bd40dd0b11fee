//! Reading a mapping of the file: what it has, what it should not have, what is of a wrong kind.

use super::problems::{Place, Problems};
use super::tree::{Entry, Located, Value};
use crate::config::nearest::advice;

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// A mapping whose keys are known.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) place: Place,
    pub(super) entries: &'a [Entry],
    problems: &'a Problems,
}

impl<'a> Section<'a> {
    /// A mapping with free keys, such as `nodes`.
    pub(super) fn free(place: Place, tree: &'a Located, problems: &'a Problems) -> Option<Self> {
        match &tree.value {
            Value::Map(entries) => Some(Self {
                place,
                entries,
                problems,
            }),
            other => {
                problems.add(&place, format!("is {}", other.kind()), "write a mapping");
                None
            }
        }
    }

    /// A mapping with known keys only; nothing at all is an empty one.
    pub(super) fn known(
        place: Place,
        tree: &'a Located,
        known: &[&[&str]],
        problems: &'a Problems,
    ) -> Option<Self> {
        if tree.value == Value::Null {
            return Some(Self {
                place,
                entries: &[],
                problems,
            });
        }
        let section = Self::free(place, tree, problems)?;
        let known = known.concat();
        for entry in section
            .entries
            .iter()
            .filter(|entry| !known.contains(&entry.key.as_str()))
        {
            let place = section.place.below(&entry.key, entry.line);
            problems.add(&place, "this key is not known", advice(&entry.key, &known));
        }
        Some(section)
    }

    /// A key's value, unless it is absent or nothing.
    pub(super) fn get(&self, key: &str) -> Option<At<&'a Located>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        (entry.value.value != Value::Null).then(|| At {
            value: &entry.value,
            place: self.place.below(key, entry.line),
        })
    }

    /// A section below this one.
    pub(super) fn section(&self, key: &str, known: &[&[&str]]) -> Option<Section<'a>> {
        let At { value, place } = self.get(key)?;
        Section::known(place, value, known, self.problems)
    }

    /// A text that is not empty.
    pub(super) fn text(&self, key: &str) -> Option<At<&'a str>> {
        let At { value, place } = self.get(key)?;
        self.as_text(value, place)
    }

    fn as_text(&self, value: &'a Located, place: Place) -> Option<At<&'a str>> {
        match &value.value {
            Value::Text(text) if text.is_empty() => {
                self.problems
                    .add(&place, "is empty", "write a text or leave the key out");
                None
            }
            Value::Text(text) => Some(At { value: text, place }),
            other => {
                let to_do = match other {
                    Value::Bool(_) | Value::Integer(_) | Value::OtherNumber => "put it in quotes",
                    _ => "write a text",
                };
                self.problems
                    .add(&place, format!("is {}", other.kind()), to_do);
                None
            }
        }
    }

    /// A list of texts; a single text is a list of one.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<At<&'a str>>> {
        let At { value, place } = self.get(key)?;
        match &value.value {
            Value::List(items) => Some(
                items
                    .iter()
                    .filter_map(|item| {
                        let place = Place {
                            line: item.line,
                            key: place.key.clone(),
                        };
                        self.as_text(item, place)
                    })
                    .collect(),
            ),
            Value::Text(_) => Some(self.as_text(value, place).into_iter().collect()),
            other => {
                self.problems.add(
                    &place,
                    format!("is {}", other.kind()),
                    "write a list of texts",
                );
                None
            }
        }
    }

    /// One of the given words.
    pub(super) fn word(&self, key: &str, words: &[&str]) -> Option<String> {
        let At { value, place } = self.text(key)?;
        if words.contains(&value) {
            return Some(value.to_owned());
        }
        self.problems.add(
            &place,
            format!("{value:?} is not known"),
            format!("write {}", words.join(" or ")),
        );
        None
    }

    /// A TCP port.
    pub(super) fn port(&self, key: &str) -> Option<u16> {
        let At { value, place } = self.get(key)?;
        let port = match value.value {
            Value::Integer(number) => u16::try_from(number).ok().filter(|port| *port > 0),
            _ => None,
        };
        if port.is_none() {
            self.problems
                .add(&place, "is no port", "write a number from 1 to 65535");
        }
        port
    }

    /// True or false.
    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        let At { value, place } = self.get(key)?;
        if let Value::Bool(yes) = value.value {
            return Some(yes);
        }
        self.problems.add(
            &place,
            format!("is {}", value.value.kind()),
            "write true or false",
        );
        None
    }

    /// True, false, or a text.
    pub(super) fn bool_or_text(&self, key: &str) -> Option<serde_json::Value> {
        match &self.get(key)?.value.value {
            Value::Bool(yes) => Some((*yes).into()),
            _ => self.text(key).map(|text| text.value.into()),
        }
    }

    pub(super) fn problem(
        &self,
        place: &Place,
        what: impl std::fmt::Display,
        to_do: impl std::fmt::Display,
    ) {
        self.problems.add(place, what, to_do);
    }
}
