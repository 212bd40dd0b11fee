//! Secrets as rules see them: not at all, so that no rule can carry one into a log, an error or a
//! field that answers show.

use serde_json::Value;

use crate::store::is_secret_key;

/// What Ironic 39.0.0 shows to rules in place of a secret.
const MASK: &str = "***";

/// A value with what stands under the names of secrets hidden, at every depth.
pub(super) fn hidden(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let value = if is_secret_key(key) && !value.is_null() {
                    MASK.into()
                } else {
                    hidden(value)
                };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(hidden).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::hidden;

    #[test]
    fn secrets_are_hidden_at_every_depth_and_what_is_none_stays() {
        let seen = hidden(&json!({
            "driver_info": {"cimc_address": "192.0.2.1", "cimc_password": "p"},
            "list": [{"auth_token": "t"}], "password": null,
        }));
        assert_eq!(
            seen,
            json!({
                "driver_info": {"cimc_address": "192.0.2.1", "cimc_password": "***"},
                "list": [{"auth_token": "***"}], "password": null,
            })
        );
    }
}
