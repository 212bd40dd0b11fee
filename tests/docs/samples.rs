//! `api-ref/samples/`: a request for each operation, with the answer. The requests are written by hand and
//! sent; the answers are written by the test, which compares them by shape from then on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::harness::{Answer, Api};
use crate::observed::operations;
use crate::world;

/// A request and its answer.
pub(crate) struct Sample {
    pub(crate) id: String,
    path: PathBuf,
    pub(crate) content: Value,
}

impl Sample {
    /// Every sample, by the name of its operation.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("api-ref/samples");
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        let mut all: Vec<Self> = files
            .map(|file| {
                let path = file.unwrap().path();
                let content = fs::read_to_string(&path).unwrap();
                Self {
                    id: path.file_stem().unwrap().to_str().unwrap().to_owned(),
                    content: serde_json::from_str(&content)
                        .unwrap_or_else(|error| panic!("{path:?}: {error}")),
                    path,
                }
            })
            .collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    fn method(&self) -> &str {
        self.content["request"]["method"].as_str().unwrap()
    }

    /// Whether it changes nothing.
    pub(crate) fn reads(&self) -> bool {
        self.method() == "GET"
    }

    /// Sends its request.
    pub(crate) async fn send(&self, api: &Api, version: &str) -> Answer {
        let request = &self.content["request"];
        let path = request["path"].as_str().unwrap();
        let body = request.get("body").cloned().unwrap_or_default();
        api.call(version, self.method(), path, body).await
    }

    /// What is wrong with its answer, if anything; `UPDATE_DOCS` writes it down.
    fn compare(&mut self, answer: &Answer) -> Option<String> {
        let mut now = json!({"status": answer.status.as_u16()});
        let location = answer.header("location");
        if !location.is_empty() {
            now["headers"] = json!({"Location": location});
        }
        if !answer.body.is_null() {
            now["body"] = match self.id.as_str() {
                // The document itself is api-ref/openapi.json.
                "show-openapi" => {
                    json!({"openapi": answer.body["openapi"], "info": answer.body["info"]})
                }
                _ => shortened(&answer.body),
            };
        }
        let (is, must_be) = (shape(&self.content["answer"]), shape(&now));
        if is == must_be && self.content["answer"]["status"] == now["status"] {
            return None;
        }
        if std::env::var_os("UPDATE_DOCS").is_some() {
            self.content["answer"] = now;
            fs::write(&self.path, format!("{:#}\n", self.content)).unwrap();
            return None;
        }
        Some(format!(
            "{}\n  is       {is}\n  must be  {must_be}",
            self.id
        ))
    }
}

/// An answer of text is long, and its beginning shows enough.
fn shortened(body: &Value) -> Value {
    match body {
        Value::String(text) => text.lines().take(6).collect::<Vec<_>>().join("\n").into(),
        other => other.clone(),
    }
}

/// A value without its values: which members there are, and of what types.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => {
            let mut shapes: Vec<Value> = Vec::new();
            for item in items.iter().map(shape) {
                if !shapes.contains(&item) {
                    shapes.push(item);
                }
            }
            shapes.into()
        }
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "flag".into(),
        Value::Null => Value::Null,
    }
}

/// Sends every sample, and compares; gives them as they are now. What changes something gets a world of its
/// own.
pub(crate) async fn checked(document: &Value) -> Vec<Sample> {
    let ids: BTreeSet<&str> = operations(document)
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    let mut samples = Sample::all();
    for id in &ids {
        let there = samples.iter().any(|sample| sample.id == *id);
        assert!(there, "api-ref/samples/{id}.json is missing");
    }
    let read = world::start().await;
    let mut wrong = Vec::new();
    for sample in &mut samples {
        assert!(
            ids.contains(sample.id.as_str()),
            "{} is no operation",
            sample.id
        );
        let answer = if sample.reads() {
            sample.send(&read, "latest").await
        } else {
            sample.send(&world::start().await, "latest").await
        };
        wrong.extend(sample.compare(&answer));
    }
    assert!(
        wrong.is_empty(),
        "run UPDATE_DOCS=1 cargo test --test docs if these are meant:\n{}",
        wrong.join("\n")
    );
    samples
}
