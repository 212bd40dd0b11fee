//! The simulator against answers recorded from running Cobblers: the same calls in the same order,
//! and the answers compared by type and value, once for each release. What differs is a table with
//! reasons, and the page `docs/compatibility-cobbler.md` is made of it.

// Helpers beside the tests may panic as the tests do.
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
mod exceptions;
#[path = "../../../../tests/docs/page.rs"]
mod page;
mod recording;
mod report;
mod values;

use cobbler_sim::{CobblerSim, Release, SimSpec};
use common::post;
use exceptions::Exception;
use report::Report;
use std::collections::HashMap;

#[tokio::test]
async fn the_answers_are_those_of_real_servers() {
    let mut reports = Vec::new();
    let mut wrong = Vec::new();
    for release in Release::ALL {
        let mut report = Report::new(release);
        replay(release, &mut report, &mut wrong).await;
        reports.push(report);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for exception in exceptions::ALL {
        let met = reports.iter().any(|report| report.met(exception));
        assert!(met, "{exception:?} excepts nothing");
    }
    report::publish(&reports);
}

/// Plays one recording, and says which answers are not as recorded.
async fn replay(release: Release, report: &mut Report, wrong: &mut Vec<String>) {
    let exchanges = recording::of(release);
    let sim = CobblerSim::start(SimSpec {
        distros: recording::seeds(&exchanges),
        advertised: Some(recording::web_server(&exchanges)),
        ..SimSpec::of(release)
    })
    .await
    .unwrap();
    // Recorded tokens, handles and event ids, and those that stand for them here.
    let mut live: HashMap<String, String> = HashMap::new();
    for exchange in &exchanges {
        let (Some(request), Some(response)) = (&exchange.request, &exchange.response) else {
            report.skipped += 1;
            continue;
        };
        let mut answer = post(&sim.api_url(), &swapped(request, &live)).await;
        // The recorder asked until the task was over.
        while exchange.method == "get_task_status"
            && response.contains("complete")
            && !answer.contains("complete")
        {
            answer = post(&sim.api_url(), &swapped(request, &live)).await;
        }
        if exchange.makes_an_id()
            && let (Some(old), Some(new)) =
                (values::only_text(response), values::only_text(&answer))
        {
            live.insert(old, new);
        }
        let expected = values::read(&swapped(response, &live));
        let difference = values::difference(&values::read(&answer), &expected);
        match (difference, Exception::of(release, exchange)) {
            (None, _) => report.equal(&exchange.method),
            (Some(_), Some(exception)) => report.differs(exchange, exception),
            (Some(difference), None) => {
                wrong.push(format!("{release} {}: {difference}", exchange.label))
            }
        }
    }
    sim.shutdown().await;
}

fn swapped(text: &str, live: &HashMap<String, String>) -> String {
    let mut text = text.to_owned();
    for (old, new) in live {
        text = text.replace(old, new);
    }
    text
}
