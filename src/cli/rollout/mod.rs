//! Bringing nodes to `active` through the API: enrol what is missing, go on where a node stands.
//!
//! Running it again goes on where an earlier run was stopped, since every decision is taken from
//! what the API says of the node.

mod work;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::batch::BatchNode;
use crate::cli::client::Client;
use crate::cli::fleet::Fleet;
use crate::cli::view::{Row, View};
use work::Work;

/// How long to wait for the state in which the nodes end.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// A node that shall be active.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Wish {
    pub(in crate::cli) node: BatchNode,
    /// The name of the configured Cobbler.
    pub(in crate::cli) cobbler: String,
    /// More for the node's `extra`.
    pub(in crate::cli) extra: Map<String, Value>,
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli) enum Result {
    Installed(Duration),
    /// It was active, and as wished, before.
    WasActive,
    Failed {
        why: String,
        after: Duration,
    },
}

/// What a rollout came to.
#[derive(Debug, Default)]
pub(in crate::cli) struct Rollout {
    pub(in crate::cli) results: BTreeMap<String, Result>,
    /// Whether it was stopped before all nodes had a result.
    pub(in crate::cli) interrupted: bool,
}

/// Brings all to `active`, side by side; the view follows.
pub(in crate::cli) async fn run(
    client: &Client,
    mut fleet: watch::Receiver<Arc<Fleet>>,
    wishes: Vec<Wish>,
    view: &mut View,
    stop: &CancellationToken,
) -> Rollout {
    let mut rollout = Rollout::default();
    let mut tasks = JoinSet::new();
    for wish in wishes {
        let (client, fleet) = (client.clone(), fleet.clone());
        tasks.spawn(async move {
            let name = wish.node.name.clone();
            let started = Instant::now();
            let result = Work {
                client,
                fleet,
                wish,
            }
            .run()
            .await;
            let after = started.elapsed();
            let result = match result {
                Ok(true) => Result::Installed(after),
                Ok(false) => Result::WasActive,
                Err(why) => Result::Failed { why, after },
            };
            (name, result)
        });
    }
    loop {
        tokio::select! {
            done = tasks.join_next() => match done {
                Some(Ok((name, result))) => { rollout.results.insert(name, result); }
                // A task that panicked has told so itself; its node has no result.
                Some(Err(_)) => {}
                None => break,
            },
            changed = fleet.changed() => if changed.is_err() { break },
            () = stop.cancelled() => {
                rollout.interrupted = !tasks.is_empty();
                break;
            }
        }
        let now = fleet.borrow_and_update().clone();
        view.update(&now);
    }
    if !rollout.interrupted {
        // What is shown last is how it ended.
        let end = Instant::now();
        let later = fleet.wait_for(|fleet| fleet.asked_at.is_some_and(|asked| asked > end));
        if let Ok(Ok(now)) = tokio::time::timeout(LAST_LOOK, later).await {
            view.update(&now);
        }
    }
    rollout
}

impl Rollout {
    /// The summary's rows, in the order of `names`.
    pub(in crate::cli) fn rows(&self, names: &[String], fleet: &Fleet) -> Vec<Row> {
        let row = |name: &String| {
            let node = fleet.nodes.get(name);
            let (seconds, remark, is_good) = match self.results.get(name) {
                Some(Result::Installed(after)) => (Some(*after), String::new(), true),
                Some(Result::WasActive) => (None, "was installed already".to_owned(), true),
                Some(Result::Failed { why, after }) => (Some(*after), why.clone(), false),
                None => (None, "not finished".to_owned(), false),
            };
            Row {
                node: name.clone(),
                firmware: node.map(|node| node.firmware.clone()).unwrap_or_default(),
                state: node.map_or_else(|| "absent".to_owned(), |node| node.state.clone()),
                seconds: seconds.map(|after| after.as_secs_f64()),
                installs: None,
                remark,
                is_good,
            }
        };
        names.iter().map(row).collect()
    }
}

#[cfg(test)]
mod fake_api;
#[cfg(test)]
mod tests;
