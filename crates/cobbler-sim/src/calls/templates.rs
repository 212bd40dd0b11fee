//! Template and snippet files. Paths are relative to their directory; an absolute path lands
//! inside it, `..` is refused.

use super::auth::authorise;
use super::{Args, Outcome};
use crate::fault::Fault;
use crate::item::Kind;
use crate::state::State;
use crate::value::INHERIT;

const TEMPLATE: &str = "automatic installation template";
const SNIPPET: &str = "automated installation snippet";
const TEMPLATE_DIR: &str = "/var/lib/cobbler/templates";
const SNIPPET_DIR: &str = "/var/lib/cobbler/snippets";

fn key(what: &str, path: &str) -> Result<String, Fault> {
    if path.contains("..") {
        let text = format!("Invalid {what} file location {path}, it must not contain ..");
        return Err(Fault::value(text));
    }
    Ok(path.trim_start_matches('/').to_owned())
}

fn not_found(what: &str, dir: &str, path: &str) -> Fault {
    Fault::os(format!(
        "Invalid {what} file location {dir}/{path}, file not found"
    ))
}

/// What setting the field `autoinstall` checks.
pub(crate) fn check_exists(state: &State, path: &str) -> Result<(), Fault> {
    if path.is_empty() || path == INHERIT {
        return Ok(());
    }
    if state.templates.contains_key(&key(TEMPLATE, path)?) {
        Ok(())
    } else {
        Err(not_found(TEMPLATE, TEMPLATE_DIR, path))
    }
}

pub(crate) fn write(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(2))?;
    state
        .templates
        .insert(key(TEMPLATE, args.text(0))?, args.text(1).to_owned());
    Ok(true.into())
}

pub(crate) fn read(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    match state.templates.get(&key(TEMPLATE, args.text(0))?) {
        Some(text) => Ok(text.as_str().into()),
        None => Err(not_found(TEMPLATE, TEMPLATE_DIR, args.text(0))),
    }
}

pub(crate) fn remove(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    let key = key(TEMPLATE, args.text(0))?;
    if in_use(state, args.text(0)) {
        return Err(Fault::cx("attempt to delete in-use file"));
    }
    match state.templates.remove(&key) {
        Some(_) => Ok(true.into()),
        None => Err(not_found(TEMPLATE, TEMPLATE_DIR, args.text(0))),
    }
}

pub(crate) fn is_in_use(state: &mut State, args: Args<'_>) -> Outcome {
    Ok(in_use(state, args.text(0)).into())
}

fn in_use(state: &State, path: &str) -> bool {
    [Kind::Profile, Kind::System].into_iter().any(|kind| {
        let items = state.store.list(kind);
        items
            .into_iter()
            .any(|item| item.text(state.data, "autoinstall") == path)
    })
}

pub(crate) fn write_snippet(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(2))?;
    state
        .snippets
        .insert(key(SNIPPET, args.text(0))?, args.text(1).to_owned());
    Ok(true.into())
}

pub(crate) fn read_snippet(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    match state.snippets.get(&key(SNIPPET, args.text(0))?) {
        Some(text) => Ok(text.as_str().into()),
        None => Err(not_found(SNIPPET, SNIPPET_DIR, args.text(0))),
    }
}

pub(crate) fn remove_snippet(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(1))?;
    match state.snippets.remove(&key(SNIPPET, args.text(0))?) {
        Some(_) => Ok(true.into()),
        None => Err(not_found(SNIPPET, SNIPPET_DIR, args.text(0))),
    }
}
