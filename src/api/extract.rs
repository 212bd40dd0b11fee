//! What handlers take out of a request.

use axum::RequestExt as _;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ApiError;
use super::state::ApiState;
use super::version::Version;

/// What every handler under `/v1` needs to know of its call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The version agreed on.
    pub(crate) version: Version,
    /// What links begin with: scheme and host, or the configured URL.
    pub(crate) base: String,
}

impl FromRequestParts<ApiState> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        let version = parts
            .extensions
            .get::<Version>()
            .copied()
            .ok_or_else(ApiError::no_such_path)?;
        let base = match &api.public_url {
            Some(url) => url.to_string(),
            None => format!("http://{}", host(parts)),
        };
        Ok(Self { version, base })
    }
}

/// The host that the client named; every HTTP/1.1 client names one.
fn host(parts: &Parts) -> &str {
    parts
        .headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| {
            parts
                .uri
                .authority()
                .map(axum::http::uri::Authority::as_str)
        })
        .unwrap_or("localhost")
}

/// The variable segments of a path.
#[derive(Debug)]
pub(crate) struct Segments<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => Err(ApiError::flat(
                StatusCode::BAD_REQUEST,
                "The path isn't UTF-8.",
            )),
        }
    }
}

/// A body of JSON; null where there is no body at all.
#[derive(Debug)]
pub(crate) struct Body(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let bytes = bytes(request).await?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Value::Null));
        }
        let body = serde_json::from_slice(&bytes).map_err(|error| {
            ApiError::bad_request(format!("The request's body is no valid JSON: {error}"))
        })?;
        if bytes.windows(NUL.len()).any(|part| part == NUL) && holds_nul(&body) {
            return Err(ApiError::bad_request(
                "A text in the request's body holds the character NUL, which can't be stored.",
            ));
        }
        Ok(Self(body))
    }
}

/// The only way in which a text of JSON can hold the character NUL.
const NUL: &[u8] = b"\\u0000";

/// Whether a text holds the character NUL, which PostgreSQL stores in none.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// A body as text; bytes that aren't UTF-8 are replaced.
#[derive(Debug)]
pub(crate) struct Text(pub(crate) String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        Ok(Self(
            String::from_utf8_lossy(&bytes(request).await?).into_owned(),
        ))
    }
}

async fn bytes(request: Request) -> Result<Bytes, ApiError> {
    request.extract::<Bytes, _>().await.map_err(|rejection| {
        let text = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => "The request's body is too large.",
            _ => "The request's body could not be read.",
        };
        ApiError::fault(rejection.status(), text)
    })
}
