//! JSON Schema: one file for each body, and errors in the words of Python's `jsonschema`, which
//! Ironic passes on to clients.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::error::ApiError;
use super::python::repr;

/// A body's schema.
pub(crate) struct Schema {
    /// What Ironic calls the body in its complaints: `node`, `patch`, ….
    name: &'static str,
    source: Value,
    validator: Option<Validator>,
}

/// Declares the schemas: each is compiled when it is first used.
macro_rules! schemas {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub(crate) static $id: LazyLock<Schema> =
                LazyLock::new(|| Schema::compile($name, include_str!(concat!("schemas/", $file))));
        )*

        #[cfg(test)]
        const ALL: &[(&str, &LazyLock<Schema>)] = &[$(($file, &$id)),*];
    };
}

schemas! {
    /// `POST /v1/nodes`.
    NODE = "node", "node.json";
    /// A node after a patch.
    NODE_PATCHED = "patch", "node_patched.json";
    /// `POST /v1/ports`.
    PORT = "port", "port.json";
    /// A port after a patch.
    PORT_PATCHED = "patch", "port_patched.json";
    /// A port's `local_link_connection`.
    LOCAL_LINK = "local_link_connection", "local_link_connection.json";
    /// A JSON patch.
    PATCH = "patch", "patch.json";
    /// `PUT /v1/nodes/{node}/states/provision`.
    PROVISION = "body", "provision.json";
    /// `PUT /v1/nodes/{node}/states/power`.
    POWER = "body", "power.json";
    /// `PUT /v1/nodes/{node}/management/boot_device`.
    BOOT_DEVICE = "body", "boot_device.json";
    /// `PUT /v1/nodes/{node}/maintenance`.
    MAINTENANCE = "body", "maintenance.json";
    /// `PUT /v1/nodes/{node}/traits`.
    TRAITS = "body", "traits.json";
    /// `POST /v1/nodes/{node}/vifs`.
    VIF = "vif", "vif.json";
    /// The object form of a configdrive.
    CONFIGDRIVE = "configdrive", "configdrive.json";
    /// Deploy steps.
    DEPLOY_STEPS = "deploy_steps", "deploy_steps.json";
    /// Clean and service steps.
    CLEAN_STEPS = "clean_steps", "clean_steps.json";
    /// `POST /v1/heartbeat/{node}`.
    HEARTBEAT = "body", "heartbeat.json";
}

impl Schema {
    fn compile(name: &'static str, text: &str) -> Self {
        // A test compiles every file, so that neither step fails in a build that passed.
        let source: Value = serde_json::from_str(text).unwrap_or_default();
        let validator = jsonschema::validator_for(&source).ok();
        Self {
            name,
            source,
            validator,
        }
    }

    /// Checks a body: unknown and missing keys first, as `Unexpected arguments` and `Missing
    /// mandatory parameter`. For the bodies that Ironic takes apart into a handler's arguments.
    pub(crate) fn check_arguments(&self, body: &Value) -> Result<(), ApiError> {
        if let Some(map) = body.as_object() {
            let known = |key: &str| self.source["properties"].get(key).is_some();
            let unknown: Vec<&str> = map
                .keys()
                .map(String::as_str)
                .filter(|key| !known(key))
                .collect();
            if !unknown.is_empty() {
                let text = format!("Unexpected arguments: {}", unknown.join(", "));
                return Err(ApiError::bad_request(text));
            }
            let required = self.source["required"].as_array().into_iter().flatten();
            for key in required.filter_map(Value::as_str) {
                if !map.contains_key(key) {
                    let text = format!("Missing mandatory parameter: {key}");
                    return Err(ApiError::bad_request(text));
                }
            }
        }
        self.check(body)
    }

    /// Checks a body.
    pub(crate) fn check(&self, body: &Value) -> Result<(), ApiError> {
        let complaint = self.complaint(body);
        complaint.map_or(Ok(()), |complaint| {
            Err(ApiError::bad_request(format!(
                "Schema error for {}: {complaint}",
                self.name
            )))
        })
    }

    /// What is wrong with a body, if anything.
    pub(crate) fn complaint(&self, body: &Value) -> Option<String> {
        let Some(validator) = &self.validator else {
            return Some(format!("the schema {} doesn't compile", self.name));
        };
        let error = best(validator.iter_errors(body))?;
        let mut text = message(&error);
        if let Some(cause) = root_cause(&error) {
            text.push_str(". Possible root cause: ");
            text.push_str(&cause);
        }
        Some(text)
    }
}

