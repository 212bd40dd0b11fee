//! The OpenAPI documents: they are what they say, and what a real Ironic answered fits them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use ferric::api::openapi::document;
use ferric::api::version::{MAX_MINOR, MIN_MINOR, Version};
use serde_json::{Value, json};

use crate::exceptions::EXCEPTIONS;
use crate::harness::Api;
use crate::harness::conformance::{complaint, without_newer};
use crate::recordings::ALL;

const META: &str = include_str!("../fixtures/openapi-3.1/schema.json");

fn at(minor: u16) -> Value {
    document(Version::new(minor).unwrap())
}

#[test]
fn every_document_is_openapi_3_1_and_its_schemas_are_schemas() {
    let meta: Value = serde_json::from_str(META).unwrap();
    let meta = jsonschema::validator_for(&meta).unwrap();
    for minor in MIN_MINOR..=MAX_MINOR {
        let document = at(minor);
        let errors: Vec<String> = meta
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "1.{minor}: {errors:#?}");
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            let valid = jsonschema::draft202012::meta::is_valid(schema);
            assert!(valid, "{name} of 1.{minor}");
        }
    }
}

#[test]
fn every_recorded_answer_of_ironic_fits() {
    let mut wrong = Vec::new();
    let mut fitting = 0;
    for (name, text) in ALL {
        for line in text.lines() {
            let exchange: Value = serde_json::from_str(line).unwrap();
            let (scenario, _) = name.split_once('-').unwrap();
            let excepted = EXCEPTIONS.iter().any(|exception| {
                exception.scenario == scenario
                    && exception.seqs.iter().any(|seq| exchange["seq"] == *seq)
            });
            if excepted {
                continue;
            }
            let (method, path) = (
                exchange["method"].as_str().unwrap(),
                exchange["path"].as_str().unwrap(),
            );
            let status = u16::try_from(exchange["status"].as_u64().unwrap()).unwrap();
            let body = without_newer(path, &exchange["answer"]);
            match complaint(method, path, agreed(&exchange), status, &body) {
                Some(complaint) => {
                    wrong.push(format!(
                        "{name}/{} {method} {path}: {complaint}",
                        exchange["seq"]
                    ));
                }
                None => fitting += 1,
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} don't fit:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(fitting > 700, "{fitting}");
}

/// The version that a recorded exchange was held in, as far as it is here.
fn agreed(exchange: &Value) -> Option<Version> {
    let mut headers = axum::http::HeaderMap::new();
    for (key, name) in [
        ("version", "x-openstack-ironic-api-version"),
        ("common_version", "openstack-api-version"),
    ] {
        if let Some(text) = exchange[key].as_str() {
            let text = match text {
                "1.111" | "1.112" | "1.113" | "1.114" | "1.115" => "latest",
                other => other,
            };
            headers.insert(name, text.parse().unwrap());
        }
    }
    ferric::api::version::negotiate(&headers).ok()
}

#[tokio::test]
async fn the_service_gives_the_document_of_the_version_asked_for() {
    let api = Api::start().await;
    let path = "/ferric/v1/openapi.json";
    assert_eq!(api.get(path).await.body, at(MAX_MINOR));
    let old = api.get(&format!("{path}?version=1.22")).await;
    assert_eq!(old.body["info"]["version"], "1.22");
    assert!(old.body["paths"].get("/v1/portgroups").is_none());
    let none = api.get(&format!("{path}?version=2.0")).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    assert!(none.words().contains("ask for 1.1 to"), "{none:?}");
}

#[test]
fn operations_have_the_names_of_clients_methods() {
    let document = at(MAX_MINOR);
    let paths = document["paths"].as_object().unwrap();
    let operations = paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    let ids: Vec<&str> = operations
        .map(|one| one["operationId"].as_str().unwrap())
        .collect();
    let unique: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for id in ids {
        let plain = id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        assert!(plain, "{id}");
    }
}

#[test]
fn an_answer_that_is_not_as_described_is_complained_of() {
    let said = |method: &str, path: &str, status: u16, body: Value| {
        complaint(method, path, Some(Version::LATEST), status, &body).unwrap_or_default()
    };
    let links = json!([{"href": "http://h/v1/nodes/x", "rel": "self"}]);
    let list = |node: Value| json!({"nodes": [node]});
    let node = json!({"uuid": "10000000-0000-4000-8000-000000000001", "links": links});
    assert_eq!(
        said("GET", "/v1/nodes/?limit=1", 200, list(node.clone())),
        ""
    );
    for (field, value) in [
        ("uuid", json!("x")),
        ("maintenance", json!(1)),
        ("colour", json!("red")),
    ] {
        let mut wrong = node.clone();
        wrong[field] = value;
        let said = said("GET", "/nodes", 200, list(wrong));
        assert!(
            said.contains(field) || said.contains("is not"),
            "{field}: {said}"
        );
    }
    assert!(said("GET", "/v1/nodes/n1/validate", 418, Value::Null).contains("418"));
    assert!(said("DELETE", "/v1/nodes/n1", 204, json!({})).contains("a body"));
    assert!(said("GET", "/v1/nodes/n1", 404, json!({"error": "no"})).contains("error_message"));
    let twice = json!({"error_message": "{\"faultstring\": \"no\"}"});
    assert!(!said("GET", "/v1/nodes/n1", 404, twice).is_empty());
}
