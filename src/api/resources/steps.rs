//! `/v1/deploy_templates` and `/v1/runbooks`: steps under a name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Kind;
use crate::api::error::ApiError;
use crate::api::patch::Patch;
use crate::api::schema::{self, Schema};
use crate::api::version::Version;
use crate::api::version::resources::{DEPLOY_TEMPLATE, RUNBOOK, Table};
use crate::model::{JsonMap, Resource};

/// Deploy templates: steps for instances that ask for a trait of that name.
pub(crate) enum DeployTemplate {}

impl Kind for DeployTemplate {
    const TABLE: &'static Table = &DEPLOY_TEMPLATE;

    fn schema() -> &'static Schema {
        &schema::DEPLOY_TEMPLATE
    }

    fn settle(after: &mut Resource, _before: Option<&Resource>) {
        count(after, "priority");
    }

    fn check(_before: Option<&Resource>, after: &Resource) -> Result<(), ApiError> {
        check_twice(after)
    }
}

/// The minor version that gave runbooks traits and a description, and freed their names of being
/// traits.
pub(crate) const RUNBOOK_TRAITS: u16 = 112;

/// Runbooks: steps that an administrator approved for nodes with a trait of theirs.
pub(crate) enum Runbook {}

impl Kind for Runbook {
    const TABLE: &'static Table = &RUNBOOK;

    fn schema() -> &'static Schema {
        &schema::RUNBOOK_NAMED
    }

    fn schema_at(version: Version) -> &'static Schema {
        if version.has(RUNBOOK_TRAITS) {
            &schema::RUNBOOK_NAMED
        } else {
            &schema::RUNBOOK
        }
    }

    fn patchable(version: Version) -> &'static [&'static str] {
        match Self::TABLE.patchable.split_last() {
            Some((_description, older)) if !version.has(RUNBOOK_TRAITS) => older,
            _ => Self::TABLE.patchable,
        }
    }

    fn check_patch(patch: &Patch, before: &Resource, _ident: &str) -> Result<(), ApiError> {
        let owned = patch.values("owner").any(|owner| !owner.is_null());
        let public = match patch.values("public").next() {
            Some(public) => public == &Value::Bool(true),
            None => is_public(before),
        };
        if owned && public {
            return Err(ApiError::bad_request(format!(
                "Couldn't apply patch '{}'. Reason: There cannot be an owner for a public runbook",
                patch.quoted(&["owner", "public"])
            )));
        }
        Ok(())
    }

    fn check(before: Option<&Resource>, after: &Resource) -> Result<(), ApiError> {
        if before.is_none() && is_public(after) && after.text("owner").is_some() {
            return Err(ApiError::bad_request(
                "There cannot be an owner for a public runbook",
            ));
        }
        check_twice(after)
    }

    fn settle(after: &mut Resource, before: Option<&Resource>) {
        count(after, "order");
        if before.is_some_and(|before| !is_public(before)) && is_public(after) {
            after.fields.insert("owner".to_owned(), Value::Null);
        }
    }
}

fn is_public(runbook: &Resource) -> bool {
    runbook.fields.get("public") == Some(&Value::Bool(true))
}

/// Makes numbers of those that steps have as texts, as Ironic's database does, and gives arguments to
/// steps without any.
fn count(resource: &mut Resource, key: &str) {
    let steps = resource
        .fields
        .get_mut("steps")
        .and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten() {
        let number = step[key].as_str().and_then(|text| text.parse::<u64>().ok());
        if let Some(number) = number {
            step[key] = number.into();
        }
        if step["args"].is_null() {
            step["args"] = Value::Object(JsonMap::new());
        }
    }
}

/// Each step of an interface stands once.
fn check_twice(resource: &Resource) -> Result<(), ApiError> {
    let steps = resource.fields.get("steps").and_then(Value::as_array);
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for step in steps.into_iter().flatten() {
        let text = |key: &str| step[key].as_str().unwrap_or_default();
        let name = format!("interface: {}, step: {}", text("interface"), text("step"));
        if !seen.insert(name.clone()) {
            twice.insert(name);
        }
    }
    if twice.is_empty() {
        return Ok(());
    }
    let twice: Vec<String> = twice.into_iter().collect();
    Err(ApiError::bad_request(format!(
        "Deploy template invalid: Duplicate deploy steps. A template cannot have multiple deploy \
         steps with the same interface and step. Duplicates: {}.",
        twice.join("; ")
    )))
}
