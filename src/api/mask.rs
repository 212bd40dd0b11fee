//! Secrets in free-form fields: masked in every answer, and a mask is never taken for a secret.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use super::error::ApiError;
use crate::model::JsonMap;
use crate::store::is_secret_key;

/// What answers show in place of a secret.
pub(crate) const MASK: &str = "******";

/// Keys of `instance_info` that are shown to nobody, besides those that name secrets.
const INSTANCE_SECRETS: [&str; 3] = ["configdrive", "image_url", "user_data"];

/// A free-form field as answers show it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Masked<'a> {
    map: &'a JsonMap,
    /// Keys that are hidden besides those that name secrets; at the top only.
    more: &'static [&'static str],
}

impl<'a> Masked<'a> {
    /// Any but `instance_info`.
    pub(crate) fn new(map: &'a JsonMap) -> Self {
        Self { map, more: &[] }
    }

    /// `instance_info`.
    pub(crate) fn instance_info(map: &'a JsonMap) -> Self {
        Self {
            map,
            more: &INSTANCE_SECRETS,
        }
    }
}

impl Serialize for Masked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shown = serializer.serialize_map(Some(self.map.len()))?;
        for (key, value) in self.map {
            let is_hidden = is_secret_key(key) || self.more.contains(&key.as_str());
            if is_hidden && !value.is_null() {
                shown.serialize_entry(key, MASK)?;
            } else {
                shown.serialize_entry(key, &Inside(value))?;
            }
        }
        shown.end()
    }
}

/// What is below a key that is shown.
struct Inside<'a>(&'a Value);

impl Serialize for Inside<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => Masked::new(map).serialize(serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Inside)),
            other => other.serialize(serializer),
        }
    }
}

/// The same, as a value of its own.
pub(crate) fn masked(map: &JsonMap) -> Value {
    // Nothing in it can fail to become JSON: its keys are texts.
    serde_json::to_value(Masked::new(map)).unwrap_or_default()
}

/// Refuses a write that would store the mask as a secret: somebody sends back what an answer
/// showed. Ironic stores it, and the node has lost its password.
pub(crate) fn refuse_masks(field: &str, map: &JsonMap) -> Result<(), ApiError> {
    for (key, value) in map {
        let secret = is_secret_key(key)
            || (field == "instance_info" && INSTANCE_SECRETS.contains(&key.as_str()));
        if secret && value == MASK {
            return Err(ApiError::bad_request(format!(
                "The value of {field}/{key} is the mask {MASK} that answers show in place of a \
                 secret. Send the secret itself, or change the other keys one by one and leave \
                 this one out."
            )));
        }
        let inner = match value {
            Value::Object(inner) => vec![inner],
            Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
            _ => Vec::new(),
        };
        for map in inner {
            refuse_masks(&format!("{field}/{key}"), map)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> JsonMap {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn secrets_are_masked_at_every_depth() {
        let info = map(&json!({
            "cimc_address": "198.51.100.7", "cimc_password": "p",
            "nested": {"agent_secret_token": "t", "list": [{"passwd": 1}], "port": 443},
        }));
        assert_eq!(
            masked(&info),
            json!({
                "cimc_address": "198.51.100.7", "cimc_password": MASK,
                "nested": {"agent_secret_token": MASK, "list": [{"passwd": MASK}], "port": 443},
            })
        );
    }

    #[test]
    fn what_a_server_is_given_for_itself_is_masked_in_instance_info_alone() {
        let info = map(
            &json!({"configdrive": {"user_data": "x"}, "image_url": "u", "user_data": "x", "root_gb": 9}),
        );
        assert_eq!(
            serde_json::to_value(Masked::instance_info(&info)).unwrap(),
            json!({"configdrive": MASK, "image_url": MASK, "user_data": MASK, "root_gb": 9})
        );
        assert_eq!(masked(&info)["root_gb"], 9);
        assert_eq!(masked(&info)["image_url"], "u");
    }

    #[test]
    fn a_mask_is_refused_as_a_secret_and_the_complaint_names_the_key() {
        let error =
            refuse_masks("driver_info", &map(&json!({"a": {"cimc_password": MASK}}))).unwrap_err();
        assert!(
            error.text().contains("driver_info/a/cimc_password"),
            "{error}"
        );
        assert!(
            refuse_masks(
                "driver_info",
                &map(&json!({"note": MASK, "password": "real"}))
            )
            .is_ok()
        );
    }
}
