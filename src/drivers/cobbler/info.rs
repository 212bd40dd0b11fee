//! Reading `instance_info`: free-form JSON that people type, with errors that name the key.

use secrecy::SecretString;
use serde_json::Value;

use crate::drivers::DriverError;
use crate::model::JsonMap;

/// `instance_info`, with errors that name the key.
pub(super) struct Info<'a>(pub(super) &'a JsonMap);

impl Info<'_> {
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, DriverError> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(wrong(key, other, "a text")),
        }
    }

    /// A list of texts; one text with commas or blanks is taken too, since the command-line
    /// client sends `--instance-info packages=a,b` as such.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, DriverError> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::String(text)) if key == "ssh_keys" => {
                Ok(text.lines().map(str::to_owned).collect())
            }
            Some(Value::String(text)) => Ok(text
                .split([',', ' ', '\n'])
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map(str::to_owned)
                        .ok_or_else(|| wrong(key, item, "a list of texts"))
                })
                .collect(),
            Some(other) => Err(wrong(key, other, "a list of texts")),
        }
    }

    /// A text that no message may show.
    pub(super) fn secret(&self, key: &str) -> Result<Option<SecretString>, DriverError> {
        match self.0.get(key) {
            Some(Value::String(_)) | Some(Value::Null) | None => {
                Ok(self.text(key)?.map(SecretString::from))
            }
            Some(_) => Err(DriverError::invalid(format!(
                "instance_info/{key} must be a text."
            ))),
        }
    }

    pub(super) fn parsed<T: std::str::FromStr>(
        &self,
        key: &str,
        wanted: &str,
    ) -> Result<Option<T>, DriverError> {
        self.text(key)?
            .map(|text| text.parse().map_err(|_| wrong(key, &text, wanted)))
            .transpose()
    }
}

/// A value that can't be.
pub(super) fn wrong(key: &str, value: impl std::fmt::Display, wanted: &str) -> DriverError {
    DriverError::invalid(format!(
        "instance_info/{key} is {value}; it must be {wanted}."
    ))
}
