//! The fault rules of the controllers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::{ChosenQuery, Rack, Refused, chosen, query, read};
use crate::fault::FaultRule;

/// One controller in the answer to `GET /faults`.
#[derive(Debug, Serialize)]
pub(super) struct FaultsView {
    name: String,
    /// How often a fault has struck.
    struck: u64,
    /// What still has something to do.
    rules: Vec<FaultRule>,
}

/// The controllers that have rules, or had some that struck.
pub(super) async fn list(
    State(controllers): Rack,
    which: ChosenQuery,
) -> Result<Json<Vec<FaultsView>>, Refused> {
    let views = chosen(&controllers, &query(which)?)?
        .into_iter()
        .map(|controller| FaultsView {
            name: controller.name().to_owned(),
            struck: controller.faults().struck(),
            rules: controller.faults().list(),
        })
        .filter(|view| view.struck > 0 || !view.rules.is_empty());
    Ok(Json(views.collect()))
}

pub(super) async fn add(
    State(controllers): Rack,
    which: ChosenQuery,
    body: Bytes,
) -> Result<StatusCode, Refused> {
    let controllers = chosen(&controllers, &query(which)?)?;
    let rule: FaultRule = read(&body)?;
    for controller in controllers {
        controller.faults().add(rule.clone());
    }
    Ok(StatusCode::CREATED)
}

pub(super) async fn clear(
    State(controllers): Rack,
    which: ChosenQuery,
) -> Result<StatusCode, Refused> {
    for controller in chosen(&controllers, &query(which)?)? {
        controller.faults().clear();
    }
    Ok(StatusCode::NO_CONTENT)
}
