//! What was asked of the server, call by call, for those who want to see what a client does.
//! Nothing is kept unless somebody asks for it.

use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// A call as it came, without token, password and the random part of a handle.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The method.
    pub method: String,
    /// What came with it; bytes as base64.
    pub arguments: Vec<Json>,
}

impl Call {
    /// `is_token` tells a token from other texts.
    pub(crate) fn of(method: &str, params: &[Value], is_token: impl Fn(&str) -> bool) -> Self {
        let mut arguments: Vec<Json> = params.iter().map(json).collect();
        if let ("login", [_, password, ..]) = (method, arguments.as_mut_slice()) {
            *password = Json::from("<password>");
        }
        for argument in &mut arguments {
            let Some(text) = argument.as_str() else {
                continue;
            };
            let new = text
                .strip_prefix("___NEW___")
                .and_then(|handle| handle.split_once("::"));
            if let Some((kind, _)) = new {
                *argument = format!("<new {kind}>").into();
            } else if is_token(text) {
                *argument = Json::from("<token>");
            }
        }
        Self {
            method: method.to_owned(),
            arguments,
        }
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(flag) => Json::from(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Double(number) => Json::from(*number),
        Value::Str(text) => Json::from(text.as_str()),
        Value::Bytes(bytes) => Json::from(STANDARD.encode(bytes)),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Struct(members) => members
            .iter()
            .map(|(key, value)| (key.to_owned(), json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_shows_no_password_no_token_and_no_random_handle() {
        let call = |method, params: &[&str]| {
            let params: Vec<Value> = params.iter().map(|text| Value::from(*text)).collect();
            Call::of(method, &params, |text| text == "t0k3n").arguments
        };
        assert_eq!(
            call("login", &["ferric", "s3cret"]),
            ["ferric", "<password>"]
        );
        assert_eq!(
            call(
                "modify_system",
                &["___NEW___system::abc=", "name", "n1", "t0k3n"]
            ),
            ["<new system>", "name", "n1", "<token>"]
        );
    }
}
