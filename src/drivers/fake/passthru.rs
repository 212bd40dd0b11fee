//! The methods of `fake-hardware`'s vendor: those of Ironic 39.0.0's, which tell whether an argument
//! is the word that they wait for.

use async_trait::async_trait;
use serde_json::Value;

use crate::drivers::DriverError;
use crate::drivers::interfaces::{PassthruMethod, VendorPassthru};
use crate::model::{JsonMap, Node};

/// The methods.
#[derive(Debug)]
pub struct FakePassthru;

const fn method(
    name: &'static str,
    description: &'static str,
    is_async: bool,
    exclusive: bool,
) -> PassthruMethod {
    PassthruMethod {
        name,
        http_methods: &["POST"],
        is_async,
        description,
        attach: false,
        exclusive,
    }
}

const METHODS: &[PassthruMethod] = &[
    method(
        "fourth_method_shared_lock",
        "Test if the value of bar is woof",
        true,
        false,
    ),
    method("log_passthrough", "Test pass-through to wait.", true, true),
    method(
        "second_method",
        "Test if the value of bar is kazoo",
        true,
        true,
    ),
    method(
        "third_method_sync",
        "Test if the value of bar is meow",
        false,
        true,
    ),
];

/// The word that a method waits for; one without takes any arguments.
fn word(method: &str) -> Option<&'static str> {
    match method {
        "second_method" => Some("kazoo"),
        "third_method_sync" => Some("meow"),
        "fourth_method_shared_lock" => Some("woof"),
        _ => None,
    }
}

#[async_trait]
impl VendorPassthru for FakePassthru {
    fn methods(&self) -> &'static [PassthruMethod] {
        METHODS
    }

    fn validate(&self, _: &Node, method: &str, args: &JsonMap) -> Result<(), DriverError> {
        if word(method).is_none() {
            return Ok(());
        }
        let is_empty = |value: &Value| match value {
            Value::Null | Value::Bool(false) => true,
            Value::String(text) => text.is_empty(),
            Value::Number(number) => number.as_f64() == Some(0.0),
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(true) => false,
        };
        if args.get("bar").is_none_or(is_empty) {
            return Err(DriverError::invalid(format!(
                "Parameter 'bar' not passed to method '{method}'."
            )));
        }
        match args.keys().find(|key| *key != "bar") {
            Some(surplus) => Err(DriverError::invalid(format!(
                "Method '{method}' has no parameter '{surplus}'."
            ))),
            None => Ok(()),
        }
    }

    async fn call(&self, node: &Node, method: &str, args: &JsonMap) -> Result<Value, DriverError> {
        let Some(word) = word(method) else {
            tracing::debug!(node.uuid = %node.uuid, method, arguments = args.len(), "called");
            return Ok(Value::Null);
        };
        Ok((args.get("bar").and_then(Value::as_str) == Some(word)).into())
    }
}
