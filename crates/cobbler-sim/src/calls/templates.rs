//! Template and snippet files. In 3.x paths are relative to their directory; an absolute path lands
//! inside it, `..` is refused. In 2.x they are absolute and must be below it.

use super::auth::authorise;
use super::{Args, Outcome};
use crate::fault::Fault;
use crate::item::Kind;
use crate::release::{Release, ReleaseData};
use crate::state::State;
use crate::value::{INHERIT, Value};
use std::collections::BTreeMap;

const TEMPLATE: &str = "automatic installation template";
const SNIPPET: &str = "automated installation snippet";
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

/// The file below the directory of templates that a template field means.
pub(crate) fn file_of<'a>(data: &ReleaseData, field: &'a str) -> &'a str {
    let below = field.strip_prefix(data.template_dir()).unwrap_or(field);
    below.trim_start_matches('/')
}

/// What a template field holds for a file.
pub(crate) fn field_value(data: &ReleaseData, file: &str) -> String {
    match data.release {
        Release::V2_8_5 => format!("{}/{file}", data.template_dir()),
        _ => file.to_owned(),
    }
}

/// What setting the template field checks.
pub(crate) fn check_exists(state: &State, path: &str) -> Result<(), Fault> {
    if path.is_empty() || path == INHERIT {
        return Ok(());
    }
    if state.data.release < Release::V3_1_2 {
        return check_old_path(state, path);
    }
    if state.templates.contains_key(&key(TEMPLATE, path)?) {
        Ok(())
    } else {
        Err(not_found(TEMPLATE, state.data.template_dir(), path))
    }
}

fn check_old_path(state: &State, path: &str) -> Result<(), Fault> {
    let invalid = format!("Invalid kickstart template file location {path}");
    if path.contains("..") || !path.starts_with('/') {
        return Err(Fault::cx(invalid));
    }
    let dir = state.data.template_dir();
    if !path.starts_with(dir) {
        return Err(Fault::cx(format!("{invalid}, it is not inside {dir}/")));
    }
    if state.templates.contains_key(file_of(state.data, path)) {
        Ok(())
    } else {
        Err(Fault::cx("kickstart not found: None"))
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
        None => Err(not_found(TEMPLATE, state.data.template_dir(), args.text(0))),
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
        None => Err(not_found(TEMPLATE, state.data.template_dir(), args.text(0))),
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
            .any(|item| item.text(state.data, state.data.template_field()) == path)
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

/// `read_or_write_kickstart_template(path, is_read, text, token)` of 2.x; the text -1 removes.
pub(crate) fn read_or_write(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(3))?;
    let dir = state.data.template_dir();
    let removes = *args.get(2) == Value::Int(-1) && !args.flag(1, true);
    if removes && in_use(state, args.text(0)) {
        return Err(Fault::cx("attempt to delete in-use file"));
    }
    old_file(&mut state.templates, "kickstart", dir, args)
}

/// `read_or_write_snippet(path, is_read, text, token)` of 2.x.
pub(crate) fn read_or_write_snippet(state: &mut State, args: Args<'_>) -> Outcome {
    authorise(state, args.get(3))?;
    old_file(&mut state.snippets, "snippet", SNIPPET_DIR, args)
}

fn old_file(
    files: &mut BTreeMap<String, String>,
    what: &str,
    dir: &str,
    args: Args<'_>,
) -> Outcome {
    let path = args.text(0);
    if path.contains("..") || !path.starts_with('/') {
        return Err(Fault::cx("tainted file location"));
    }
    let Some(file) = path.strip_prefix(dir) else {
        return Err(Fault::cx(format!(
            "unable to view or edit {what} in this location"
        )));
    };
    let file = file.trim_start_matches('/');
    let missing = || {
        let text = format!("[Errno 2] No such file or directory: '{path}'");
        Fault::python("IOError", text)
    };
    if args.flag(1, true) {
        return Ok(files.get(file).ok_or_else(missing)?.as_str().into());
    }
    if *args.get(2) == Value::Int(-1) {
        files.remove(file).ok_or_else(missing)?;
        return Ok(true.into());
    }
    // No directory is made, and Python 2 writes only ASCII: the file has been emptied by then.
    if file.contains('/') {
        return Err(missing());
    }
    let text = args.text(2);
    let bad = text.chars().position(|letter| !letter.is_ascii());
    let stored = if bad.is_some() { "" } else { text };
    files.insert(file.to_owned(), stored.to_owned());
    match bad {
        None => Ok(true.into()),
        Some(at) => Err(Fault::python(
            "UnicodeEncodeError",
            format!(
                "'ascii' codec can't encode character in position {at}: ordinal not in range(128)"
            ),
        )),
    }
}
