//! What every operation answers in every version: its sample is sent in each.

use std::collections::BTreeMap;

use ferric::api::version::{MAX_MINOR, MIN_MINOR};
use serde_json::Value;

use crate::cells::minor;
use crate::samples::Sample;
use crate::world;

/// Statuses by method and route, each with the version from which on it is answered.
pub(crate) type Observed = BTreeMap<(String, String), Vec<(u16, u16)>>;

/// Asks for all of Ironic's operations. What changes something is only asked for in the versions that
/// refuse it; in the others, the newest speaks for all.
pub(crate) async fn all(document: &Value, samples: &[Sample]) -> Observed {
    let api = world::start().await;
    let mut observed = Observed::new();
    for (path, method, operation) in operations(document) {
        if operation["tags"][0] == "ferric" {
            continue;
        }
        let id = operation["operationId"].as_str().unwrap();
        let sample = samples.iter().find(|sample| sample.id == id).unwrap();
        let since = since(operation);
        let mut statuses: Vec<(u16, u16)> = Vec::new();
        for minor in MIN_MINOR..=MAX_MINOR {
            let status = if sample.reads() || minor < since {
                let answer = sample.send(&api, &format!("1.{minor}")).await;
                answer.status.as_u16()
            } else {
                u16::try_from(sample.content["answer"]["status"].as_u64().unwrap()).unwrap()
            };
            if statuses.last().is_none_or(|(_, last)| *last != status) {
                statuses.push((minor, status));
            }
        }
        observed.insert((method.to_uppercase(), path.to_owned()), statuses);
    }
    observed
}

/// Every operation of a document: path, method, description.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The minor version that added something.
pub(crate) fn since(described: &Value) -> u16 {
    let text = described["x-since"].as_str();
    text.map_or(MIN_MINOR, |text| {
        text.strip_prefix("1.").unwrap().parse().unwrap()
    })
}

/// Statuses in a cell: `404, since 1.23 200`.
pub(crate) fn cell(statuses: &[(u16, u16)]) -> String {
    let parts: Vec<String> = statuses
        .iter()
        .map(|(since, status)| match *since {
            MIN_MINOR => status.to_string(),
            since => format!("since {} {status}", minor(since)),
        })
        .collect();
    parts.join(", ")
}
