//! `/v1/nodes/{node}/management/indicators`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::state::ApiState;
use crate::drivers::interfaces::{Indicator, IndicatorState};
use crate::model::Node;

/// `GET`
pub(crate) async fn list(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Value>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let indicators = api.conductor.indicators(&node)?;
    let shown: Vec<Value> = indicators
        .iter()
        .map(|indicator| shown(&call, &node, indicator))
        .collect();
    Ok(Json(json!({"indicators": shown})))
}

fn shown(call: &Call, node: &Node, indicator: &Indicator) -> Value {
    let name = indicator.name;
    let states: Vec<String> = indicator.states.iter().map(ToString::to_string).collect();
    let path = format!("nodes/{}/management/indicators/{name}", node.uuid);
    json!({
        "name": name,
        "component": name.split_once('@').map(|(_, component)| component),
        "readonly": indicator.readonly,
        "states": states,
        "links": [
            {"href": format!("{}/v1/{path}", call.base), "rel": "self"},
            {"href": format!("{}/{path}", call.base), "rel": "bookmark"},
        ],
    })
}

/// `GET …/{indicator}`
pub(crate) async fn show(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, name)): Segments<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    known(&api, &node, &name)?;
    let state = api.conductor.indicator(&node.uuid.to_string()).await?;
    Ok(Json(json!({"state": state.to_string()})))
}

/// `PUT …/{indicator}`
pub(crate) async fn put(
    State(api): State<ApiState>,
    call: Call,
    Segments((ident, name)): Segments<(String, String)>,
    Body(body): Body,
) -> Result<StatusCode, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    known(&api, &node, &name)?;
    let state = body["state"].as_str().unwrap_or_default();
    let on = match state.to_ascii_lowercase().parse() {
        Ok(IndicatorState::On) => true,
        Ok(IndicatorState::Off) => false,
        _ => {
            return Err(ApiError::bad_request(format!(
                "Invalid indicator state {state} specified; {name} can be on or off."
            )));
        }
    };
    api.conductor
        .set_indicator(&node.uuid.to_string(), on)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known(api: &ApiState, node: &Node, name: &str) -> Result<(), ApiError> {
    let indicators = api.conductor.indicators(node)?;
    let names: Vec<&str> = indicators.iter().map(|indicator| indicator.name).collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(ApiError::not_found(format!(
        "Indicator {name} could not be found; this node has {}.",
        names.join(", ")
    )))
}
