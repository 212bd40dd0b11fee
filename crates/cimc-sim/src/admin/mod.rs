//! A small HTTP service for other processes: what the machines of a rack are doing, what the
//! controllers do wrong, and what a person in the machine room would do. It asks nobody for a
//! password.

mod console;
mod faults;
mod machines;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::controller::Controller;

type Rack = State<Arc<[Controller]>>;

pub(crate) fn router(controllers: Vec<Controller>) -> Router {
    Router::new()
        .route("/machines", get(machines::list))
        .route("/machines/{name}", get(machines::show))
        .route("/machines/{name}/events", get(machines::events))
        .route("/machines/{name}/console", get(console::serial))
        .route("/machines/{name}/firmware-log", get(console::firmware))
        .route("/machines/{name}/power-button", post(machines::press))
        .route("/machines/{name}/restart", post(machines::restart))
        .route("/machines/{name}/upgrade", post(machines::upgrade))
        .route("/machines/{name}/quirks", put(machines::set_quirks))
        .route("/counters", get(machines::counters))
        .route(
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .fallback(no_such_page)
        .with_state(controllers.into())
}

/// A refusal: a status and a sentence.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            error: String,
        }
        (self.0, Json(Body { error: self.1 })).into_response()
    }
}

async fn no_such_page() -> Refused {
    let pages = "there are /machines, /machines/NAME, /machines/NAME/events, \
                 /machines/NAME/console, /machines/NAME/firmware-log, \
                 /machines/NAME/power-button, /machines/NAME/restart, /machines/NAME/upgrade, \
                 /machines/NAME/quirks, /counters and /faults";
    Refused(StatusCode::NOT_FOUND, format!("no such page: {pages}"))
}

/// The body as JSON, whatever its content type says: `curl --data` needs no header.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    Json::<T>::from_bytes(body)
        .map(|Json(value)| value)
        .map_err(|refused| Refused(StatusCode::BAD_REQUEST, refused.body_text()))
}

/// The controller of a name, which may be its address, too.
fn find<'a>(controllers: &'a [Controller], name: &str) -> Result<&'a Controller, Refused> {
    controllers
        .iter()
        .find(|controller| controller.name() == name || controller.address() == name)
        .ok_or_else(|| {
            let text = format!("there is no controller {name}; GET /machines lists them");
            Refused(StatusCode::NOT_FOUND, text)
        })
}

/// Which controllers are meant: `?machines=cimc0000,cimc0001`; all without it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    machines: Option<String>,
}

fn chosen<'a>(
    controllers: &'a [Controller],
    chosen: &Chosen,
) -> Result<Vec<&'a Controller>, Refused> {
    match &chosen.machines {
        None => Ok(controllers.iter().collect()),
        Some(names) => names
            .split(',')
            .map(|name| find(controllers, name))
            .collect(),
    }
}

type ChosenQuery = Result<Query<Chosen>, axum::extract::rejection::QueryRejection>;

fn query(query: ChosenQuery) -> Result<Chosen, Refused> {
    query
        .map(|Query(chosen)| chosen)
        .map_err(|refused| Refused(StatusCode::BAD_REQUEST, refused.body_text()))
}

type Name = Path<String>;
