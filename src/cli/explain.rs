//! `ferric explain NODE`: where a node is, what it waits for, and on what evidence.

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::Value;

use super::client::Client;
use super::exit::{Exit, Failure, Outcome};
use super::fleet::Node;
use super::table::table;
use super::view::span;
use super::watch::DEFAULT_SERVER;
use super::{Global, output};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The node's name or UUID
    #[arg(value_name = "NODE")]
    node: String,
    /// The service's base URL
    #[arg(long, value_name = "URL", default_value = DEFAULT_SERVER)]
    server: String,
}

pub(super) async fn run(global: &Global, args: ExplainArgs) -> Outcome {
    global.log()?;
    let client = Client::new(&args.server)?;
    let name = &args.node;
    let path = |rest: &str| format!("{rest}/{name}");
    let Some(node) = client.find(&path("/v1/nodes")).await? else {
        return Err(Failure::usage(format!(
            "{} has no node {name:?}; `ferric watch` shows those there are",
            client.base()
        )));
    };
    let evidence = path("/ferric/v1/nodes") + "/evidence";
    let evidence = client.get(&evidence).await?;
    let node = Node::from_api(&node);
    output::line(text(&node, &evidence, Utc::now()));
    Ok(if node.has_failed() {
        Exit::NodeFailed
    } else {
        Exit::Done
    })
}

fn text(node: &Node, evidence: &Value, now: DateTime<Utc>) -> String {
    let mut facts = vec![("state", node.state.clone())];
    if let Some(job) = &node.job {
        let step = job.step.as_deref().unwrap_or("at its end");
        facts.push((
            "step",
            format!("{step} ({} of {} of {})", job.index, job.total, job.kind),
        ));
        if let Some(what) = &job.waiting_for {
            let age = job
                .since
                .map(|since| (now - since).to_std().unwrap_or_default());
            let since = age.map_or(String::new(), |age| format!(", for {}", span(age)));
            facts.push(("waits for", format!("{what}{since}")));
        }
        if let Some(progress) = &job.progress {
            facts.push(("progress", progress.clone()));
        }
    }
    if let Some(error) = &node.last_error {
        facts.push(("error", error.clone()));
    }
    let verdict = evidence["verdict"].as_str().unwrap_or_default();
    facts.push(("evidence says", verdict.to_owned()));
    facts.push(("next", next(node)));
    let facts: Vec<Vec<String>> = facts
        .into_iter()
        .map(|(name, what)| vec![format!("  {name}"), what.replace('\n', "\n    ")])
        .collect();
    let mut text = format!("{}\n{}", node.name, table(&["", ""], &facts));
    let seen: Vec<Vec<String>> = evidence["evidence"]
        .as_array()
        .into_iter()
        .flatten()
        .map(row)
        .collect();
    if !seen.is_empty() {
        let headings = ["seen at (UTC)", "by", "what", "words"];
        text = format!("{text}\n\n{}", table(&headings, &seen));
    }
    text
}

/// One piece of evidence; of last lines the last.
fn row(evidence: &Value) -> Vec<String> {
    let text = |key: &str| evidence[key].as_str().unwrap_or_default();
    let at = text("seen_at").parse::<DateTime<Utc>>();
    let words = text("message").lines().next_back().unwrap_or_default();
    vec![
        at.map_or_else(
            |_| text("seen_at").to_owned(),
            |at| at.format("%F %T").to_string(),
        ),
        text("source").to_owned(),
        text("kind").to_owned(),
        words.to_owned(),
    ]
}

/// What a person can do now.
fn next(node: &Node) -> String {
    let name = &node.name;
    if node.state == "deploy failed" {
        format!(
            "correct what the error names, then `openstack baremetal node deploy {name}`; or give it back with \
             `openstack baremetal node undeploy {name}`"
        )
    } else if node.verification_failed() {
        format!("correct what the error names, then `openstack baremetal node manage {name}`")
    } else if node.has_failed() {
        format!("correct what the error names; `openstack baremetal node show {name}` has the rest")
    } else if node.state == "wait call-back" {
        format!(
            "nothing, each report goes on at once; `openstack baremetal node abort {name}` stops it"
        )
    } else if node.is_moving() {
        "nothing, it goes on by itself".to_owned()
    } else {
        "nothing".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_waiting_node_shows_step_wait_and_evidence() {
        let node = Node::from_api(&json!({
            "uuid": "u", "name": "web01", "provision_state": "wait call-back", "last_error": null,
            "driver_internal_info": {"ferric_job": {
                "kind": "deploy", "step": "wait_installed", "index": 8, "total": 8,
                "waiting_for": "the installation to complete", "since": "2026-01-02T03:04:05Z",
                "progress": "packages 3/40",
            }},
        }));
        let evidence = json!({"verdict": "packages 3/40, at 2026-01-02 03:05:00 UTC", "evidence": [
            {"seen_at": "2026-01-02T03:04:05.000000+00:00", "source": "installer", "kind": "started", "message": ""},
            {"seen_at": "2026-01-02T03:05:00.000000+00:00", "source": "installer", "kind": "packages", "message": "3/40"},
        ]});
        let now = "2026-01-02T03:06:05Z".parse().unwrap();
        assert_eq!(
            text(&node, &evidence, now),
            "web01\n  \
               state          wait call-back\n  \
               step           wait_installed (8 of 8 of deploy)\n  \
               waits for      the installation to complete, for 2m00s\n  \
               progress       packages 3/40\n  \
               evidence says  packages 3/40, at 2026-01-02 03:05:00 UTC\n  \
               next           nothing, each report goes on at once; `openstack baremetal node abort web01` stops it\n\n\
             seen at (UTC)        by         what      words\n\
             2026-01-02 03:04:05  installer  started\n\
             2026-01-02 03:05:00  installer  packages  3/40"
        );
    }

    #[test]
    fn a_failed_node_shows_why_and_what_to_do() {
        let node = Node::from_api(&json!({
            "uuid": "u", "name": "web01", "provision_state": "deploy failed",
            "last_error": "Step deploy.wait_installed failed: no disk: its last words: x\ny",
        }));
        let shown = text(
            &node,
            &json!({"verdict": "no disk: y", "evidence": []}),
            Utc::now(),
        );
        assert!(
            shown.contains("x\n    y") && shown.contains("node deploy web01"),
            "{shown}"
        );
        assert!(!shown.contains("seen at"), "{shown}");
    }
}
