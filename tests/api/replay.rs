//! Sends what a real Ironic 39.0.0 was sent, and compares the answers with those it gave.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::http::Request;
use ferric::states::ProvisionState;
use serde::Deserialize;
use serde_json::Value;

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

/// Where our answer differs, and why that is right.
struct Exception {
    scenario: &'static str,
    seqs: &'static [u32],
    differs: Differs,
    #[allow(dead_code)] // For the reader.
    reason: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Differs {
    /// It isn't sent: it belongs to something that isn't there.
    NotSent,
    /// The status is the same, the body isn't.
    Body,
    /// Status and body are the same, but we say which version was agreed on.
    Headers,
    /// The status is this.
    Status(u16),
}

const fn except(
    scenario: &'static str,
    seqs: &'static [u32],
    differs: Differs,
    reason: &'static str,
) -> Exception {
    Exception {
        scenario,
        seqs,
        differs,
        reason,
    }
}

use Differs::{Body, Headers, NotSent, Status};

#[rustfmt::skip]
const EXCEPTIONS: &[Exception] = &[
    except("01", &[1], Body, "the root document describes Ferric"),
    except("01", &[2, 3, 4, 5, 22], Body, "/v1 lists what is there: no chassis, allocations, …"),
    except("01", &[18], Status(200), "we have a health check"),
    except("01", &[19], Status(200), "we answer JSON to whoever asks for XML"),
    except("01", &[20], Status(404), "Ironic answers 500"),
    except("02", &[2], NotSent, "an owner is refused to a client without a project: there are none yet"),
    except("02", &[10], Body, "our link to the next page keeps the filters; Ironic's loses them"),
    except("07", &[24], Status(400), "the console of fake-hardware isn't built"),
    except("07", &[31], Body, "a console and a RAID were set up by calls that aren't there yet"),
    except("07", &[36], Body, "Ironic names the node by its number in the database"),
    except("10", &[1, 2, 3, 4, 8, 9], Body, "other hardware types, other interfaces in other orders"),
    except("11", &[3], Headers, "Ironic refuses before it agrees on a version"),
    except("11", &[49], Body, "Ironic quotes the key in one of its two texts alone"),
    except("11", &[70], Status(400), "nobody holds the node: no engine runs here"),
    except("11", &[71], Body, "the deploy that 69 asked for hasn't begun"),
    except("11", &[16, 18], Status(400), "Ironic answers 500 to a body that isn't JSON"),
    except("11", &[47], Body, "it lists the nodes of other scenarios"),
    except("11", &[52], Status(400), "Ironic answers 500 to an unknown field of a list"),
    except("11", &[67, 68], Body, "Ironic prints the whole schema after the first line"),
];

/// Fields that came after 1.110; the recorded clients spoke 1.115.
const NEWER: [&str; 1] = ["available_for_dynamic_portgroup"];

/// Fields that a conductor fills in as it likes.
const OWN_BUSINESS: [&str; 2] = ["reservation", "driver_internal_info"];

struct Replay {
    api: Api,
    scenario: &'static str,
    /// UUIDs as recorded and as ours.
    uuids: Vec<(String, String)>,
    complaints: String,
}

impl Replay {
    async fn run(api: Api, scenario: &'static str, text: &str) {
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
        } else if matches!(differs, None | Some(Headers)) {
            let normal = |value: &Value| normalised(value, &self.uuids);
            let (ours, theirs) = (normal(&answer.body), normal(&exchange.answer));
            if ours != theirs && exchange.method != "HEAD" {
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
            if differs.is_none() && (missing || surplus) {
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
            let version = if version == "1.115" { "1.110" } else { version };
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
    text.replace("1.115", "1.110")
}

/// An answer with everything made equal that must differ from run to run.
fn normalised(value: &Value, uuids: &[(String, String)]) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| {
                let left_out = [&NEWER[..], &OWN_BUSINESS].concat();
                !left_out.contains(&key.as_str())
            })
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

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../fixtures/ironic-39.0.0/", $name, ".jsonl"))
    };
}

#[tokio::test]
async fn root_and_versions() {
    Replay::run(Api::start().await, "01", recorded!("01-root-and-versions")).await;
}

#[tokio::test]
async fn node_crud() {
    Replay::run(Api::start().await, "02", recorded!("02-node-crud")).await;
}

#[tokio::test]
async fn ports() {
    let api = Api::start().await;
    let uuid = "26fa2200-3704-428e-ba33-b59c88aba2c4";
    api.node_in(uuid, "ports-1", ProvisionState::Enroll).await;
    Replay::run(api, "03", recorded!("03-ports")).await;
}

#[tokio::test]
async fn maintenance_boot_device_and_traits() {
    let api = Api::start().await;
    let uuid = "cc31ac39-ccd5-4eeb-b16a-ba1b719d2809";
    api.node_in(uuid, "misc-1", ProvisionState::Manageable)
        .await;
    Replay::run(api, "07", recorded!("07-maintenance-bootdev-traits")).await;
}

#[tokio::test]
async fn drivers_and_conductors() {
    Replay::run(Api::start().await, "10", recorded!("10-drivers-conductors")).await;
}

#[tokio::test]
async fn errors() {
    let api = Api::start().await;
    api.node_in(
        "4bc4396e-7eec-4102-89ca-05647e6149a6",
        "err-1",
        ProvisionState::Enroll,
    )
    .await;
    api.node_in(
        "71f4e6c2-fd5b-41ea-b138-709a837de384",
        "err-2",
        ProvisionState::Available,
    )
    .await;
    api.node_in(
        "5ba8fc7d-5b85-4767-bded-f1690b109653",
        "err-3",
        ProvisionState::Active,
    )
    .await;
    for name in ["err-1", "err-3"] {
        api.change(name, |node| {
            node.resource_class = Some("baremetal".to_owned())
        })
        .await;
    }
    Replay::run(api, "11", recorded!("11-errors")).await;
}
