//! One node of a rollout: from where it stands to `active`.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::Wish;
use crate::batch::{REPEATABLE, USER_DATA_SHA256};
use crate::cli::client::{Client, ClientError};
use crate::cli::exit::chain;
use crate::cli::fleet::{Fleet, Node};

/// What to do with a node next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Next {
    Wait,
    Request(&'static str),
    Finished,
    /// This state is not on the way, or was reached again by a request that failed.
    GiveUp,
}

/// The way to `active`: what each state asks for (Ironic's provision verbs).
pub(super) fn next(node: &Node, asked: &[&str]) -> Next {
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

/// The work on one node.
pub(super) struct Work {
    pub(super) client: Client,
    pub(super) fleet: watch::Receiver<Arc<Fleet>>,
    pub(super) wish: Wish,
}

type Attempt<T> = Result<T, String>;

impl Work {
    /// Whether anything had to be done; an error is what a person reads.
    pub(super) async fn run(mut self) -> Attempt<bool> {
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

    async fn find(&self) -> Result<Option<Node>, ClientError> {
        let path = format!("/v1/nodes/{}", self.wish.node.name);
        Ok(self.client.find(&path).await?.as_ref().map(Node::from_api))
    }

    async fn enrol(&self) -> Result<Node, ClientError> {
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
    async fn add_ports(&self, node: &Node) -> Result<(), ClientError> {
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
            .map(|key| {
                if key == USER_DATA_SHA256 {
                    "user_data"
                } else {
                    key
                }
            })
            .collect();
        if differing.is_empty() {
            return Ok(Some(true));
        }
        Err(format!(
            "is installed with different {}; to install it anew, first run: openstack baremetal node \
             undeploy {}",
            differing.join(", "),
            node.name
        ))
    }

    /// Addresses and passwords may have changed since an earlier run.
    async fn refresh(&self, node: &Node) -> Result<(), ClientError> {
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

    async fn set_instance_info(&self, node: &Node) -> Result<(), ClientError> {
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
