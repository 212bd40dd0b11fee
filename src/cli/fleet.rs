//! What the API says of all nodes, asked again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::Instant;

use super::client::{Client, ClientError};
use super::exit::chain;

/// How often a view asks the API.
pub(super) const INTERVAL: Duration = Duration::from_millis(400);

/// The work a node has in hand, as `driver_internal_info.ferric_job` shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Job {
    pub(super) kind: String,
    /// `None` for a moment after the last one.
    pub(super) step: Option<String>,
    /// Counts from 1.
    pub(super) index: usize,
    pub(super) total: usize,
    #[serde(default)]
    pub(super) waiting_for: Option<String>,
    #[serde(default)]
    pub(super) since: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(super) attempt: u32,
    #[serde(default)]
    pub(super) progress: Option<String>,
}

/// One node.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) uuid: String,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) last_error: Option<String>,
    pub(super) firmware: String,
    pub(super) job: Option<Job>,
    pub(super) instance_info: Map<String, Value>,
}

impl Node {
    pub(super) fn from_api(node: &Value) -> Self {
        let text = |key: &str| node[key].as_str().unwrap_or_default().to_owned();
        let uuid = text("uuid");
        let job = &node["driver_internal_info"]["ferric_job"];
        Self {
            name: node["name"]
                .as_str()
                .map_or_else(|| uuid.clone(), str::to_owned),
            uuid,
            state: text("provision_state"),
            last_error: node["last_error"].as_str().map(str::to_owned),
            firmware: node["driver_internal_info"]["firmware_version"]
                .as_str()
                .or_else(|| node["extra"]["firmware"].as_str())
                .unwrap_or_default()
                .to_owned(),
            job: Job::deserialize(job).ok(),
            instance_info: node["instance_info"]
                .as_object()
                .cloned()
                .unwrap_or_default(),
        }
    }

    pub(super) fn is_active(&self) -> bool {
        self.state == "active"
    }

    pub(super) fn has_failed(&self) -> bool {
        self.state.ends_with("failed") || self.state == "error" || self.verification_failed()
    }

    /// A node whose verification failed is back in `enroll`, with an error.
    pub(super) fn verification_failed(&self) -> bool {
        self.state == "enroll" && self.job.is_none() && self.last_error.is_some()
    }

    /// Whether something is going on.
    pub(super) fn is_moving(&self) -> bool {
        let rests = ["enroll", "manageable", "available", "active", "rescue"];
        self.job.is_some() || !(rests.contains(&self.state.as_str()) || self.has_failed())
    }
}

/// All nodes at one moment, in the order of their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Fleet {
    /// When the question was sent; the answer is at least as new. `None` before the first answer.
    pub(super) asked_at: Option<Instant>,
    pub(super) nodes: BTreeMap<String, Node>,
    /// Why the nodes are not newer.
    pub(super) trouble: Option<String>,
}

/// Asks from now on, until the receiver is dropped; `names` are the only nodes of interest, if
/// given. A server that takes long to answer is asked less often.
pub(super) fn follow(
    client: Client,
    names: Option<BTreeSet<String>>,
    interval: Duration,
) -> watch::Receiver<Arc<Fleet>> {
    let (sender, receiver) = watch::channel(Arc::new(Fleet::default()));
    tokio::spawn(async move {
        let mut pause = Duration::ZERO;
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = sender.closed() => return,
            }
            let asked_at = Instant::now();
            let answer = client.nodes().await;
            pause = interval.max(asked_at.elapsed() * 3);
            sender.send_modify(|fleet| {
                *fleet = Arc::new(next(fleet, asked_at, answer, names.as_ref()));
            });
        }
    });
    receiver
}

fn next(
    before: &Fleet,
    asked_at: Instant,
    answer: Result<Vec<Value>, ClientError>,
    names: Option<&BTreeSet<String>>,
) -> Fleet {
    match answer {
        Ok(nodes) => Fleet {
            asked_at: Some(asked_at),
            nodes: nodes
                .iter()
                .map(Node::from_api)
                .filter(|node| names.is_none_or(|names| names.contains(&node.name)))
                .map(|node| (node.name.clone(), node))
                .collect(),
            trouble: None,
        },
        Err(error) => Fleet {
            trouble: Some(chain(&error)),
            ..before.clone()
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_is_read_from_the_node() {
        let node = Node::from_api(&json!({
            "uuid": "u", "name": "web01", "provision_state": "deploying", "last_error": null,
            "extra": {"firmware": "2.0(13e)"},
            "driver_internal_info": {"ferric_job": {
                "kind": "deploy", "step": "boot_disk", "index": 7, "total": 8, "attempt": 1,
                "waiting_for": "the first sign of the installer",
                "since": "2026-01-02T03:04:05Z", "progress": null,
            }},
        }));
        let job = node.job.clone().unwrap();
        assert_eq!(
            (job.step.as_deref(), job.index, job.total),
            (Some("boot_disk"), 7, 8)
        );
        assert!(node.is_moving() && !node.has_failed());
        assert_eq!(node.firmware, "2.0(13e)");
    }

    #[test]
    fn states_are_resting_moving_or_failed() {
        let node = |state: &str, error: Option<&str>| {
            Node::from_api(&json!({"uuid": "u", "provision_state": state, "last_error": error}))
        };
        assert!(node("wait call-back", None).is_moving());
        assert!(!node("available", Some("old")).has_failed());
        assert!(node("deploy failed", None).has_failed());
        assert!(node("enroll", Some("wrong password")).has_failed());
        assert!(!node("enroll", None).is_moving());
    }

    #[test]
    fn a_server_that_is_away_leaves_what_was_known() {
        let known = next(
            &Fleet::default(),
            Instant::now(),
            Ok(vec![json!({"name": "a"})]),
            None,
        );
        let refused = ClientError::Refused {
            method: reqwest::Method::GET,
            path: "/v1/nodes".to_owned(),
            status: reqwest::StatusCode::BAD_GATEWAY,
            message: "gone".to_owned(),
        };
        let later = next(&known, Instant::now(), Err(refused), None);
        assert!(later.nodes.contains_key("a") && later.trouble.unwrap().contains("gone"));
        assert_eq!(later.asked_at, known.asked_at);
    }
}
