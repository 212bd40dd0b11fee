//! `/v1/inspection_rules`: what an inspection would do beyond the inventory.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use super::Kind;
use crate::api::error::ApiError;
use crate::api::patch::Patch;
use crate::api::schema::{self, Schema};
use crate::api::state::ApiState;
use crate::api::version::resources::{INSPECTION_RULE, Table};
use crate::model::{Resource, ResourceKind};

/// The highest priority of a rule (Ironic 39.0.0); those beyond are Ironic's own rules'.
const MAX_PRIORITY: i64 = 9999;

/// What each operator of a condition needs (Ironic 39.0.0).
const CONDITIONS: &[(&str, &[&str])] = &[
    ("eq", &["values"]),
    ("lt", &["values"]),
    ("gt", &["values"]),
    ("is-empty", &["value"]),
    ("in-net", &["address", "subnet"]),
    ("matches", &["value", "regex"]),
    ("contains", &["value", "regex"]),
    ("one-of", &["value"]),
    ("is-none", &["value"]),
    ("is-true", &["value"]),
    ("is-false", &["value"]),
];

/// What each action needs (Ironic 39.0.0).
const ACTIONS: &[(&str, &[&str])] = &[
    ("fail", &["msg"]),
    ("log", &["msg"]),
    ("set-attribute", &["path", "value"]),
    ("extend-attribute", &["path", "value"]),
    ("del-attribute", &["path"]),
    ("set-capability", &["name", "value"]),
    ("unset-capability", &["name"]),
    ("add-trait", &["name"]),
    ("remove-trait", &["name"]),
    ("set-plugin-data", &["path", "value"]),
    ("extend-plugin-data", &["path", "value"]),
    ("unset-plugin-data", &["path"]),
    ("set-port-attribute", &["port_id", "path", "value"]),
    ("extend-port-attribute", &["port_id", "path", "value"]),
    ("del-port-attribute", &["port_id", "path"]),
    ("api-call", &["url"]),
];

/// Inspection rules.
pub(crate) enum InspectionRule {}

impl Kind for InspectionRule {
    const TABLE: &'static Table = &INSPECTION_RULE;

    fn schema() -> &'static Schema {
        &schema::INSPECTION_RULE
    }

    fn check_patch(patch: &Patch, before: &Resource, _ident: &str) -> Result<(), ApiError> {
        let shown = patch
            .values("sensitive")
            .any(|value| value == &Value::Bool(false));
        if shown && before.fields.get("sensitive") == Some(&Value::Bool(true)) {
            return Err(ApiError::bad_request(format!(
                "Couldn't apply patch '{}'. Reason: Inspection rules cannot have the sensitive \
                 flag unset.",
                patch.quoted(&["sensitive"])
            )));
        }
        Ok(())
    }

    fn check(_before: Option<&Resource>, after: &Resource) -> Result<(), ApiError> {
        let phase = after.text("phase").unwrap_or_default();
        if phase != "main" {
            return Err(ApiError::bad_request(format!(
                "Invalid phase: {phase}. Valid phases are: main"
            )));
        }
        let priority = after.fields.get("priority").and_then(Value::as_i64);
        if priority.is_none_or(|priority| priority > MAX_PRIORITY) {
            return Err(ApiError::bad_request(
                "Priority must be between 0 and 9999 for user-defined rules.",
            ));
        }
        check_arguments(after, "conditions", "condition", CONDITIONS)?;
        check_arguments(after, "actions", "action", ACTIONS)
    }
}

/// Whether each operation has the arguments that it needs, by name or in their order.
fn check_arguments(
    rule: &Resource,
    field: &str,
    word: &str,
    table: &[(&str, &[&str])],
) -> Result<(), ApiError> {
    let operations = rule.fields.get(field).and_then(Value::as_array);
    for operation in operations.into_iter().flatten() {
        let op = operation["op"].as_str().unwrap_or_default();
        let name = op.trim_start_matches('!');
        let needed = table.iter().find(|(known, _)| *known == name);
        let missing: Vec<&str> = needed
            .map_or(&[][..], |(_, needed)| needed)
            .iter()
            .enumerate()
            .filter(|(index, argument)| match &operation["args"] {
                Value::Array(given) => given.len() <= *index,
                given => given.get(argument).is_none(),
            })
            .map(|(_, argument)| *argument)
            .collect();
        if !missing.is_empty() {
            return Err(ApiError::bad_request(format!(
                "Invalid parameters for {word} operator {op}: missing required argument(s): {}",
                missing.join(", ")
            )));
        }
    }
    Ok(())
}

/// `DELETE /v1/inspection_rules`: all of them.
pub(crate) async fn delete_all(State(api): State<ApiState>) -> Result<StatusCode, ApiError> {
    api.conductor
        .delete_resources(ResourceKind::InspectionRule)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
