//! `/v1/nodes/{node}/vendor_passthru`: the methods of the node's vendor interface.

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::api::error::ApiError;
use crate::api::extract::{Body, Call, Segments};
use crate::api::ident;
use crate::api::query::Args;
use crate::api::state::ApiState;
use crate::model::{JsonMap, python};

/// `GET …/vendor_passthru/methods`
pub(crate) async fn methods(
    State(api): State<ApiState>,
    call: Call,
    Segments(ident): Segments<String>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let node = ident::node(&api, call.version, &ident).await?;
    let methods = api.conductor.passthru_methods(&node).iter().map(|method| {
        let shown = json!({
            "http_methods": method.http_methods,
            "async": method.is_async,
            "description": method.description,
            "attach": method.attach,
            "require_exclusive_lock": method.exclusive,
        });
        (method.name.to_owned(), shown)
    });
    Ok(Json(methods.collect()))
}

/// `…/vendor_passthru?method=`
pub(crate) async fn by_argument(
    State(api): State<ApiState>,
    call: Call,
    http: Method,
    Segments(ident): Segments<String>,
    args: Args,
    Body(body): Body,
) -> Result<Response, ApiError> {
    let method = args.required("method")?;
    check_arguments(&args, &["method"])?;
    perform(&api, &call, &http, &ident, method, &body).await
}

/// `…/vendor_passthru/{method}`
pub(crate) async fn by_path(
    State(api): State<ApiState>,
    call: Call,
    http: Method,
    Segments((ident, method)): Segments<(String, String)>,
    args: Args,
    Body(body): Body,
) -> Result<Response, ApiError> {
    check_arguments(&args, &[])?;
    perform(&api, &call, &http, &ident, &method, &body).await
}

/// A method's arguments come in the body; the query takes none of them.
fn check_arguments(args: &Args, known: &[&str]) -> Result<(), ApiError> {
    let surplus = args.pairs().map(|(name, _)| name);
    let surplus: Vec<&str> = surplus.filter(|name| !known.contains(name)).collect();
    if surplus.is_empty() {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "Unexpected arguments: {}",
        surplus.join(", ")
    )))
}

async fn perform(
    api: &ApiState,
    call: &Call,
    http: &Method,
    ident: &str,
    method: &str,
    body: &Value,
) -> Result<Response, ApiError> {
    let node = ident::node(api, call.version, ident).await?;
    let args = match body {
        Value::Null => JsonMap::new(),
        Value::Object(map) => map.clone(),
        _ => {
            return Err(ApiError::bad_request(
                "The arguments of a vendor's method are a JSON object.",
            ));
        }
    };
    let (found, value) = api
        .conductor
        .vendor_passthru(&node.uuid.to_string(), http.as_str(), method, &args)
        .await?;
    Ok(if found.is_async {
        StatusCode::ACCEPTED.into_response()
    } else if found.attach {
        python::text(&value).into_response()
    } else {
        Json(value).into_response()
    })
}

/// 400 for a method that nobody has.
pub(crate) fn no_handler(method: &str) -> ApiError {
    ApiError::bad_request(format!("No handler for method {method}"))
}
