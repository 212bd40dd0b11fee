//! What is wrong with a body, chosen and said as Python's `jsonschema` does.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::model::python::repr;

/// The complaint that is made of a validator's errors, if there are any.
pub(super) fn of<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Option<String> {
    let found = best(errors)?;
    let error = meant(&found);
    let mut text = message(error);
    if let Some(cause) = root_cause(error) {
        text.push_str(". Possible root cause: ");
        text.push_str(&cause);
    }
    Some(text)
}

/// Of several errors the one nearest to the body's root, alternatives last: so chooses Python's
/// `best_match`.
fn best<'a>(errors: impl Iterator<Item = ValidationError<'a>>) -> Option<ValidationError<'a>> {
    errors.min_by_key(|error| {
        let alternatives = matches!(
            error.kind(),
            ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. }
        );
        (
            error.instance_path().as_str().matches('/').count(),
            alternatives,
        )
    })
}

/// Of alternatives of which one alone has the value's type, the error in that one: so descends
/// Python's `best_match`.
fn meant<'a>(error: &'a ValidationError<'a>) -> &'a ValidationError<'a> {
    let ValidationErrorKind::AnyOf { context } = error.kind() else {
        return error;
    };
    let typed = |errors: &&Vec<ValidationError<'a>>| {
        !errors
            .iter()
            .any(|error| matches!(error.kind(), ValidationErrorKind::Type { .. }))
    };
    let mut candidates = context.iter().filter(typed);
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => only.first().unwrap_or(error),
        _ => error,
    }
}

/// The message of the innermost alternative that failed.
fn root_cause(error: &ValidationError<'_>) -> Option<String> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) =
        error.kind()
    else {
        return None;
    };
    let inner = context
        .iter()
        .flatten()
        .min_by_key(|error| error.instance_path().as_str().len())?;
    root_cause(inner).or_else(|| Some(message(inner)))
}

/// An error in the words of Python's `jsonschema`.
fn message(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let instance = || repr(error.instance());
    match error.kind() {
        Kind::Required { property } => format!("{} is a required property", repr(property)),
        Kind::AdditionalProperties { unexpected } => {
            let names: Vec<String> = unexpected
                .iter()
                .map(|name| repr(&Value::from(name.as_str())))
                .collect();
            let verb = if names.len() == 1 { "was" } else { "were" };
            format!(
                "Additional properties are not allowed ({} {verb} unexpected)",
                names.join(", ")
            )
        }
        Kind::Type {
            kind: TypeKind::Single(kind),
        } => {
            format!("{} is not of type '{kind}'", instance())
        }
        Kind::Type {
            kind: TypeKind::Multiple(kinds),
        } => {
            // The validator forgets the order; Ironic's schemas name null last.
            let mut kinds: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
            kinds.sort_by_key(|kind| kind == "'null'");
            format!("{} is not of type {}", instance(), kinds.join(", "))
        }
        Kind::Enum { options } => format!("{} is not one of {}", instance(), repr(options)),
        Kind::Pattern { pattern } => {
            format!(
                "{} does not match {}",
                instance(),
                repr(&Value::from(pattern.as_str()))
            )
        }
        Kind::MaxLength { .. } => format!("{} is too long", instance()),
        Kind::MinLength { limit: 1 } | Kind::MinItems { limit: 1 } => {
            format!("{} should be non-empty", instance())
        }
        Kind::MinLength { .. } | Kind::MinItems { .. } => format!("{} is too short", instance()),
        Kind::Minimum { limit } => {
            format!("{} is less than the minimum of {}", instance(), repr(limit))
        }
        Kind::Format { format } => format!("{} is not a '{format}'", instance()),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => {
            format!("{} is not valid under any of the given schemas", instance())
        }
        Kind::OneOfMultipleValid { .. } => {
            format!(
                "{} is valid under each of the given alternatives",
                instance()
            )
        }
        _ => error.to_string(),
    }
}
