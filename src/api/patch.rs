//! JSON patches, with Ironic's rules: `add`, `replace` and `remove` alone; only fields of a list;
//! `add` to what is there replaces it; removing a whole field resets it.

use json_patch::PatchOperation;
use serde_json::Value;

use super::error::ApiError;
use super::schema;
use super::version::Version;
use crate::model::JsonMap;
use crate::model::python::repr;

/// From here on keys may hold `/` and `~`, written `~1` and `~0`.
const SPECIAL_CHARACTERS: u16 = 98;

/// A patch whose form is right.
#[derive(Debug)]
pub(crate) struct Patch(Vec<Operation>);

#[derive(Debug)]
struct Operation {
    op: String,
    path: String,
    operation: PatchOperation,
}

impl Patch {
    /// Reads a patch and checks that it changes nothing but `allowed` fields.
    pub(crate) fn parse(
        body: &Value,
        allowed: &[&str],
        version: Version,
    ) -> Result<Self, ApiError> {
        schema::PATCH.check(&without_special_characters(body, version))?;
        let items = body.as_array().map(Vec::as_slice).unwrap_or_default();
        let operations: Vec<_> = items.iter().map(operation).collect::<Result<_, _>>()?;
        for operation in &operations {
            if !allowed.contains(&operation.field()) {
                return Err(ApiError::bad_request(format!(
                    "Cannot patch {}. Only the following can be updated: {}",
                    operation.path,
                    allowed.join(", ")
                )));
            }
        }
        Ok(Self(operations))
    }

    /// The names of the fields that it touches.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Operation::field)
    }

    /// Whether it touches a field, or something inside.
    pub(crate) fn touches(&self, field: &str) -> bool {
        self.fields().any(|touched| touched == field)
    }

    /// The values that it gives to a whole field.
    pub(crate) fn values<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Value> {
        self.0
            .iter()
            .filter(move |op| op.path[1..] == *field)
            .filter_map(|op| match &op.operation {
                PatchOperation::Add(add) => Some(&add.value),
                PatchOperation::Replace(replace) => Some(&replace.value),
                _ => None,
            })
    }

    /// Its operations on these fields, as Python prints them; others may hold secrets.
    pub(crate) fn quoted(&self, fields: &[&str]) -> String {
        let operations = self.0.iter().filter(|op| fields.contains(&op.field()));
        let values: Vec<Value> = operations
            .filter_map(|op| serde_json::to_value(&op.operation).ok())
            .collect();
        repr(&Value::Array(values))
    }

    /// Whether it removes a whole field.
    pub(crate) fn removes(&self, field: &str) -> bool {
        self.0
            .iter()
            .any(|op| op.op == "remove" && op.path[1..] == *field)
    }

    /// Whether removing one whole field is all that it does.
    pub(crate) fn only_removes(&self, field: &str) -> bool {
        matches!(self.0.as_slice(), [only] if only.op == "remove" && only.path[1..] == *field)
    }

    /// Applies it to a document that has every field which may be patched. Fields that it removes
    /// are missing from the result.
    pub(crate) fn apply(&self, document: JsonMap) -> Result<JsonMap, ApiError> {
        let mut document = Value::Object(document);
        for operation in &self.0 {
            operation.check_target(&document)?;
            json_patch::patch(&mut document, std::slice::from_ref(&operation.operation))
                .map_err(|error| operation.refused(&error.kind.to_string()))?;
        }
        Ok(match document {
            Value::Object(map) => map,
            _ => JsonMap::new(),
        })
    }
}

/// The patch as the schema knows it: Ironic's pattern of paths has no `~`, and yet newer versions
/// take it.
fn without_special_characters(body: &Value, version: Version) -> Value {
    let mut body = body.clone();
    if version.has(SPECIAL_CHARACTERS) {
        for item in body.as_array_mut().into_iter().flatten() {
            if let Some(Value::String(path)) = item.get_mut("path") {
                *path = path.replace("~1", "_").replace("~0", "_");
            }
        }
    }
    body
}

fn operation(item: &Value) -> Result<Operation, ApiError> {
    let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let (op, path) = (text("op"), text("path"));
    match serde_json::from_value(item.clone()) {
        Ok(operation) => Ok(Operation {
            op,
            path,
            operation,
        }),
        Err(_) => Err(refused(
            &op,
            &path,
            "The operation does not contain a 'value' member",
        )),
    }
}

