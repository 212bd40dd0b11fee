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
use crate::model::{RULE_ACTIONS, RULE_CONDITIONS, Resource, ResourceKind, RuleOperation};

/// The highest priority of a rule (Ironic 39.0.0); those beyond are Ironic's own rules'.
const MAX_PRIORITY: i64 = 9999;

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
        check_arguments(after, "conditions", "condition", RULE_CONDITIONS)?;
        check_arguments(after, "actions", "action", RULE_ACTIONS)
    }
}

/// Whether each operation has the arguments that it needs, by name or in their order, and no others.
fn check_arguments(
    rule: &Resource,
    field: &str,
    word: &str,
    table: &'static [RuleOperation],
) -> Result<(), ApiError> {
    let operations = rule.fields.get(field).and_then(Value::as_array);
    for operation in operations.into_iter().flatten() {
        let op = operation["op"].as_str().unwrap_or_default();
        let Some(known) = RuleOperation::find(table, op.trim_start_matches('!')) else {
            continue;
        };
        let complaints = complaints(&operation["args"], known);
        if !complaints.is_empty() {
            return Err(ApiError::bad_request(format!(
                "Invalid parameters for {word} operator {op}: {}",
                complaints.join("; ")
            )));
        }
    }
    Ok(())
}

fn complaints(args: &Value, known: &RuleOperation) -> Vec<String> {
    let missing = known.required.iter().enumerate();
    let missing: Vec<&str> = missing
        .filter(|(index, argument)| match args {
            Value::Array(given) => given.len() <= *index,
            given => given.get(argument).is_none(),
        })
        .map(|(_, argument)| *argument)
        .collect();
    let given = args.as_object().into_iter().flatten();
    let surplus: Vec<&str> = given
        .map(|(name, _)| name.as_str())
        .filter(|name| known.arguments().all(|argument| argument != *name))
        .collect();
    [("missing required", missing), ("unexpected", surplus)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what} argument(s): {}", names.join(", ")))
        .collect()
}

/// `DELETE /v1/inspection_rules`: all of them.
pub(crate) async fn delete_all(State(api): State<ApiState>) -> Result<StatusCode, ApiError> {
    api.conductor
        .delete_resources(ResourceKind::InspectionRule)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
