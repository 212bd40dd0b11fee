//! Plain values between JSON, query strings and Rust, with Ironic's words where they are wrong.

use serde_json::Value;
use uuid::Uuid;

use super::error::ApiError;
use crate::model::{JsonMap, Time};

/// A time as Ironic writes it: ISO 8601 with microseconds and `+00:00`.
pub(crate) fn time(time: Time) -> Value {
    Value::String(time.to_rfc3339_opts(chrono::SecondsFormat::Micros, false))
}

/// The same, or null.
pub(crate) fn optional_time(value: Option<Time>) -> Value {
    value.map_or(Value::Null, time)
}

/// A text or null.
pub(crate) fn optional_text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

/// Something with a name, or null.
pub(crate) fn optional_name(value: Option<impl ToString>) -> Value {
    value.map_or(Value::Null, |value| Value::String(value.to_string()))
}

/// A boolean out of the words that oslo.utils takes.
pub(crate) fn parse_boolean(name: &str, text: &str) -> Result<bool, ApiError> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "t" | "true" | "on" | "y" | "yes" => Ok(true),
        "0" | "f" | "false" | "off" | "n" | "no" => Ok(false),
        _ => Err(ApiError::bad_request(format!(
            "Invalid {name}: Unrecognized value '{text}', acceptable values are: '0', '1', 'f', \
             'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"
        ))),
    }
}

/// A UUID, in any of the forms that Python's `uuid.UUID` takes without braces.
pub(crate) fn parse_uuid(name: &str, text: &str) -> Result<Uuid, ApiError> {
    Uuid::try_parse(text)
        .map_err(|_| ApiError::bad_request(format!("Expected UUID for {name}: {text}")))
}

/// An optional boolean of a body; Ironic's schemas take the words as strings too.
pub(crate) fn boolean(name: &str, value: &Value) -> Result<Option<bool>, ApiError> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(*value)),
        Value::String(text) => parse_boolean(name, text).map(Some),
        other => parse_boolean(name, &other.to_string()).map(Some),
    }
}

/// An optional UUID of a body.
pub(crate) fn uuid(name: &str, value: &Value) -> Result<Option<Uuid>, ApiError> {
    value
        .as_str()
        .map(|text| parse_uuid(name, text))
        .transpose()
}

/// An optional text of a body.
pub(crate) fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// An object of a body; null is the empty one.
pub(crate) fn object(value: &Value) -> JsonMap {
    value.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_microseconds_and_an_offset() {
        let t = chrono::DateTime::from_timestamp_micros(1_763_866_713_230_449).unwrap();
        assert_eq!(time(t), "2025-11-23T02:58:33.230449+00:00");
    }

    #[test]
    fn booleans_are_oslos_words() {
        for (word, value) in [
            ("1", true),
            ("True", true),
            ("on", true),
            ("no", false),
            ("F", false),
        ] {
            assert_eq!(parse_boolean("x", word).unwrap(), value);
        }
        assert_eq!(
            parse_boolean("maintenance", "maybe").unwrap_err().text(),
            "Invalid maintenance: Unrecognized value 'maybe', acceptable values are: '0', '1', \
             'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'"
        );
    }
}
