//! Values on their way into an answer. They borrow what they show: a list of a thousand nodes with
//! all fields is written from the rows, not from copies of them.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::Value;

use super::mask::Masked;
use crate::model::{JsonMap, Time};

/// A value of a field.
#[derive(Debug)]
pub(crate) enum Shown<'a> {
    Null,
    Flag(bool),
    Text(Cow<'a, str>),
    Time(Time),
    /// As it is stored.
    Map(&'a JsonMap),
    /// With secrets masked.
    Masked(Masked<'a>),
    Texts(Vec<&'a str>),
    Links(Links<'a>),
    /// Made for the answer.
    Made(Value),
}

/// The two links of a thing, as [`super::links::links`] makes them.
#[derive(Debug)]
pub(crate) struct Links<'a> {
    base: &'a str,
    path: String,
}

/// A text or null.
pub(crate) fn optional_text(text: Option<&str>) -> Shown<'_> {
    text.map_or(Shown::Null, |text| Shown::Text(text.into()))
}

/// Something with a name, or null.
pub(crate) fn optional_name<'a>(value: Option<impl ToString>) -> Shown<'a> {
    value.map_or(Shown::Null, |value| Shown::Text(value.to_string().into()))
}

/// A time or null.
pub(crate) fn optional_time<'a>(time: Option<Time>) -> Shown<'a> {
    time.map_or(Shown::Null, Shown::Time)
}

/// The links of `path`, which has no slash in front.
pub(crate) fn links(base: &str, path: String) -> Shown<'_> {
    Shown::Links(Links { base, path })
}

/// A free-form field with its secrets masked.
pub(crate) fn masked(map: &JsonMap) -> Shown<'_> {
    Shown::Masked(Masked::new(map))
}

impl From<bool> for Shown<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Option<bool>> for Shown<'_> {
    fn from(flag: Option<bool>) -> Self {
        flag.map_or(Self::Null, Self::Flag)
    }
}

impl<'a> From<&'a str> for Shown<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Shown<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Value> for Shown<'_> {
    fn from(value: Value) -> Self {
        Self::Made(value)
    }
}

impl From<Shown<'_>> for Value {
    fn from(shown: Shown<'_>) -> Self {
        // Nothing in it can fail to become JSON: its keys are texts.
        serde_json::to_value(shown).unwrap_or_default()
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Time(time) => {
                let text = time.to_rfc3339_opts(chrono::SecondsFormat::Micros, false);
                serializer.serialize_str(&text)
            }
            Self::Map(map) => map.serialize(serializer),
            Self::Masked(map) => map.serialize(serializer),
            Self::Texts(texts) => texts.serialize(serializer),
            Self::Links(links) => links.serialize(serializer),
            Self::Made(value) => value.serialize(serializer),
        }
    }
}

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut both = serializer.serialize_seq(Some(2))?;
        for (version, rel) in [("/v1", "self"), ("", "bookmark")] {
            both.serialize_element(&Link {
                of: self,
                version,
                rel,
            })?;
        }
        both.end()
    }
}

struct Link<'a> {
    of: &'a Links<'a>,
    version: &'static str,
    rel: &'static str,
}

impl Serialize for Link<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Links { base, path } = self.of;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("href", &[base, self.version, "/", path].concat())?;
        map.serialize_entry("rel", self.rel)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_those_that_are_made_elsewhere() {
        assert_eq!(
            Value::from(links("http://h", "nodes/u".to_owned())),
            super::super::links::links("http://h", "nodes/u")
        );
    }
}
