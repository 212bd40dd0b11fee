//! Bringing nodes to `active` through the API: enrol what is missing, go on where a node stands.
//!
//! Running it again goes on where an earlier run was stopped, since every decision is taken from
//! what the API says of the node.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::batch::{BatchNode, REPEATABLE};
use crate::cli::client::{Client, ClientError};
use crate::cli::exit::chain;
use crate::cli::fleet::{Fleet, Node};
use crate::cli::view::{Row, View};

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

/// What to do with a node next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Wait,
    Request(&'static str),
    Finished,
    /// This state is not on the way, or was reached again by a request that failed.
    GiveUp,
}

/// The way to `active`: what each state asks for (Ironic's provision verbs).
fn next(node: &Node, asked: &[&str]) -> Next {
    let request = match node.state.as_str() {
        "active" => return Next::Finished,
        "enroll" | "clean failed" | "inspect failed" | "adopt failed" => "manage",
        "manageable" => "provide",
        "available" | "deploy failed" => "active",
        _ if node.is_moving() => return Next::Wait,
        _ => return Next::GiveUp,
    };
    if asked.contains(&request) {
        Next::GiveUp
    } else {
        Next::Request(request)
    }
}

struct Work {
    client: Client,
    fleet: watch::Receiver<Arc<Fleet>>,
    wish: Wish,
}

type Attempt<T> = std::result::Result<T, String>;

impl Work {
    /// Whether anything had to be done; an error is what a person reads.
    async fn run(mut self) -> Attempt<bool> {
        let found = self.find().await.map_err(said)?;
        let mut node = match found {
            Some(node) => {
                if let Some(was_so) = self.is_as_wished(&node)? {
                    return Ok(!was_so);
                }
                if !node.is_moving() {
                    self.refresh(&node).await.map_err(said)?;
                }
                node
            }
            None => self.enrol().await.map_err(said)?,
        };
        let mut asked = Vec::new();
        loop {
            match next(&node, &asked) {
                Next::Finished => return Ok(true),
                Next::GiveUp => return Err(give_up(&node)),
                Next::Wait => {}
                Next::Request(target) => {
                    asked.push(target);
                    if target == "active" {
                        self.set_instance_info(&node).await.map_err(said)?;
                    }
                    let path = format!("/v1/nodes/{}/states/provision", node.uuid);
                    let body = json!({"target": target});
                    self.client
                        .change(Method::PUT, &path, &body)
                        .await
                        .map_err(said)?;
                }
            }
            node = self.later(Instant::now()).await?;
        }
    }

    async fn find(&self) -> std::result::Result<Option<Node>, ClientError> {
        let path = format!("/v1/nodes/{}", self.wish.node.name);
        Ok(self.client.find(&path).await?.as_ref().map(Node::from_api))
    }

    async fn enrol(&self) -> std::result::Result<Node, ClientError> {
        let mut body = self.wish.node.create_body(&self.wish.cobbler);
        if let Some(extra) = body["extra"].as_object_mut() {
            extra.extend(self.wish.extra.clone());
        }
        let created = self.client.post("/v1/nodes", &body).await?;
        let node = Node::from_api(&created);
        self.add_ports(&node).await?;
        Ok(node)
    }

    /// Makes the ports that the file names and the node has not.
    async fn add_ports(&self, node: &Node) -> std::result::Result<(), ClientError> {
        let wanted = self.wish.node.port_bodies(&node.uuid);
        if wanted.is_empty() {
            return Ok(());
        }
        let path = format!("/v1/nodes/{}/ports", node.uuid);
        let there = self.client.get(&path).await?;
        let there: Vec<&str> = there["ports"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|port| port["address"].as_str())
            .collect();
        for body in &wanted {
            if !body["address"]
                .as_str()
                .is_some_and(|address| there.contains(&address))
            {
                self.client.post("/v1/ports", body).await?;
            }
        }
        Ok(())
    }

    /// `Some(true)` for a node that is installed as the file says; an error for one that is
    /// installed otherwise, because to install it again destroys what is on it.
    fn is_as_wished(&self, node: &Node) -> Attempt<Option<bool>> {
        if !node.is_active() {
            return Ok(None);
        }
        let wished = self.wish.node.instance_info();
        let differing: Vec<&str> = REPEATABLE
            .iter()
            .copied()
            .filter(|key| {
                let there = node
                    .instance_info
                    .get(*key)
                    .filter(|value| !value.is_null());
                there != wished.get(*key)
            })
            .collect();
        if differing.is_empty() {
            return Ok(Some(true));
        }
        Err(format!(
            "is installed with another {}; to install it anew, first run: openstack baremetal node \
             undeploy {}",
            differing.join(", "),
            node.name
        ))
    }

    /// Addresses and passwords may have changed since an earlier run.
    async fn refresh(&self, node: &Node) -> std::result::Result<(), ClientError> {
        let patch: Vec<Value> = self
            .wish
            .node
            .driver_info(&self.wish.cobbler)
            .into_iter()
            .map(|(key, value)| json!({"op": "add", "path": format!("/driver_info/{key}"), "value": value}))
            .collect();
        let path = format!("/v1/nodes/{}", node.uuid);
        self.client
            .change(Method::PATCH, &path, &Value::from(patch))
            .await?;
        self.add_ports(node).await
    }

    async fn set_instance_info(&self, node: &Node) -> std::result::Result<(), ClientError> {
        let value = self.wish.node.instance_info();
        let patch = json!([{"op": "add", "path": "/instance_info", "value": value}]);
        let path = format!("/v1/nodes/{}", node.uuid);
        self.client
            .change(Method::PATCH, &path, &patch)
            .await
            .map(drop)
    }

    /// The node as an answer shows it that was asked for after `moment`: before that, the last
    /// request may not show.
    async fn later(&mut self, moment: Instant) -> Attempt<Node> {
        let name = &self.wish.node.name;
        let is_later = |fleet: &Arc<Fleet>| fleet.asked_at.is_some_and(|asked| asked > moment);
        let fleet = self
            .fleet
            .wait_for(is_later)
            .await
            .map_err(|_| "was given up".to_owned())?;
        fleet
            .nodes
            .get(name)
            .cloned()
            .ok_or_else(|| "was deleted by somebody else".to_owned())
    }
}

fn give_up(node: &Node) -> String {
    match &node.last_error {
        Some(error) => error.clone(),
        None if node.has_failed() => format!("is in {} without a reason", node.state),
        None => format!("is in {}, from where an install does not go on", node.state),
    }
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn said(error: ClientError) -> String {
    chain(&error)
}

#[cfg(test)]
mod fake_api;
#[cfg(test)]
mod tests;
