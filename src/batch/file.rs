//! The file as a whole: Cobbler, defaults, services, nodes.

use std::collections::BTreeMap;

use super::BatchNode;
use super::check;
use super::files::{Files, PASSWORD_KEYS};
use super::layer::{self, Layer};
use super::nodes::Row;
use super::options;
use super::problems::{Place, Problems};
use super::ranges::{Digits, expand};
use super::section::{At, Section};
use super::services::{self, Service};
use super::tree::Located;
use crate::config::nearest::nearest;
use crate::config::{Cobbler, Verify};

/// Reads the file. What is missing from the result is reported.
pub(super) fn read(
    tree: &Located,
    files: &Files<'_>,
    problems: &Problems,
) -> (Option<Cobbler>, Vec<BatchNode>) {
    let top = Place {
        line: tree.line,
        key: String::new(),
    };
    let keys: &[&str] = &["cobbler", "defaults", "services", "nodes"];
    let Some(file) = Section::known(top, tree, &[keys], problems) else {
        return (None, Vec::new());
    };
    let cobbler = cobbler(&file, files);
    let defaults = file
        .section("defaults", &[layer::KEYS, options::KEYS])
        .map(|section| Layer::read(&section, &[], files).0)
        .unwrap_or_default();
    let services = required(&file, "services", "add services: {NAME: {distro: NAME}}")
        .map(|at| services::read(at.place, at.value, &defaults, files, problems))
        .unwrap_or_default();
    let rows = required(&file, "nodes", "add nodes: {NAME: {cimc: {address: HOST}}}")
        .and_then(|at| Section::free(at.place, at.value, problems));
    let Some(rows) = rows else {
        return (cobbler, Vec::new());
    };
    let of_lists = chosen_by_lists(&rows, &services);
    let mut all = Vec::new();
    for entry in rows.entries {
        let place = rows.place.below(&entry.key, entry.line);
        let known = [
            layer::KEYS,
            options::KEYS,
            &["service", "address", "mac", "hostname"],
        ];
        let Some(row) = Section::known(place, &entry.value, &known, problems) else {
            continue;
        };
        let row = Row {
            section: row,
            key: &entry.key,
            services: &services,
            lists: &of_lists,
        };
        all.extend(row.read(files));
    }
    (cobbler, all)
}

fn required<'a>(file: &Section<'a>, key: &str, to_do: &str) -> Option<At<&'a Located>> {
    let found = file.get(key);
    if found.is_none() {
        file.problem(&file.place.below(key, file.place.line), "is missing", to_do);
    }
    found
}

fn cobbler(file: &Section<'_>, files: &Files<'_>) -> Option<Cobbler> {
    required(
        file,
        "cobbler",
        "add cobbler: {url: URL, username: USER, password_env: NAME}",
    )?;
    let keys: &[&str] = &["url", "username", "verify", "allow_http"];
    let section = file.section("cobbler", &[keys, PASSWORD_KEYS])?;
    let password = files.password(&section);
    if password.is_none() {
        section.problem(
            &section.place,
            "no password is given",
            "add password_env: NAME",
        );
    }
    let text = |key: &str| {
        if section.get(key).is_none() {
            section.problem(
                &section.place.below(key, section.place.line),
                "is missing",
                "add it",
            );
        }
        section.text(key)
    };
    let (url, username) = (text("url"), text("username"));
    let allow_http = section.bool("allow_http").unwrap_or(false);
    if let Some(url) = &url {
        check::cobbler_url(&section, url, allow_http);
    }
    let verify = match section.bool_or_text("verify") {
        Some(serde_json::Value::Bool(false)) => Verify::No,
        Some(serde_json::Value::String(path)) => Verify::CaFile(files.path(&path)),
        _ => Verify::Yes,
    };
    Some(Cobbler {
        url: url?.value.to_owned(),
        username: username?.value.to_owned(),
        password: password?,
        password_file: None,
        verify,
        allow_http,
    })
}

/// The service that lists each node. Names that no row has are reported.
fn chosen_by_lists(rows: &Section<'_>, services: &[Service]) -> BTreeMap<String, String> {
    let names: Vec<String> = rows
        .entries
        .iter()
        .flat_map(|entry| expand(&entry.key, Digits::Decimal).unwrap_or_default())
        .collect();
    let mut chosen = BTreeMap::<String, String>::new();
    for service in services {
        for At { value, place } in &service.nodes {
            if !names.contains(value) {
                let near = nearest(value, names.iter().map(String::as_str));
                let to_do = near.map_or_else(
                    || "add it under nodes".to_owned(),
                    |near| format!("did you mean {near}?"),
                );
                rows.problem(place, format!("there is no node {value}"), to_do);
            } else if let Some(other) = chosen.insert(value.clone(), service.name.clone()) {
                rows.problem(
                    place,
                    format!("{value} is in {other} already"),
                    "keep one of them",
                );
            }
        }
    }
    chosen
}
