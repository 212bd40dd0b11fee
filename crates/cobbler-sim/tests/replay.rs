//! The simulator against answers recorded from a running Cobbler 3.3.10: the same calls in the
//! same order, compared line by line as bytes on the wire.
//!
//! Tokens, handles and event ids are exchanged for the live ones; times and uids are left out of
//! the comparison. Not in the recording used here:
//!
//! - `extended_version` (build dates), `get_event_log` (paths of the recorded machine),
//!   `get_status` after a trigger (seconds): their answers are not the same twice;
//! - calls that no driver makes and the simulator does not have: `get_events`,
//!   `get_systems_since`, `get_*_as_rendered`, `find_items_paged`, `find_system_by_dns_name`,
//!   `get_item_resolved_value`, `power_system`, `upload_log_data`, `register_new_system`,
//!   `generate_bootcfg`, `get_valid_breeds`, `last_modified_time`, and the lists of templates and
//!   snippets.

// Helpers beside the tests may panic as the tests do.
#![allow(clippy::unwrap_used)]

mod common;

use cobbler_sim::{CobblerSim, SimSpec};
use common::post;
use std::collections::HashMap;

/// Labels whose answers differ, and why.
const DIFFERENT: &[(&str, &str)] = &[(
    "get_blended_data",
    "order and a few built-in defaults differ; the names are compared below",
)];

#[derive(serde::Deserialize)]
struct Exchange {
    label: String,
    method: String,
    request: String,
    response: String,
}

fn recorded() -> Vec<Exchange> {
    let text = include_str!("transcripts/3.3.10.jsonl");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Times and uids are never twice the same; everything else must be.
fn normal(response: &str) -> Vec<String> {
    let mut lines: Vec<String> = response.lines().map(str::to_owned).collect();
    for at in 0..lines.len() {
        let is_time = lines[at]
            .strip_prefix("<value><double>1")
            .is_some_and(|rest| rest.split('.').next().is_some_and(|whole| whole.len() == 9));
        if is_time {
            lines[at] = "TIME".to_owned();
        }
        if at > 0 && lines[at - 1] == "<name>uid</name>" {
            lines[at] = "UID".to_owned();
        }
    }
    lines
}

/// The text of the only string in an answer.
fn only_string(response: &str) -> Option<&str> {
    let (_, rest) = response.split_once("<value><string>")?;
    Some(rest.split_once("</string>")?.0)
}

fn member_names(response: &str) -> Vec<&str> {
    let mut names: Vec<_> = response
        .lines()
        .filter_map(|line| line.strip_prefix("<name>"))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[tokio::test]
async fn the_answers_are_those_of_a_real_server() {
    let advertised = Some("127.0.0.1:25180".to_owned());
    let sim = CobblerSim::start(SimSpec {
        advertised,
        ..SimSpec::default()
    })
    .await
    .unwrap();
    let mut live: HashMap<String, String> = HashMap::new();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for exchange in recorded() {
        let mut request = exchange.request.clone();
        for (old, new) in &live {
            request = request.replace(old, new);
        }
        let mut answer = post(&sim.api_url(), &request).await;
        // The recorder asked until the task was over.
        while exchange.method == "get_task_status"
            && exchange.response.contains("complete")
            && !answer.contains("complete")
        {
            answer = post(&sim.api_url(), &request).await;
        }
        let makes_id = ["login", "new_", "background_"];
        if makes_id
            .iter()
            .any(|start| exchange.method.starts_with(start))
            && let (Some(old), Some(new)) = (only_string(&exchange.response), only_string(&answer))
            && !answer.contains("<fault>")
        {
            live.insert(old.to_owned(), new.to_owned());
        }
        let mut expected = exchange.response.clone();
        for (old, new) in &live {
            expected = expected.replace(old, new);
        }
        if DIFFERENT.iter().any(|(label, _)| *label == exchange.label) {
            assert_eq!(
                member_names(&answer),
                member_names(&expected),
                "{}",
                exchange.label
            );
            continue;
        }
        compared += 1;
        let (answer, expected) = (normal(&answer), normal(&expected));
        if answer != expected {
            let at = answer.iter().zip(&expected).position(|(a, b)| a != b);
            let at = at.unwrap_or(answer.len().min(expected.len()));
            wrong.push(format!(
                "{}: line {at}: got {:?}, recorded {:?} (after {:?})",
                exchange.label,
                answer.get(at),
                expected.get(at),
                answer.get(at.saturating_sub(1)),
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 150, "only {compared} exchanges were compared");
    sim.shutdown().await;
}
