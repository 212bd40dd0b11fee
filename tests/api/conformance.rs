//! Holds answers against the OpenAPI document of the version that they were asked in: its operation must
//! know the status, and the schema the body. The harness asks for every answer that it gets.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use axum::http::HeaderMap;
use ferric::api::openapi::document;
use ferric::api::version::{MAX_MINOR, Version};
use jsonschema::Validator;
use serde_json::{Value, json};

/// The document of a version, and its schemas as they are needed.
struct Contract {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

static CONTRACTS: LazyLock<Mutex<HashMap<u16, Arc<Contract>>>> = LazyLock::new(Mutex::default);

fn contract(version: Version) -> Arc<Contract> {
    let mut contracts = CONTRACTS.lock().unwrap();
    let make = || {
        Arc::new(Contract {
            document: document(version),
            validators: Mutex::default(),
        })
    };
    contracts
        .entry(version.minor())
        .or_insert_with(make)
        .clone()
}

/// What is wrong with an answer's status or body, if anything; `version` is missing where none was agreed
/// on.
pub(crate) fn complaint(
    method: &str,
    path: &str,
    version: Option<Version>,
    status: u16,
    body: &Value,
) -> Option<String> {
    let contract = contract(version.unwrap_or(Version::LATEST));
    if ["HEAD", "OPTIONS"].contains(&method) {
        return None;
    }
    let operation = contract
        .operation(method, path)
        .filter(|_| version.is_some());
    let Some(operation) = operation else {
        // What the version doesn't have, and what no version has, is refused in the common form.
        return match status {
            400 | 404 | 405 | 406 => contract.error(body),
            _ => Some(format!("{status} of an operation that isn't described")),
        };
    };
    let response = operation["responses"].get(status.to_string());
    let Some(response) = response else {
        return Some(format!(
            "{status} isn't among the operation's statuses: {body}"
        ));
    };
    if status >= 400 {
        return contract.error(body);
    }
    let media = response["content"]
        .as_object()
        .and_then(|content| content.values().next());
    match media.map(|media| &media["schema"]) {
        Some(schema) => contract.against(schema, body),
        None if body.is_null() => None,
        None => Some(format!("a body where none is described: {body}")),
    }
}

/// Which header of an answer is missing.
pub(crate) fn missing_header(
    method: &str,
    path: &str,
    version: Option<Version>,
    status: u16,
    headers: &HeaderMap,
) -> Option<String> {
    let contract = contract(version?);
    let response = &contract.operation(method, path)?["responses"][status.to_string()];
    let names = response["headers"].as_object()?.keys();
    let missing = names.filter(|name| !headers.contains_key(name.as_str()));
    missing.map(|name| format!("no header {name}")).next()
}

impl Contract {
    /// The operation of a method and a path as a client may write it.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let path = path.split('?').next()?.trim_end_matches('/');
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let known = [
            "v1",
            "ferric",
            "healthz",
            "healthcheck",
            "readyz",
            "metrics",
        ];
        let parts = match parts.first() {
            Some(first) if !known.contains(first) => [&["v1"], &parts[..]].concat(),
            _ => parts,
        };
        let paths = self.document["paths"].as_object()?;
        let fits = |template: &str| {
            let names: Vec<&str> = template.trim_end_matches('/').split('/').skip(1).collect();
            let same = |(name, part): (&&str, &&str)| name.starts_with('{') || name == part;
            names.len() == parts.len() && names.iter().zip(&parts).all(same)
        };
        // Of several, the one that says most of it in words.
        let template = paths
            .keys()
            .filter(|template| fits(template))
            .min_by_key(|template| template.matches('{').count())?;
        paths[template].get(method.to_lowercase())
    }

    fn error(&self, body: &Value) -> Option<String> {
        let schema = json!({"$ref": "#/components/schemas/Error"});
        let inner = &self.document["components"]["schemas"]["Error"]["properties"]["error_message"];
        self.against(&schema, body).or_else(|| {
            let text = body["error_message"].as_str()?;
            let Ok(value) = serde_json::from_str(text) else {
                return Some(format!("error_message isn't JSON: {text}"));
            };
            self.against(&inner["contentSchema"], &value)
        })
    }

    /// The components that a schema refers to, directly or by others.
    fn needed(&self, schema: &Value) -> Value {
        let all = &self.document["components"]["schemas"];
        let mut needed = json!({});
        let mut open = vec![schema.to_string()];
        while let Some(text) = open.pop() {
            for part in text.split("#/components/schemas/").skip(1) {
                let name = part.split('"').next().unwrap();
                if needed.get(name).is_none() {
                    needed[name] = all[name].clone();
                    open.push(all[name].to_string());
                }
            }
        }
        needed
    }

    fn against(&self, schema: &Value, body: &Value) -> Option<String> {
        let validator = {
            let mut validators = self.validators.lock().unwrap();
            let make = || {
                let mut whole = schema.clone();
                whole["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
                whole["components"] = json!({"schemas": self.needed(schema)});
                let validator = jsonschema::options()
                    .should_validate_formats(true)
                    .build(&whole);
                Arc::new(validator.unwrap())
            };
            validators
                .entry(schema.to_string())
                .or_insert_with(make)
                .clone()
        };
        let errors: Vec<String> = validator
            .iter_errors(body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        (!errors.is_empty()).then(|| format!("{}\n  in {body}", errors.join("\n  ")))
    }
}

/// What came after the newest version that is here: recordings have it.
const NEWER: [(u16, &str); 8] = [
    (111, "available_for_dynamic_portgroup"),
    (111, "dynamic_portgroup"),
    (113, "project"),
    (114, "vendor"),
    (115, "state"),
    (115, "target_provision_state"),
    (115, "duration_seconds"),
    (112, "traits"),
];

/// A recorded answer without what is newer.
pub(crate) fn without_newer(path: &str, body: &Value) -> Value {
    match body {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| {
                !NEWER.iter().any(|(since, name)| {
                    *since > MAX_MINOR && name == key && (path.contains(of(name)))
                })
            })
            .map(|(key, value)| (key.clone(), without_newer(path, value)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| without_newer(path, item)).collect(),
        other => other.clone(),
    }
}

/// The part of a path below which a newer field stands.
fn of(name: &str) -> &'static str {
    match name {
        "available_for_dynamic_portgroup" => "port",
        "dynamic_portgroup" => "portgroup",
        "traits" => "runbooks",
        "vendor" => "firmware",
        _ => "history",
    }
}
