//! JSON objects whose keys keep the order in which they were set: Ironic's.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

/// An object of the API.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Document(Vec<(Cow<'static, str>, Value)>);

impl Document {
    /// Adds a key; callers set each key once.
    pub(crate) fn set(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.0.push((key.into(), value.into()));
    }

    /// The same, for building in one expression.
    pub(crate) fn with(
        mut self,
        key: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> Self {
        self.set(key, value);
        self
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A list of the API: `{"nodes": […], "next": "…"}`. The link to the next page stands there twice:
/// Ironic has it as `next`, and gophercloud's pager looks for it under `nodes_links`, so that on
/// Ironic it sees the first page alone.
#[derive(Debug)]
pub(crate) struct Collection {
    /// The list's key.
    pub(crate) key: &'static str,
    /// What it holds.
    pub(crate) items: Vec<Document>,
    /// Where the next page is; left out of the answer where there is none.
    pub(crate) next: Option<String>,
}

impl Serialize for Collection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.key, &self.items)?;
        if let Some(next) = &self.next {
            for (key, value) in next_page(self.key, next) {
                map.serialize_entry(&key, &value)?;
            }
        }
        map.end()
    }
}

/// What a list of that key says of its next page.
pub(crate) fn next_page(key: &str, next: &str) -> [(String, Value); 2] {
    let links = json!([{"rel": "next", "href": next}]);
    [("next".to_owned(), next.into()), (links_key(key), links)]
}

/// Where gophercloud looks for the links of a list of that key.
pub(crate) fn links_key(key: &str) -> String {
    match key {
        // It has this one in the singular.
        "conductors" => "conductor_links".to_owned(),
        key => format!("{key}_links"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_next_is_left_out_where_there_is_none() {
        let item = Document::default()
            .with("uuid", "u")
            .with("address", Value::Null);
        let mut list = Collection {
            key: "ports",
            items: vec![item],
            next: None,
        };
        let text = |list: &Collection| serde_json::to_string(list).unwrap();
        assert_eq!(text(&list), r#"{"ports":[{"uuid":"u","address":null}]}"#);
        list.next = Some("http://x".to_owned());
        assert_eq!(
            text(&list),
            r#"{"ports":[{"uuid":"u","address":null}],"next":"http://x","ports_links":[{"href":"http://x","rel":"next"}]}"#
        );
    }
}
