//! `/ferric/v1/nodes/{uuid}/install/{token}`: the installer calls here from the node, with the
//! one-time token that its kickstart carries. It has nobody to read an error to, and a stranger
//! learns nothing: whatever is wrong, the answer is 404.

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use uuid::Uuid;

use crate::api::error::ApiError;
use crate::api::extract::{Segments, Text};
use crate::api::state::ApiState;
use crate::conductor::ConductorError;
use crate::model::{EvidenceKind, EvidenceSource};
use crate::store::StoreError;

/// The largest report taken, in bytes.
pub(crate) const MAX_REPORT: usize = 64 * 1024;

/// `POST …/{event}`: what the installer has to say, as a form with `message` or as plain text.
pub(crate) async fn report(
    State(api): State<ApiState>,
    Segments((node, token, event)): Segments<(String, String, String)>,
    Text(body): Text,
) -> Result<StatusCode, ApiError> {
    let node = node.parse::<Uuid>().map_err(|_| ApiError::no_such_path())?;
    let kind = event
        .parse::<EvidenceKind>()
        .map_err(|_| ApiError::no_such_path())?;
    api.conductor
        .report(
            node,
            &token,
            kind,
            message(&body),
            EvidenceSource::Installer,
        )
        .await
        .map_err(hide)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET …/{event}?message=…`: the same for Debian's installer, whose small wget may not know how to
/// post.
pub(crate) async fn report_by_get(
    api: State<ApiState>,
    segments: Segments<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, ApiError> {
    let status = report(api, segments, Text(query.unwrap_or_default())).await?;
    Ok((status, [(header::CACHE_CONTROL, "no-store")]))
}

/// A script, which no cache on the way may keep.
type Script = ([(header::HeaderName, &'static str); 2], String);

/// `GET …/script`: what the installer runs at its end.
pub(crate) async fn script(
    State(api): State<ApiState>,
    Segments((node, token)): Segments<(String, String)>,
) -> Result<Script, ApiError> {
    let node = node.parse::<Uuid>().map_err(|_| ApiError::no_such_path())?;
    let script = api.conductor.install_script(node, &token).await;
    script.map(as_script).map_err(hide)
}

/// `GET …/hooks`: what Debian's and Ubuntu's installers run at their start and end.
pub(crate) async fn hooks(
    State(api): State<ApiState>,
    Segments((node, token)): Segments<(String, String)>,
) -> Result<Script, ApiError> {
    let node = node.parse::<Uuid>().map_err(|_| ApiError::no_such_path())?;
    let hooks = api.conductor.install_hooks(node, &token).await;
    hooks.map(as_script).map_err(hide)
}

fn as_script(text: String) -> Script {
    (
        [
            (header::CONTENT_TYPE, "text/x-shellscript; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
}

/// A wrong token and an unknown node look alike.
fn hide(error: ConductorError) -> ApiError {
    match error {
        ConductorError::BadToken | ConductorError::Store(StoreError::NotFound { .. }) => {
            ApiError::no_such_path()
        }
        other => other.into(),
    }
}

/// The words of a report: the `message` of a form, or all of a text that is none.
///
/// `curl --data` says `application/x-www-form-urlencoded` of anything, so that the content and not
/// the header decides.
fn message(body: &str) -> String {
    match body.trim().strip_prefix("message=") {
        Some(rest) => decoded(rest.split('&').next().unwrap_or_default()),
        None => body.trim().to_owned(),
    }
}

/// Undoes the encoding of forms; what isn't encoded rightly stays as it is.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        let hex = |b: u8| {
            char::from(b)
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        };
        bytes = rest;
        match (first, rest) {
            (b'+', _) => out.push(b' '),
            (b'%', [a, b, after @ ..]) if hex(*a).is_some() && hex(*b).is_some() => {
                out.push(hex(*a).unwrap_or(0) * 16 + hex(*b).unwrap_or(0));
                bytes = after;
            }
            (other, _) => out.push(*other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn a_message_comes_as_a_form_or_as_text() {
        assert_eq!(
            message("message=12%2F40+packages%0A&x=1"),
            "12/40 packages\n"
        );
        assert_eq!(
            message("  no space left on device\n"),
            "no space left on device"
        );
        assert_eq!(message("message=100%"), "100%");
        assert_eq!(message("message=%E4%BD%A0"), "你");
        assert_eq!(message(""), "");
    }
}
