//! Secrets in free-form fields: masked in every answer, and a mask is never taken for a secret.

use serde_json::Value;

use super::error::ApiError;
use crate::model::JsonMap;
use crate::store::is_secret_key;

/// What answers show in place of a secret.
pub(crate) const MASK: &str = "******";

/// Keys of `instance_info` that are shown to nobody, besides those that name secrets.
const INSTANCE_SECRETS: [&str; 3] = ["configdrive", "image_url", "user_data"];

/// A free-form field as answers show it.
pub(crate) fn masked(map: &JsonMap) -> Value {
    Value::Object(mask(map, &[]))
}

/// `instance_info` as answers show it.
pub(crate) fn masked_instance_info(map: &JsonMap) -> Value {
    Value::Object(mask(map, &INSTANCE_SECRETS))
}

fn mask(map: &JsonMap, more: &[&str]) -> JsonMap {
    map.iter()
        .map(|(key, value)| {
            let hidden = (is_secret_key(key) || more.contains(&key.as_str())) && !value.is_null();
            let value = if hidden {
                Value::from(MASK)
            } else {
                mask_inside(value)
            };
            (key.clone(), value)
        })
        .collect()
}

fn mask_inside(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(mask(map, &[])),
        Value::Array(items) => Value::Array(items.iter().map(mask_inside).collect()),
        other => other.clone(),
    }
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
            masked_instance_info(&info),
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