/// The patch's value isn't quoted as Ironic does: it may be a secret.
fn refused(op: &str, path: &str, reason: &str) -> ApiError {
    ApiError::bad_request(format!(
        "Couldn't apply patch '{{'op': '{op}', 'path': '{path}'}}'. Reason: {reason}"
    ))
}

impl Operation {
    fn field(&self) -> &str {
        self.path[1..].split('/').next().unwrap_or_default()
    }

    fn refused(&self, reason: &str) -> ApiError {
        refused(&self.op, &self.path, reason)
    }

    /// Complains in Ironic's words where there is nothing to remove or replace, or nothing to add
    /// to.
    fn check_target(&self, document: &Value) -> Result<(), ApiError> {
        let (parent, name) = self.path.rsplit_once('/').unwrap_or_default();
        if self.op == "add" {
            if parent.is_empty() && document.get(name).is_none() {
                return Err(ApiError::bad_request(format!(
                    "Adding a new attribute ({}) to the root of the resource is not allowed",
                    self.path
                )));
            }
            if document.pointer(parent).is_some() {
                return Ok(());
            }
            let missing = parent.rsplit('/').next().unwrap_or_default();
            return Err(self.refused(&format!("member '{missing}' not found")));
        }
        if document.pointer(&self.path).is_some() {
            return Ok(());
        }
        let name = name.replace("~1", "/").replace("~0", "~");
        Err(self.refused(&format!("can't {} a non-existent object '{name}'", self.op)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ALLOWED: &[&str] = &["name", "extra", "driver"];

    fn parse(body: &Value, minor: u16) -> Result<Patch, ApiError> {
        Patch::parse(body, ALLOWED, Version::new(minor).unwrap())
    }

    fn apply(body: &Value) -> Result<Value, ApiError> {
        let document = json!({"name": null, "extra": {"a": 1}, "driver": "fake-hardware"});
        parse(body, 110)?
            .apply(document.as_object().cloned().unwrap())
            .map(Value::Object)
    }

    fn refusal(body: &Value) -> String {
        apply(body).unwrap_err().text().to_owned()
    }

    #[test]
    fn adding_to_what_is_there_replaces_it_and_removing_a_field_leaves_it_out() {
        assert_eq!(
            apply(&json!([
                {"op": "add", "path": "/name", "value": "n"},
                {"op": "add", "path": "/extra/b", "value": {"c": 1}},
                {"op": "add", "path": "/extra/b/d", "value": 2},
                {"op": "replace", "path": "/extra/a", "value": 9},
            ]))
            .unwrap(),
            json!({"name": "n", "extra": {"a": 9, "b": {"c": 1, "d": 2}}, "driver": "fake-hardware"})
        );
        assert_eq!(
            apply(&json!([{"op": "remove", "path": "/driver"}])).unwrap(),
            json!({"name": null, "extra": {"a": 1}})
        );
    }

    #[test]
    fn refusals_are_those_recorded_from_ironic() {
        assert_eq!(
            refusal(&json!([{"op": "remove", "path": "/extra/absent"}])),
            "Couldn't apply patch '{'op': 'remove', 'path': '/extra/absent'}'. Reason: can't remove \
             a non-existent object 'absent'"
        );
        assert_eq!(
            refusal(&json!([{"op": "replace", "path": "/nosuch", "value": 1}])),
            "Cannot patch /nosuch. Only the following can be updated: name, extra, driver"
        );
    }

    #[test]
    fn a_value_is_never_quoted() {
        for body in [
            json!([{"op": "replace", "path": "/extra/zz", "value": "hunter2"}]),
            json!([{"op": "add", "path": "/extra/x/y", "value": "hunter2"}]),
        ] {
            assert!(!refusal(&body).contains("hunter2"));
        }
        assert!(refusal(&json!([{"op": "add", "path": "/name"}])).contains("'value' member"));
    }

    #[test]
    fn keys_with_a_slash_came_in_1_98() {
        let body = json!([{"op": "add", "path": "/extra/a~1b", "value": 1}]);
        assert!(parse(&body, 97).is_err());
        assert_eq!(apply(&body).unwrap()["extra"]["a/b"], 1);
    }

    proptest! {
        #[test]
        fn no_patch_panics(op in "add|replace|remove|test|x", path in "[/a-z0-9~.]{0,12}", value in any::<Option<i32>>()) {
            let _ = apply(&json!([{"op": op, "path": path, "value": value}]));
            let _ = apply(&json!([{"op": op, "path": format!("/extra{path}")}]));
        }
    }
}
