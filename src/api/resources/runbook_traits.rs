//! `/v1/runbooks/{runbook}/traits`: for which nodes a runbook is approved (API 1.112).

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::find;
use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::links::location;
use crate::api::schema;
use crate::api::state::ApiState;
use crate::api::version::resources::RUNBOOK;
use crate::model::{Resource, is_valid_trait};

/// `GET`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let runbook = find(&api, &RUNBOOK, call.version, &ident).await?;
    Ok(Json(json!({"traits": runbook.texts("traits")})))
}

/// `PUT`: all at once.
pub(crate) async fn replace(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let body = if body.is_null() { json!({}) } else { body };
    schema::RUNBOOK_TRAITS.check(&body)?;
    let runbook = find(&api, &RUNBOOK, call.version, &ident).await?;
    let traits = body["traits"].as_array().ok_or_else(one_or_all)?;
    let names = traits.iter().filter_map(Value::as_str);
    save(&api, runbook, names.map(str::to_owned).collect()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT …/{trait}`: one more.
pub(crate) async fn add(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, name)): Segments<(String, String)>,
    Body(body): Body,
) -> Result<Response, ApiError> {
    if !is_valid_trait(&name) {
        return Err(ApiError::bad_request(format!(
            "Schema error for trait: '{name}' is not valid under any of the given schemas. \
             Possible root cause: '{name}' does not match '^CUSTOM_[A-Z0-9_]+$'"
        )));
    }
    let runbook = find(&api, &RUNBOOK, call.version, &ident).await?;
    if !body.is_null() && body != json!({}) {
        return Err(one_or_all());
    }
    let mut traits = held(&runbook);
    traits.insert(name.clone());
    save(&api, runbook, traits).await?;
    let place = location(&call.base, &format!("runbooks/{ident}/traits/{name}"));
    Ok((StatusCode::NO_CONTENT, [(header::LOCATION, place)]).into_response())
}

/// `DELETE`: all.
pub(crate) async fn clear(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<StatusCode, ApiError> {
    let runbook = find(&api, &RUNBOOK, call.version, &ident).await?;
    save(&api, runbook, BTreeSet::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE …/{trait}`: one, or none where the runbook doesn't have it.
pub(crate) async fn remove(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, name)): Segments<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let runbook = find(&api, &RUNBOOK, call.version, &ident).await?;
    let mut traits = held(&runbook);
    traits.remove(&name);
    save(&api, runbook, traits).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn held(runbook: &Resource) -> BTreeSet<String> {
    let names = runbook.texts("traits").into_iter();
    names.map(str::to_owned).collect()
}

async fn save(api: &ApiState, before: Resource, traits: BTreeSet<String>) -> Result<(), ApiError> {
    let mut after = before.clone();
    let traits = traits.into_iter().map(Value::from).collect();
    after.fields.insert("traits".to_owned(), traits);
    api.conductor.update_resource(&before, after).await?;
    Ok(())
}

fn one_or_all() -> ApiError {
    ApiError::bad_request(
        "A single runbook trait may be added via PUT /v1/runbooks/<runbook identifier>/traits/<trait> \
         with no body, or all runbook traits may be replaced via PUT /v1/runbooks/<runbook \
         identifier>/traits with the list of traits specified in the request body.",
    )
}
