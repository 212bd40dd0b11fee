//! `api-ref/`: a page for each group of operations, made of the OpenAPI document and the samples.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cells::code;
use crate::observed::{Observed, cell, operations};
use crate::page::table;
use crate::samples::Sample;

/// Says of a whole page that it is made.
const MADE: &str = "<!-- Made by `UPDATE_DOCS=1 cargo test --test docs`; not written by hand. -->";

/// Compares a file that is made as a whole, or writes it if `UPDATE_DOCS` is set.
pub(crate) fn whole(name: &str, must_be: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if fs::read_to_string(&path).is_ok_and(|is| is == must_be) {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_DOCS").is_some(),
        "{name} isn't what the program's tables say; run UPDATE_DOCS=1 cargo test --test docs"
    );
    fs::write(&path, must_be).unwrap();
}

/// The pages by their names.
pub(crate) fn pages(
    document: &Value,
    samples: &[Sample],
    observed: &Observed,
) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut index = Vec::new();
    for tag in document["tags"].as_array().unwrap() {
        let (name, about) = (text(&tag["name"]), text(&tag["description"]));
        let of_tag: Vec<_> = operations(document)
            .filter(|(_, _, operation)| operation["tags"][0] == name)
            .collect();
        let mut page = format!("# {name}\n\n{about}\n\n{MADE}\n\n");
        for (path, method, operation) in &of_tag {
            let sample = samples
                .iter()
                .find(|sample| sample.id == text(&operation["operationId"]));
            let statuses = observed.get(&(method.to_uppercase(), (*path).to_owned()));
            page.push_str(&section(document, path, method, operation));
            if let Some(statuses) = statuses.filter(|statuses| statuses.len() > 1) {
                let _ = writeln!(page, "The sample is answered with {}.\n", cell(statuses));
            }
            page.push_str(&shown(sample.unwrap()));
        }
        index.push([
            format!("[{name}]({name}.md)"),
            of_tag.len().to_string(),
            about.to_owned(),
        ]);
        pages.insert(format!("{name}.md"), page.trim_end().to_owned() + "\n");
    }
    pages.insert("README.md".to_owned(), readme(&index));
    pages
}

/// The text around the table of contents.
const README: &str = "\
# API reference

Every operation of the REST API: since when, what it takes and answers, with a sample.
[openapi.json](openapi.json) says the same to programs; `ferric openapi --version 1.80` prints the document of
another version, and a running service gives it at `/ferric/v1/openapi.json?version=1.80`.

What differs from Ironic is in [docs/compatibility.md](../docs/compatibility.md). Requests name their version in
`X-OpenStack-Ironic-API-Version`; errors are `{\"error_message\": \"…\"}`, with JSON in the text.

The files in [samples](samples) are requests, written by hand, with their answers. A test sends every one of them
and compares the answers by shape.
";

fn readme(index: &[[String; 3]]) -> String {
    let table = table(["page", "operations", "about"], index);
    format!("{README}\n{MADE}\n\n{table}")
}

