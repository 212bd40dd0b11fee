//! The recordings. Calls that neither a client of ours makes nor the simulator has are kept by name
//! only.

use crate::values;
use cobbler_sim::{DistroSeed, Release};
use dxr::Value;

/// One call and its answer.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Exchange {
    pub(crate) label: String,
    pub(crate) method: String,
    pub(crate) request: Option<String>,
    pub(crate) response: Option<String>,
}

impl Exchange {
    /// Whether the answer is a token, a handle or an event id, which is never twice the same.
    pub(crate) fn makes_an_id(&self) -> bool {
        let makes = ["login", "new_", "background_"];
        makes.iter().any(|start| self.method.starts_with(start))
    }
}

/// All exchanges with a release, in the order in which they were made.
pub(crate) fn of(release: Release) -> Vec<Exchange> {
    let text = match release {
        Release::V2_8_5 => include_str!("../transcripts/2.8.5.jsonl"),
        Release::V3_1_2 => include_str!("../transcripts/3.1.2.jsonl"),
        Release::V3_2_3 => include_str!("../transcripts/3.2.3.jsonl"),
        Release::V3_3_0 => include_str!("../transcripts/3.3.0.jsonl"),
        Release::V3_3_10 => include_str!("../transcripts/3.3.10.jsonl"),
        other => panic!("no recording of {other}"),
    };
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the recorded server had when the recording began: none where a distro is made first.
pub(crate) fn seeds(exchanges: &[Exchange]) -> Vec<DistroSeed> {
    let made = exchanges
        .iter()
        .any(|exchange| exchange.label == "new_distro");
    if made {
        return Vec::new();
    }
    let Value::Array(names) = answer(exchanges, "get_item_names-distro") else {
        panic!("the recording lists no distros");
    };
    let all = DistroSeed::defaults();
    let known = |name: &str| all.iter().find(|seed| seed.name == name).cloned();
    let names = names.iter().map(|name| match name {
        Value::String(name) => known(name).unwrap(),
        other => panic!("{other:?} is no name"),
    });
    names.collect()
}

/// `host:port` of the recorded web server.
pub(crate) fn web_server(exchanges: &[Exchange]) -> String {
    let Value::Struct(settings) = answer(exchanges, "get_settings") else {
        panic!("the recording has no settings");
    };
    match (&settings["server"], &settings["http_port"]) {
        (Value::String(server), Value::Integer(port)) => format!("{server}:{port}"),
        (Value::String(server), Value::String(port)) => format!("{server}:{port}"),
        other => panic!("{other:?} is no address"),
    }
}

fn answer(exchanges: &[Exchange], label: &str) -> Value {
    let exchange = exchanges.iter().find(|exchange| exchange.label == label);
    let response = exchange.and_then(|exchange| exchange.response.as_deref());
    values::read(response.unwrap()).unwrap()
}
