//! Links: each thing has a `self` under `/v1` and a `bookmark` without it.

use serde_json::{Value, json};

/// The two links of `path` (`nodes/UUID`, without a slash in front).
pub(crate) fn links(base: &str, path: &str) -> Value {
    json!([
        {"href": format!("{base}/v1/{path}"), "rel": "self"},
        {"href": format!("{base}/{path}"), "rel": "bookmark"},
    ])
}

/// The value of a `Location` header.
pub(crate) fn location(base: &str, path: &str) -> String {
    format!("{base}/v1/{path}")
}
