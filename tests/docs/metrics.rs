//! The catalogue of metrics, from the text that a scrape gives.

use std::collections::BTreeSet;
use std::time::Duration;

use cimc_client::{Event, Method, Observer as _, Outcome};
use ferric::metrics::{Metrics, Report, Skipped, StepEnd};

use crate::cells::code;
use crate::page::table;

/// Every figure with every label, each once.
fn scrape() -> String {
    let metrics = Metrics::default();
    let second = Duration::from_secs(1);
    metrics.api().answered("/v1/nodes", "GET", 200, second);
    let engine = metrics.engine();
    engine.ran("deploy", "power_on", StepEnd::Done, second);
    engine.reported("installer", Report::Taken);
    engine.set_nodes([("active".to_owned(), 1)]);
    metrics.cimc().observe(&Event::Request {
        method: Method::Login,
        outcome: Outcome::Ok,
        took: second,
    });
    cobbler_client::Observer::called(
        metrics.cobbler(),
        "save_system",
        cobbler_client::Outcome::Ok,
        second,
    );
    metrics.power_sync().skipped(Skipped::Busy);
    metrics.encode().unwrap()
}

/// The labels of a metric's samples.
fn labels(text: &str, name: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with(name)) {
        let Some((_, rest)) = line.split_once('{') else {
            continue;
        };
        let inner = rest.split('}').next().unwrap();
        for label in inner.split(',') {
            found.insert(label.split('=').next().unwrap().to_owned());
        }
    }
    found.remove("le");
    found.into_iter().collect()
}

pub(crate) fn catalogue() -> String {
    let text = scrape();
    let mut rows = Vec::new();
    for line in text.lines() {
        let Some((name, help)) = line
            .strip_prefix("# HELP ")
            .and_then(|rest| rest.split_once(' '))
        else {
            continue;
        };
        let kind = text
            .lines()
            .find_map(|line| line.strip_prefix(&format!("# TYPE {name} ")))
            .unwrap_or_else(|| panic!("{name} has no type"));
        let labels: Vec<String> = labels(&text, name)
            .iter()
            .map(|label| code(label))
            .collect();
        rows.push([
            code(name),
            kind.to_owned(),
            labels.join(", "),
            help.trim_end_matches('.').to_owned(),
        ]);
    }
    assert!(rows.len() > 20, "{text}");
    table(["name", "kind", "labels", "what"], &rows)
}
