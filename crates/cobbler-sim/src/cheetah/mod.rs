//! The part of the Cheetah template language that a kickstart needs, with Cobbler's habits:
//! snippets first, undefined names stay as they are, errors come as text, `@@name@@` last.

mod expression;
mod text;

use crate::value::{Struct, Value};
use expression::Variables;
use std::collections::BTreeMap;

/// What Cobbler serves, with HTTP 200, in place of a file that does not render.
pub(crate) const RENDER_ERROR: &str = "# This automatic OS installation file had errors that \
     prevented it from being rendered correctly.\n\
     # The cobbler.log should have information relating to this failure.\n";

/// Why a template does not render.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub(crate) struct RenderError {
    line: usize,
    what: String,
}

/// Renders a template, or gives the text that Cobbler shows for an error.
pub(crate) fn render(
    template: &str,
    variables: &Struct,
    snippets: &BTreeMap<String, String>,
) -> String {
    let (kind, body) = match template.strip_prefix("#template=") {
        None => ("cheetah", template),
        Some(rest) => {
            let (kind, body) = rest.split_once('\n').unwrap_or((rest, ""));
            (kind.trim(), body)
        }
    };
    match kind {
        "cheetah" => {}
        // python3-jinja2 is optional on a Cobbler server; here it is missing.
        "jinja2" => return "# EXCEPTION: JINJA2 NOT AVAILABLE\n".to_owned(),
        other => return format!("# UNSUPPORTED TEMPLATE TYPE ({other})\n"),
    }
    let body = text::inline_snippets(body, snippets);
    let mut variables = Variables::new(variables);
    match lines(&body, &mut variables) {
        Ok(out) => text::late_names(&out, &variables),
        Err(error) => {
            tracing::debug!(%error, "template does not render");
            RENDER_ERROR.to_owned()
        }
    }
}

/// One open `#if`: whether a branch was taken already, and whether this one is shown.
struct Branch {
    taken: bool,
    shown: bool,
}

fn lines(body: &str, variables: &mut Variables<'_>) -> Result<String, RenderError> {
    let mut out = String::new();
    let mut branches: Vec<Branch> = Vec::new();
    let mut raw = false;
    for (at, line) in body.split_inclusive('\n').enumerate() {
        let fail = |what: String| RenderError { line: at + 1, what };
        let trimmed = line.trim();
        let shown = branches.iter().all(|branch| branch.shown);
        if raw {
            match trimmed {
                "#end raw" => raw = false,
                _ if shown => out.push_str(line),
                _ => {}
            }
            continue;
        }
        let Some((word, rest)) = directive(trimmed) else {
            if shown {
                text::substitute(line, variables, &mut out).map_err(fail)?;
            }
            continue;
        };
        match word {
            "raw" => raw = true,
            "set" if shown => variables.assign(rest).map_err(fail)?,
            "set" => {}
            "if" => {
                let holds = shown && variables.holds(rest).map_err(fail)?;
                branches.push(Branch {
                    taken: holds,
                    shown: holds,
                });
            }
            "else" | "elif" | "end" => {
                let outer = branches
                    .split_last()
                    .is_some_and(|(_, o)| o.iter().all(|b| b.shown));
                let Some(branch) = branches.last_mut() else {
                    return Err(fail(format!("#{word} without #if")));
                };
                let condition = if word == "elif" {
                    Some(rest)
                } else {
                    rest.strip_prefix("if ")
                };
                match (word, rest, condition) {
                    ("end", "if", _) => {
                        branches.pop();
                    }
                    ("else", "", _) => branch.shown = !branch.taken,
                    ("else" | "elif", _, Some(condition)) => {
                        let open = outer && !branch.taken;
                        let holds = open && variables.holds(condition).map_err(fail)?;
                        branch.shown = holds;
                        branch.taken |= holds;
                    }
                    _ => return Err(fail(format!("#{word} {rest} is not understood"))),
                }
            }
            other => return Err(fail(format!("#{other} is not simulated or not allowed"))),
        }
    }
    if raw || !branches.is_empty() {
        return Err(RenderError {
            line: body.lines().count(),
            what: "a block is left open".into(),
        });
    }
    Ok(out)
}

/// The directive that a line is. `#!/bin/sh`, `# text` and `#word` of no meaning are text.
fn directive(trimmed: &str) -> Option<(&str, &str)> {
    const KNOWN: [&str; 22] = [
        "raw", "if", "else", "elif", "end", "set", "for", "while", "def", "include", "import",
        "from", "try", "silent", "slurp", "echo", "call", "block", "extends", "attr", "unless",
        "stop",
    ];
    let body = trimmed.strip_prefix('#')?;
    let length = body
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(body.len());
    let (word, rest) = body.split_at(length);
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', ':']);
    let rest = rest.trim().trim_end_matches([':', '#']).trim();
    (ends && KNOWN.contains(&word)).then_some((word, rest))
}

/// Whether a value counts as true in Python.
fn truthy(value: &Value) -> bool {
    match value {
        Value::Nil => false,
        Value::Bool(flag) => *flag,
        Value::Int(number) => *number != 0,
        Value::Double(number) => *number != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Struct(members) => !members.is_empty(),
    }
}
