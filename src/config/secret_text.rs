//! Texts of the configuration that are secrets.

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

/// For `#[serde(deserialize_with = "secret_text::required")]`.
pub(super) fn required<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

/// For `#[serde(deserialize_with = "secret_text::optional")]`.
pub(super) fn optional<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<SecretString>, D::Error> {
    Option::<String>::deserialize(from).map(|text| text.map(SecretString::from))
}
