//! Which part of the program may use which: the map of the modules, held by a test.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module and the modules of ours that it may name.
const ALLOWED: &[(&str, &[&str])] = &[
    ("states", &[]),
    ("model", &["states"]),
    ("config", &[]),
    ("telemetry", &["config"]),
    // Figures: everybody may count, and who counts knows nobody.
    ("metrics", &[]),
    // A batch file holds servers and images in the form of the configuration.
    ("batch", &["model", "config"]),
    ("store", &["model", "states"]),
    ("evidence", &["model", "states"]),
    ("drivers", &["model", "states", "evidence"]),
    (
        "conductor",
        &["model", "states", "evidence", "metrics", "store", "drivers"],
    ),
    (
        "api",
        &[
            "model",
            "states",
            "metrics",
            "store",
            "drivers",
            "conductor",
        ],
    ),
    (
        "service",
        &[
            "model",
            "states",
            "config",
            "telemetry",
            "metrics",
            "store",
            "drivers",
            "conductor",
            "api",
            "web",
        ],
    ),
    (
        "web",
        &["model", "states", "evidence", "store", "conductor"],
    ),
    (
        "cli",
        &[
            "model",
            "states",
            "config",
            "telemetry",
            "batch",
            "store",
            "evidence",
            "drivers",
            "conductor",
            "api",
            "service",
            "web",
        ],
    ),
];

/// What the API may name of the store: what it needs to read, and no way to write.
const STORE_IN_API: &[&str] = &[
    "Store",
    "StoreError",
    "NodeFilter",
    "PortFilter",
    "ResourceFilter",
    "Page",
    "NodeColumns",
    "is_secret_key",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All Rust files of a module, be it a file or a folder.
fn files(module: &str) -> Vec<PathBuf> {
    let mut todo = vec![source().join(module), source().join(format!("{module}.rs"))];
    let mut found = Vec::new();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file without its comments: documentation may speak of whom it likes.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first segment of every path that starts at the crate's root, those in braces too.
fn named(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => {
                names.insert(word(rest));
            }
            Some(group) => {
                let mut depth = 0;
                let mut start = true;
                for (index, c) in group.char_indices() {
                    if start && c.is_alphanumeric() {
                        names.insert(word(&group[index..]));
                        start = false;
                    }
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn modules_use_only_those_below_them() {
    let modules: BTreeSet<&str> = ALLOWED.iter().map(|(module, _)| *module).collect();
    let mut wrong = Vec::new();
    for (module, allowed) in ALLOWED {
        for file in files(module) {
            for name in named(&code(&file)) {
                let ours = modules.contains(name.as_str());
                if ours && name != *module && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{} uses {name}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_knows_every_module() {
    let known: BTreeSet<&str> = ALLOWED.iter().map(|(module, _)| *module).collect();
    for entry in fs::read_dir(source()).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_module = !matches!(module.as_str(), "lib" | "main") && !files(&module).is_empty();
        assert!(
            !is_module || known.contains(module.as_str()),
            "src/{module} isn't in the table"
        );
    }
}

#[test]
fn the_api_only_reads_from_the_store() {
    for file in files("api") {
        let code = code(&file);
        // Unit tests set up what is read.
        let code = code.split("#[cfg(test)]").next().unwrap();
        for rest in code.split("crate::store::").skip(1) {
            let names = match rest.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap(),
                None => rest,
            };
            let several = rest.starts_with('{');
            let names: Vec<String> = match several {
                true => names.split(',').map(|name| word(name.trim())).collect(),
                false => vec![word(names)],
            };
            for name in names.iter().filter(|name| !name.is_empty()) {
                assert!(
                    STORE_IN_API.contains(&name.as_str()),
                    "{} uses store::{name}",
                    file.display()
                );
            }
        }
        for write in [
            "create_node(",
            "save_node(",
            "delete_node(",
            "create_port(",
            "save_port(",
        ] {
            for method in ["store()", "store"] {
                let call = format!("{method}.{write}");
                assert!(!code.contains(&call), "{} calls {call}", file.display());
            }
        }
    }
}

#[test]
fn crates_know_nothing_of_the_service_and_simulators_nothing_of_the_clients() {
    let crates = source().parent().unwrap().join("crates");
    for (name, forbidden) in [
        (
            "cimc-client",
            &["ferric", "cimc-sim", "cobbler-client", "cobbler-sim"][..],
        ),
        (
            "cobbler-client",
            &["ferric", "cobbler-sim", "cimc-client", "cimc-sim"][..],
        ),
        ("cimc-sim", &["ferric", "cimc-client", "cobbler-client"][..]),
        (
            "cobbler-sim",
            &["ferric", "cobbler-client", "cimc-client"][..],
        ),
    ] {
        let manifest = fs::read_to_string(crates.join(name).join("Cargo.toml")).unwrap();
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        // A simulator's tests may drive it with the client; its code may not.
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for other in forbidden {
            let named = dependencies.lines().any(|line| {
                let line = line.trim();
                line.strip_prefix(other)
                    .is_some_and(|rest| !rest.starts_with('-'))
            });
            assert!(!named, "{name} depends on {other}");
        }
    }
}

#[test]
fn paths_in_braces_and_in_lines_are_seen() {
    let names =
        named("use crate::{model::{Node, Port}, store::Store};\nlet x = crate::api::version();");
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["api", "model", "store"]
    );
}
