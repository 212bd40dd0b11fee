//! What happens around every handler: request identifiers, the log line, API versions, panics.

use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument as _;
use uuid::Uuid;

use super::error::{ApiError, Flat};
use super::state::ApiState;
use super::version::routes::{self, Area};
use super::version::{self, MAX_MINOR, MIN_MINOR, NegotiationError, Refusal, Version};

/// Both headers that carry a request's identifier in answers; API 1.107 documents the second.
const REQUEST_ID: [&str; 2] = ["openstack-request-id", "x-openstack-request-id"];

/// First segments of paths that aren't Ironic's; every other path is routed below `/v1`, whether
/// it says so or not.
const OWN: [&str; 6] = [
    "v1",
    "ferric",
    "healthz",
    "readyz",
    "healthcheck",
    "metrics",
];

/// Takes trailing slashes off, and puts `/v1` in front where it is missing, as Ironic does.
pub(crate) fn normalise<B>(mut request: axum::http::Request<B>) -> axum::http::Request<B> {
    let path = request.uri().path();
    let trimmed = path.trim_end_matches('/');
    let first = trimmed
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    let wanted = match trimmed {
        "" => "/".to_owned(),
        _ if OWN.contains(&first) => trimmed.to_owned(),
        _ => format!("/v1{trimmed}"),
    };
    if wanted != path {
        let query = request
            .uri()
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let mut parts = request.uri().clone().into_parts();
        if let Ok(path) = uri::PathAndQuery::try_from(format!("{wanted}{query}")) {
            parts.path_and_query = Some(path);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request
}

/// Gives the request an identifier, logs and counts it when it is done, and answers `OPTIONS` and the `HEAD`s
/// that Ironic doesn't have.
pub(crate) async fn observe(State(api): State<ApiState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = format!("req-{}", Uuid::new_v4());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    let span =
        tracing::info_span!("request", id, %method, route, global_id = tracing::field::Empty);
    if let Some(global) = request.headers().get("x-openstack-request-id") {
        span.record("global_id", global.to_str().unwrap_or_default());
    }
    let mut response = if method == Method::OPTIONS {
        StatusCode::OK.into_response()
    } else if method == Method::HEAD && route.starts_with("/v1/") {
        not_allowed().into_response()
    } else if holds_nul(request.uri()) {
        // No database finds anything by it, and PostgreSQL takes it for an error of ours.
        let words = "The address holds the character NUL.";
        ApiError::flat(StatusCode::BAD_REQUEST, words).into_response()
    } else {
        next.run(request).instrument(span.clone()).await
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        for name in REQUEST_ID {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value.clone());
        }
    }
    let minor = response
        .extensions()
        .get::<Version>()
        .copied()
        .map(Version::minor);
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let metrics = api.conductor.metrics().api();
    metrics.answered(&route, method.as_str(), status, took);
    let latency = took.as_micros();
    span.in_scope(|| tracing::info!(status, minor, latency_us = latency, "answered"));
    response
}

fn holds_nul(uri: &Uri) -> bool {
    let all = uri.path_and_query();
    all.is_some_and(|all| all.as_str().contains("%00"))
}

/// Agrees on a version and refuses what it doesn't have.
pub(crate) async fn negotiate(mut request: Request, next: Next) -> Response {
    let version = match version::negotiate(request.headers()) {
        Ok(version) => version,
        Err(error) => {
            let mut response =
                ApiError::flat(StatusCode::NOT_ACCEPTABLE, error.to_string()).into_response();
            if error != NegotiationError::Malformed {
                add_range(&mut response);
            }
            return response;
        }
    };
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let mut response = match routes::refusal(route, version) {
        Some(area) => refuse(area, request.method()).into_response(),
        None => {
            request.extensions_mut().insert(version);
            next.run(request).await
        }
    };
    response.extensions_mut().insert(version);
    // What the router refuses, Ironic refuses before it looks at versions.
    if response.extensions().get::<Flat>().is_none() {
        add_range(&mut response);
        add(&mut response, version::HEADER, &version.to_string());
    }
    response
}

fn refuse(area: &Area, method: &Method) -> ApiError {
    let status = if method == Method::GET {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::METHOD_NOT_ALLOWED
    };
    let does_not_allow = |what: &str| format!("The API version does not allow {what}");
    match area.refusal {
        Refusal::NotAcceptable => ApiError::not_acceptable(),
        Refusal::NotBelowNodes if method == Method::GET => ApiError::not_acceptable(),
        Refusal::NotBelowNodes => not_below_nodes(method),
        Refusal::NeedsMinor => ApiError::needs_minor(area.since),
        Refusal::NoSuchPath => ApiError::no_such_path(),
        Refusal::NotInThisVersion => {
            ApiError::not_found("The API is not supported for this version")
        }
        Refusal::NotFound => ApiError::not_found("Resource could not be found."),
        Refusal::NotAllowed(what) => ApiError::flat(status, does_not_allow(what)),
        Refusal::NotAllowedHere(what) => ApiError::fault(status, does_not_allow(what)),
        Refusal::Absent(what) => ApiError::flat(StatusCode::NOT_FOUND, does_not_allow(what)),
    }
}

fn add_range(response: &mut Response) {
    add(response, version::MIN_HEADER, &format!("1.{MIN_MINOR}"));
    add(response, version::MAX_HEADER, &format!("1.{MAX_MINOR}"));
}

fn add(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
}

/// For paths that aren't there.
pub(crate) async fn not_found(request: Request) -> ApiError {
    let path = request.uri().path();
    if path.starts_with("/v1/nodes/") {
        return not_below_nodes(request.method());
    }
    ApiError::no_such_path()
}

/// What Ironic's router makes of a path below a node that isn't there.
fn not_below_nodes(method: &Method) -> ApiError {
    match *method {
        Method::PUT => not_allowed(),
        Method::DELETE => ApiError::not_found("Resource could not be found."),
        _ => ApiError::no_such_path(),
    }
}

/// For paths that are there, but not with this method; not there at all in a version that is older
/// than they.
pub(crate) async fn method_not_allowed(request: Request) -> ApiError {
    let route = request.extensions().get::<MatchedPath>();
    let version = version::negotiate(request.headers());
    match (route, version) {
        (Some(route), Ok(version)) if is_hidden(route.as_str(), version) => {
            ApiError::no_such_path()
        }
        _ => not_allowed(),
    }
}

fn is_hidden(route: &str, version: Version) -> bool {
    routes::refusal(route, version).is_some_and(|area| matches!(area.refusal, Refusal::NoSuchPath))
}

fn not_allowed() -> ApiError {
    ApiError::flat(StatusCode::METHOD_NOT_ALLOWED, "")
}

/// A handler that panicked is an error of ours; the client gets the common form.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    ApiError::internal(&std::io::Error::other(format!(
        "a handler panicked: {text}"
    )))
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_500_in_the_common_form_that_tells_no_cause() {
        let response = panicked(Box::new("the password is x"));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            text.contains("error_message") && text.contains("Server"),
            "{text}"
        );
        assert!(!text.contains("password"), "{text}");
    }

    #[test]
    fn paths_lose_their_last_slash_and_gain_v1() {
        for (given, wanted) in [
            ("/", "/"),
            ("/v1/", "/v1"),
            ("/v1/nodes/", "/v1/nodes"),
            ("/nodes/?limit=1", "/v1/nodes?limit=1"),
            ("/nodes/n%2F1/", "/v1/nodes/n%2F1"),
            ("/v2", "/v1/v2"),
            ("/healthz", "/healthz"),
            ("/ferric/v1/cobblers/", "/ferric/v1/cobblers"),
        ] {
            let request = axum::http::Request::builder().uri(given).body(()).unwrap();
            assert_eq!(normalise(request).uri().to_string(), wanted);
        }
    }
}