fn section(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let method = method.to_uppercase();
    let mut section = format!("## {method} {path}\n\n{}", text(&operation["summary"]));
    if let Some(since) = operation["x-since"].as_str() {
        let _ = write!(section, " Since {since}.");
    }
    section.push_str("\n\n");
    let taken = arguments(document, operation);
    if !taken.is_empty() {
        section.push_str(&table(["argument", "in", "type", "since", "what"], &taken));
        section.push('\n');
    }
    for (status, response) in operation["responses"].as_object().unwrap() {
        let content = response["content"].as_object();
        let schema = content
            .and_then(|content| content.values().next())
            .map(|media| &media["schema"]);
        let fields = schema
            .map(|schema| fields(document, schema))
            .unwrap_or_default();
        if status.starts_with('2') && !fields.is_empty() {
            let _ = writeln!(section, "Answer ({status}):\n");
            section.push_str(&table(["field", "type", "since", "what"], &fields));
            section.push('\n');
        }
    }
    let statuses: Vec<&str> = operation["responses"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let _ = writeln!(section, "Statuses: {}.\n", statuses.join(", "));
    section
}

/// Parameters and members of the body.
fn arguments(document: &Value, operation: &Value) -> Vec<[String; 5]> {
    let mut rows = Vec::new();
    for parameter in operation["parameters"].as_array().unwrap() {
        if parameter.get("$ref").is_some() {
            continue;
        }
        rows.push([
            code(text(&parameter["name"])),
            text(&parameter["in"]).to_owned(),
            kind(&parameter["schema"]),
            text(&parameter["x-since"]).to_owned(),
            text(&parameter["description"]).to_owned(),
        ]);
    }
    let content = operation["requestBody"]["content"].as_object();
    if let Some(media) = content.and_then(|content| content.values().next()) {
        let schema = resolved(document, &media["schema"]);
        let required = |name: &str| {
            let names = schema["required"].as_array();
            names.is_some_and(|names| names.iter().any(|known| known == name))
        };
        match schema["properties"].as_object() {
            Some(properties) => rows.extend(properties.iter().map(|(name, schema)| {
                let needed = if required(name) {
                    "body, needed"
                } else {
                    "body"
                };
                row(document, name, schema, needed)
            })),
            None => rows.push([
                "(the body)".to_owned(),
                "body".to_owned(),
                kind(schema),
                String::new(),
                text(&schema["title"]).to_owned(),
            ]),
        }
    }
    rows
}

fn row(document: &Value, name: &str, schema: &Value, place: &str) -> [String; 5] {
    [
        code(name),
        place.to_owned(),
        kind(resolved(document, schema)),
        text(&schema["x-since"]).to_owned(),
        text(&schema["description"]).to_owned(),
    ]
}

/// The members of an answer; of a list, those of what it lists.
fn fields(document: &Value, schema: &Value) -> Vec<[String; 4]> {
    let schema = resolved(document, schema);
    let Some(properties) = schema["properties"].as_object() else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for (name, member) in properties {
        let [name_cell, _, kind_cell, since, what] = row(document, name, member, "");
        rows.push([name_cell, kind_cell, since, what]);
        let item = resolved(document, &member["items"]);
        if let Some(members) = item["properties"]
            .as_object()
            .filter(|_| member["type"] == "array")
        {
            rows.extend(members.iter().map(|(inner, member)| {
                let [_, _, kind, since, what] = row(document, inner, member, "");
                [code(&format!("{name}[].{inner}")), kind, since, what]
            }));
        }
    }
    rows
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let inner = schema["allOf"].as_array().and_then(|all| all.first());
    match schema["$ref"].as_str() {
        Some(reference) => {
            let found = document.pointer(reference.trim_start_matches('#'));
            resolved(document, found.unwrap())
        }
        None => inner.map_or(schema, |inner| resolved(document, inner)),
    }
}

/// A schema in a word or two.
fn kind(schema: &Value) -> String {
    let of = |value: &Value| match value {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            names.join(" or ")
        }
        _ => "any".to_owned(),
    };
    let format = schema["format"]
        .as_str()
        .map(|format| format!(" ({format})"));
    of(&schema["type"]) + &format.unwrap_or_default()
}

fn shown(sample: &Sample) -> String {
    let request = &sample.content["request"];
    let (method, path) = (text(&request["method"]), text(&request["path"]));
    let mut shown = format!("```http\n{method} {path}\n");
    if let Some(body) = request.get("body") {
        let _ = write!(shown, "\n{}\n", printed(body));
    }
    shown.push_str("```\n\n");
    let answer = &sample.content["answer"];
    let _ = write!(shown, "```http\n{}\n", answer["status"]);
    if let Some(headers) = answer["headers"].as_object() {
        for (name, value) in headers {
            let _ = writeln!(shown, "{name}: {}", text(value));
        }
    }
    if let Some(body) = answer.get("body") {
        let _ = write!(shown, "\n{}\n", printed(body));
    }
    shown.push_str("```\n\n");
    shown
}

fn printed(body: &Value) -> String {
    match body {
        Value::String(text) => text.trim_end().to_owned(),
        other => format!("{other:#}"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
