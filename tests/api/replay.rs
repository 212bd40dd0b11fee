//! Sends what a real Ironic 39.0.0 was sent, and compares the answers with those it gave.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::http::Request;
use serde::Deserialize;
use serde_json::Value;

use crate::exceptions::Differs::{NotSent, Status};
use crate::exceptions::EXCEPTIONS;
use crate::harness::{Answer, Api, HOST, encode};

/// A recorded exchange.
#[derive(Debug, Deserialize)]
struct Exchange {
    seq: u32,
    method: String,
    path: String,
    version: Option<String>,
    common_version: Option<String>,
    accept: Option<String>,
    #[serde(default)]
    body: Value,
    status: u16,
    versioned: Vec<String>,
    location: Option<String>,
    #[serde(default)]
    answer: Value,
}

/// Links that Ironic 39.0.0 has wrong, and where they lead here.
const RIGHTED: [(&str, &str); 3] = [
    (
        "org//ironic/latest/contributor//",
        "org/ironic/latest/contributor/",
    ),
    ("/v1/inspection/", "/v1/inspection_rules/"),
    ("6385/inspection/", "6385/inspection_rules/"),
];

/// Fields that a conductor fills in as it likes.
const OWN_BUSINESS: [&str; 2] = ["reservation", "driver_internal_info"];

pub(crate) struct Replay {
    api: Api,
    scenario: &'static str,
    /// UUIDs as recorded and as ours.
    uuids: Vec<(String, String)>,
    complaints: String,
}

impl Replay {
    pub(crate) async fn run(api: Api, scenario: &'static str, text: &str) {
        let mut replay = Self {
            api,
            scenario,
            uuids: Vec::new(),
            complaints: String::new(),
        };
        let mut seqs = BTreeSet::new();
        for line in text.lines() {
            let exchange: Exchange = serde_json::from_str(line).unwrap();
            seqs.insert(exchange.seq);
            replay.exchange(&exchange).await;
        }
        for exception in EXCEPTIONS.iter().filter(|e| e.scenario == scenario) {
            for seq in exception.seqs {
                assert!(
                    seqs.contains(seq),
                    "{scenario}/{seq} is excepted and not recorded"
                );
            }
        }
        assert!(replay.complaints.is_empty(), "{}", replay.complaints);
    }

    async fn exchange(&mut self, exchange: &Exchange) {
        let differs = EXCEPTIONS
            .iter()
            .find(|e| e.scenario == self.scenario && e.seqs.contains(&exchange.seq))
            .map(|e| e.differs);
        if differs == Some(NotSent) {
            return;
        }
        let answer = self.send(exchange).await;
        self.learn(exchange, &answer);
        let status = match differs {
            Some(Status(status)) => status,
            _ => exchange.status,
        };
        let mut complain = |what: &str, ours: &str, theirs: &str| {
            let _ = writeln!(
                self.complaints,
                "{}/{} {} {}: {what}\n  ours   {ours}\n  theirs {theirs}",
                self.scenario, exchange.seq, exchange.method, exchange.path
            );
        };
        if answer.status.as_u16() != status {
            complain(
                "status",
                &format!("{} {}", answer.status, answer.body),
                &status.to_string(),
            );
        } else if differs.is_none() {
            let normal = |value: &Value| normalised(value, &self.uuids);
            let (ours, theirs) = (normal(&answer.body), normal(&exchange.answer));
            // UUIDs that no client gave come by chance, and so does their order.
            let by_chance = exchange.path.contains("sort_key=uuid");
            if ours != theirs && exchange.method != "HEAD" && !by_chance {
                complain("body", &ours.to_string(), &theirs.to_string());
            }
            let ours = renamed(answer.header("location"), &self.uuids);
            let theirs = renamed(
                exchange.location.as_deref().unwrap_or_default(),
                &self.uuids,
            );
            if ours != theirs {
                complain("location", &ours, &theirs);
            }
            let ours: Vec<&str> = exchange
                .versioned
                .iter()
                .map(String::as_str)
                .chain(["x-openstack-ironic-api-version"])
                .filter(|name| answer.headers.contains_key(*name))
                .collect();
            let missing = exchange
                .versioned
                .iter()
                .any(|name| !ours.contains(&name.as_str()));
            let surplus = exchange.versioned.is_empty() && !ours.is_empty();
            if missing || surplus {
                complain(
                    "version headers",
                    &format!("{ours:?}"),
                    &format!("{:?}", exchange.versioned),
                );
            }
        }
    }

    async fn send(&self, exchange: &Exchange) -> Answer {
        let ours = |text: &str| {
            self.uuids
                .iter()
                .fold(text.to_owned(), |text, (theirs, ours)| {
                    text.replace(theirs, ours)
                })
        };
        let mut request = Request::builder()
            .method(exchange.method.as_str())
            .uri(ours(&exchange.path))
            .header("host", HOST)
            .header(
                "accept",
                exchange.accept.as_deref().unwrap_or("application/json"),
            );
        if let Some(version) = &exchange.version {
            request = request.header("x-openstack-ironic-api-version", version);
        }
        if let Some(version) = &exchange.common_version {
            request = request.header("openstack-api-version", version);
        }
        let body = match &exchange.body {
            Value::String(text) => Value::String(text.clone()),
            Value::Null => Value::Null,
            other => serde_json::from_str(&ours(&other.to_string())).unwrap(),
        };
        self.api.send(request.body(encode(&body)).unwrap()).await
    }

    /// Notes which of our UUIDs stands for which recorded one.
    fn learn(&mut self, exchange: &Exchange, answer: &Answer) {
        if let (201, Some(theirs), Some(ours)) = (
            exchange.status,
            exchange.answer["uuid"].as_str(),
            answer.body["uuid"].as_str(),
        ) && theirs != ours
        {
            self.uuids.push((theirs.to_owned(), ours.to_owned()));
        }
    }
}

fn renamed(text: &str, uuids: &[(String, String)]) -> String {
    let text = uuids.iter().fold(text.to_owned(), |text, (theirs, ours)| {
        text.replace(ours, theirs)
    });
    RIGHTED
        .iter()
        .fold(text, |text, (theirs, right)| text.replace(theirs, right))
}

/// An answer with everything made equal that must differ from run to run.
fn normalised(value: &Value, uuids: &[(String, String)]) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            // Lists have their link to the next page once more, for gophercloud.
            .filter(|(key, _)| !OWN_BUSINESS.contains(&key.as_str()) && !key.ends_with("_links"))
            .map(|(key, value)| {
                // An error is JSON inside of JSON: its keys' order is no matter.
                let inner = value.as_str().filter(|_| key == "error_message");
                match inner.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
                    Some(inner) => (key.clone(), normalised(&inner, uuids)),
                    None => (key.clone(), normalised(value, uuids)),
                }
            })
            .collect(),
        Value::Array(items) => items.iter().map(|item| normalised(item, uuids)).collect(),
        Value::String(text) if is_time(text) => Value::from("TIME"),
        Value::String(text) => Value::String(renamed(text, uuids)),
        other => other.clone(),
    }
}

fn is_time(text: &str) -> bool {
    text.ends_with("+00:00") && text.len() >= 25 && text.as_bytes()[10] == b'T'
}
