//! The forms of answers and errors. Errors are HTTP 200 like everything else.

use crate::chassis::Chassis;
use crate::session::Role;
use crate::xml::Element;

/// Why a request isn't done.
#[derive(Debug)]
pub(super) enum Refusal {
    /// An error on the element of the method that was called.
    Method {
        code: String,
        result: &'static str,
        text: String,
    },
    /// The schema of this firmware refuses the request: a bare `<error>` element.
    Parse(String),
}

impl Refusal {
    pub(super) fn authentication_failed() -> Self {
        Self::method("551", "unidentified-fail", "Authentication failed")
    }

    pub(super) fn authorization_required() -> Self {
        Self::method("552", "service-unavailable", "Authorization required")
    }

    pub(super) fn session_not_found() -> Self {
        Self::method("555", "unidentified-fail", "Session not found")
    }

    /// No source has the code of a CIMC; 572 is UCS Manager's for its session limit.
    pub(super) fn too_many_sessions() -> Self {
        Self::method("572", "unidentified-fail", "Maximum sessions reached")
    }

    /// No source has the code of a CIMC for a missing role.
    pub(super) fn access_denied() -> Self {
        Self::method("553", "unidentified-fail", "Access denied")
    }

    /// The controller's own operation errors (2xxx and others).
    pub(super) fn operation(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Method {
            code: code.into(),
            result: "service-unavailable",
            text: text.into(),
        }
    }

    fn method(code: &str, result: &'static str, text: &str) -> Self {
        Self::Method {
            code: code.to_owned(),
            result,
            text: text.to_owned(),
        }
    }

    /// The error as an answer to `request`.
    pub(super) fn element(&self, request: &Element, parse_error_code: &str) -> Element {
        match self {
            Self::Method { code, result, text } => respond(request)
                .with("errorCode", code)
                .with("invocationResult", *result)
                .with("errorDescr", text),
            Self::Parse(why) => Element::new("error")
                .with("cookie", "")
                .with("response", "yes")
                .with("errorCode", parse_error_code)
                .with("invocationResult", "594")
                .with("errorDescr", format!("XML PARSING ERROR: {why} ")),
        }
    }
}

/// The empty answer to `request`: its name, its cookie and what it asked for.
pub(super) fn respond(request: &Element) -> Element {
    let session_call = matches!(
        request.name.as_str(),
        "aaaLogin" | "aaaLogout" | "aaaRefresh"
    );
    let cookie = if session_call {
        ""
    } else {
        request.attribute("cookie").unwrap_or_default()
    };
    let mut answer = Element::new(&request.name)
        .with("cookie", cookie)
        .with("response", "yes");
    for name in ["dn", "classId"] {
        if let Some(value) = request.attribute(name) {
            answer = answer.with(name, value);
        }
    }
    answer
}

/// Refuses attributes that the method doesn't have.
pub(super) fn only(request: &Element, allowed: &[&str]) -> Result<(), Refusal> {
    let common = ["cookie", "response"];
    for (name, _) in &request.attributes {
        if !allowed.contains(&name.as_str()) && !common.contains(&name.as_str()) {
            return Err(Refusal::Parse(format!(
                "Element '{}', attribute '{name}': The attribute '{name}' is not allowed.",
                request.name
            )));
        }
    }
    Ok(())
}

/// The value of an attribute that the method must have.
pub(super) fn required<'a>(request: &'a Element, name: &str) -> Result<&'a str, Refusal> {
    request.attribute(name).ok_or_else(|| {
        Refusal::Parse(format!(
            "Element '{}': The attribute '{name}' is required but missing.",
            request.name
        ))
    })
}

/// Checks the cookie and gives the role of its session.
pub(super) fn authorize(chassis: &Chassis, request: &Element) -> Result<Role, Refusal> {
    let cookie = required(request, "cookie")?;
    let mut state = chassis.state();
    let session = state
        .sessions
        .touch(cookie)
        .ok_or_else(Refusal::authorization_required)?;
    Ok(session.role)
}

/// Whether the request asks for everything below, too.
pub(super) fn hierarchical(request: &Element) -> Result<bool, Refusal> {
    match request.attribute("inHierarchical") {
        None | Some("false" | "no") => Ok(false),
        Some("true" | "yes") => Ok(true),
        Some(other) => Err(Refusal::Parse(format!(
            "Element '{}', attribute 'inHierarchical': '{other}' is not a valid value.",
            request.name
        ))),
    }
}
