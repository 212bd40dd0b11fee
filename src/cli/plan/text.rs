//! A plan for people.

use serde_json::Value;

use super::group::own;
use super::stage::Asked;
use super::{PlanArgs, Planned};
use crate::batch::Batch;
use crate::cli::table::table;

/// Longer arguments are cut: the template's text above all, which `--autoinstall` shows.
const SHOWN: usize = 70;

/// What the columns of a server's own part are.
const COLUMNS: [&str; 5] = ["server", "controller", "host name", "address", "port"];

/// A group: what it becomes, its steps, its servers, and what was found out.
pub(super) fn group(planned: &Planned<'_>, calls: bool) -> String {
    let group = &planned.group;
    let count = group.nodes.len();
    let servers = if count == 1 { "server" } else { "servers" };
    let mut text = format!("{}  {count} {servers}\n", group.service);
    let mut line = |line: &str| text.push_str(&format!("  {line}\n"));
    group.about.iter().for_each(|about| line(about));
    for (index, (step, what)) in planned.steps.iter().enumerate() {
        line(&format!("{} {step:<15} {what}", index + 1));
    }
    let rows: Vec<Vec<String>> = group.nodes.iter().map(|node| own(node).to_vec()).collect();
    table(&COLUMNS, &rows).lines().for_each(&mut line);
    if calls {
        line(&format!(
            "calls for {}, as if it came first:",
            planned.first.name
        ));
        for part in &planned.rehearsal.parts {
            line(&format!("  {}: {}", part.step, part.purpose));
            part.calls
                .iter()
                .for_each(|call| line(&format!("    {}", shown(call))));
        }
    }
    planned.said.iter().for_each(|said| line(said));
    if let Some(error) = &planned.rehearsal.error {
        line(&format!("It would fail: {error}"));
    }
    text
}

/// What was taken for granted, what was contacted, and what to do next.
pub(super) fn end(batch: &Batch, planned: &[Planned<'_>], args: &PlanArgs) -> String {
    let mut lines: Vec<String> = Vec::new();
    for assumed in planned.iter().flat_map(|one| &one.facts.assumed) {
        let line = format!("Note: {assumed}.");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if args.calls {
        let release = planned
            .first()
            .map_or(String::new(), |one| one.facts.release.to_string());
        lines.push(format!(
            "Note: the calls are those to a Cobbler {release} and a controller of firmware {} (--firmware), whose server \
             runs; reads that are repeated while something is waited for are shown once.",
            args.firmware
        ));
    }
    let contacted = if args.online {
        "Cobbler was asked, and nothing was written"
    } else {
        "nothing was contacted"
    };
    lines.push(format!(
        "{} servers; {contacted}. `ferric install {}` does this.",
        batch.nodes.len(),
        batch.path.display()
    ));
    lines.join("\n")
}

fn shown(call: &Asked) -> String {
    match call {
        Asked::Cimc { request } => format!("cimc     {request}"),
        Asked::Cobbler { method, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(argument).collect();
            format!("cobbler  {method}({})", arguments.join(", "))
        }
    }
}

fn argument(value: &Value) -> String {
    if let Value::Object(members) = value {
        let members: Vec<String> = members
            .iter()
            .map(|(key, value)| format!("{key:?}:{}", argument(value)))
            .collect();
        return format!("{{{}}}", members.join(","));
    }
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… [{} bytes]", &text[..end], text.len()),
        None => text,
    }
}