/// Of several errors the one nearest to the body's root, alternatives last: so chooses Python's
/// `best_match`.
fn best<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Option<ValidationError<'a>> {
    errors.min_by_key(|error| {
        let alternatives = matches!(
            error.kind(),
            ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. }
        );
        (
            error.instance_path().as_str().matches('/').count(),
            alternatives,
        )
    })
}

/// The message of the innermost alternative that failed.
fn root_cause(error: &ValidationError<'_>) -> Option<String> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return None;
    };
    let inner = context
        .iter()
        .flatten()
        .min_by_key(|error| error.instance_path().as_str().len())?;
    root_cause(inner).or_else(|| Some(message(inner)))
}

/// An error in the words of Python's `jsonschema`.
fn message(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let instance = || repr(error.instance());
    match error.kind() {
        Kind::Required { property } => format!("{} is a required property", repr(property)),
        Kind::AdditionalProperties { unexpected } => {
            let names: Vec<String> = unexpected
                .iter()
                .map(|name| repr(&Value::from(name.as_str())))
                .collect();
            let verb = if names.len() == 1 { "was" } else { "were" };
            format!(
                "Additional properties are not allowed ({} {verb} unexpected)",
                names.join(", ")
            )
        }
        Kind::Type {
            kind: TypeKind::Single(kind),
        } => {
            format!("{} is not of type '{kind}'", instance())
        }
        Kind::Type {
            kind: TypeKind::Multiple(kinds),
        } => {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
            format!("{} is not of type {}", instance(), kinds.join(", "))
        }
        Kind::Enum { options } => format!("{} is not one of {}", instance(), repr(options)),
        Kind::Pattern { pattern } => {
            format!(
                "{} does not match {}",
                instance(),
                repr(&Value::from(pattern.as_str()))
            )
        }
        Kind::MaxLength { .. } => format!("{} is too long", instance()),
        Kind::MinLength { limit: 1 } | Kind::MinItems { limit: 1 } => {
            format!("{} should be non-empty", instance())
        }
        Kind::MinLength { .. } | Kind::MinItems { .. } => format!("{} is too short", instance()),
        Kind::Minimum { limit } => {
            format!("{} is less than the minimum of {}", instance(), repr(limit))
        }
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            format!("{} is not valid under any of the given schemas", instance())
        }
        Kind::OneOfMultipleValid { .. } => {
            format!(
                "{} is valid under each of the given alternatives",
                instance()
            )
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_schema_compiles() {
        for (file, schema) in ALL {
            assert!(schema.source.is_object(), "{file} is not JSON");
            assert!(schema.validator.is_some(), "{file} is no schema");
        }
    }

    fn complaint(schema: &Schema, body: &Value) -> String {
        schema.check(body).unwrap_err().text().to_owned()
    }

    #[test]
    fn complaints_are_those_recorded_from_ironic() {
        for (schema, body, text) in [
            (
                &*NODE,
                json!({}),
                "Schema error for node: 'driver' is a required property",
            ),
            (
                &*NODE,
                json!({"driver": "fake-hardware", "bogus": 1}),
                "Schema error for node: Additional properties are not allowed ('bogus' was unexpected)",
            ),
            (
                &*NODE,
                json!([1]),
                "Schema error for node: [1] is not of type 'object'",
            ),
            (
                &*PATCH,
                json!([{"op": "frob", "path": "/extra"}]),
                "Schema error for patch: 'frob' is not one of ['add', 'replace', 'remove']",
            ),
            (
                &*PATCH,
                json!([{"path": "/extra"}]),
                "Schema error for patch: 'op' is a required property",
            ),
            (
                &*PATCH,
                json!({"op": "add"}),
                "Schema error for patch: {'op': 'add'} is not of type 'array'",
            ),
            (
                &*PATCH,
                json!([{"op": "replace", "path": "extra", "value": {}}]),
                "Schema error for patch: 'extra' does not match '^(/[\\\\w-]+)+$'",
            ),
            (
                &*PORT,
                json!({"address": "52:54:00:aa:bb:02"}),
                "Schema error for port: {'address': '52:54:00:aa:bb:02'} is not valid under any of \
                 the given schemas. Possible root cause: 'node_ident' is a required property",
            ),
        ] {
            assert_eq!(complaint(schema, &body), text);
        }
    }

    #[test]
    fn bodies_of_arguments_complain_of_arguments() {
        let text = |body: &Value| POWER.check_arguments(body).unwrap_err().text().to_owned();
        assert_eq!(text(&json!({})), "Missing mandatory parameter: target");
        assert_eq!(
            text(&json!({"target": "power on", "x": 1})),
            "Unexpected arguments: x"
        );
    }
}
