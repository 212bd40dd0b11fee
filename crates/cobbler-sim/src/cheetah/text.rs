//! Placeholders in running text, snippets before, `@@name@@` after.

use super::expression::{Variables, identifier};
use std::collections::BTreeMap;

/// Snippets may hold snippets, but not without end.
const MAX_INLINED: usize = 1000;

/// Replaces `SNIPPET::name` and `$SNIPPET('name')` by the snippet's text.
pub(crate) fn inline_snippets(body: &str, snippets: &BTreeMap<String, String>) -> String {
    let mut text = body.to_owned();
    for _ in 0..MAX_INLINED {
        let Some((range, name)) = next_snippet(&text) else {
            break;
        };
        let content = match snippets.get(&name) {
            Some(content) => content.clone(),
            None => format!("# Error: no snippet data for {name}\n"),
        };
        text.replace_range(range, &content);
    }
    text
}

fn next_snippet(text: &str) -> Option<(std::ops::Range<usize>, String)> {
    if let Some(start) = text.find("$SNIPPET('") {
        let name_at = start + "$SNIPPET('".len();
        let length = text[name_at..].find("')")?;
        let name = text[name_at..name_at + length].to_owned();
        return Some((start..name_at + length + 2, name));
    }
    let start = text.find("SNIPPET::")?;
    let rest = &text[start + "SNIPPET::".len()..];
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    Some((
        start..start + "SNIPPET::".len() + length,
        rest[..length].to_owned(),
    ))
}

/// Appends a line with its placeholders filled in. A comment from `##` on is dropped; a line
/// that holds nothing else vanishes.
pub(crate) fn substitute(
    line: &str,
    variables: &Variables<'_>,
    out: &mut String,
) -> Result<(), String> {
    if line.trim_start().starts_with("##") {
        return Ok(());
    }
    let mut rest = line;
    while let Some(at) = rest.find(['$', '\\', '#']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("\\$") {
            out.push('$');
            rest = after;
        } else if rest.starts_with("##") {
            out.push_str(if line.ends_with('\n') { "\n" } else { "" });
            return Ok(());
        } else if rest.starts_with('$') {
            let (text, length) = placeholder(rest, variables)?;
            out.push_str(&text);
            rest = &rest[length..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Ok(())
}

/// The text for the placeholder at the beginning of `text`, and how long the placeholder is.
/// What is not defined stays as it is.
fn placeholder(text: &str, variables: &Variables<'_>) -> Result<(String, usize), String> {
    if let Some(inner) = text.strip_prefix("$(") {
        // Cheetah takes `$(name …)` for an expression in brackets, and the rest for Python: a shell
        // command with words behind it is none.
        let inner = inner.trim_start_matches([' ', '\t']);
        let name = identifier(inner);
        let goes_on = inner[name.len()..].starts_with([')', '.', '(', '[']);
        if !name.is_empty() && !goes_on {
            return Err(format!("$({name} is followed by what is no expression"));
        }
    }
    let braced = text.starts_with("${");
    let start = if braced { 2 } else { 1 };
    let inner = &text[start..];
    let name = identifier(inner);
    if name.is_empty() {
        return Ok(("$".to_owned(), 1));
    }
    let (value, length) = match variables.call(inner)? {
        Some(call) => (call.value, call.length),
        None => {
            // `$hostname.lab` is an attribute of the value, which text does not have.
            let dotted = inner[name.len()..]
                .strip_prefix('.')
                .map_or(0, |after| identifier(after).len())
                .checked_sub(1)
                .map_or(0, |extra| extra + 2);
            match dotted {
                0 => (variables.get(name).cloned(), name.len()),
                more => (None, name.len() + more),
            }
        }
    };
    let end = start + length + usize::from(braced);
    if braced && !inner[length..].starts_with('}') {
        return Err(format!("${{{name} is not closed behind its name"));
    }
    Ok(match value {
        Some(value) => (value.python_str(), end),
        None => (text[..end].to_owned(), end),
    })
}

/// Replaces `@@name@@` in the finished text, values included.
pub(crate) fn late_names(text: &str, variables: &Variables<'_>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("@@") {
        out.push_str(&rest[..at]);
        let after = &rest[at + 2..];
        let name = identifier(after);
        let closed = !name.is_empty() && after[name.len()..].starts_with("@@");
        match variables.get(name).filter(|_| closed) {
            Some(value) => {
                out.push_str(&value.python_str());
                rest = &after[name.len() + 2..];
            }
            None => {
                out.push_str("@@");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}
