//! A node, its conductor and its API, of which a walk sees every saved state.

use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use ferric::conductor::{Conductor, Options};
use ferric::model::Node;
use ferric::states::ProvisionState as State;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::asks::body_of;
use super::plan::Op;
use super::rules::{brief, consistent, is_failed, may_follow, rests};

/// How long hardware is left alone between two looks at it.
const PAUSE: Duration = Duration::from_millis(2);

/// A walk turns the engine itself: a call that waits for work in hand waits in vain.
pub(super) fn hurried() -> Options {
    Options {
        call_patience: Duration::from_millis(100),
        ..Options::default()
    }
}

/// What is below a node.
pub(super) trait Hardware: Send + Sync {
    /// Something begins to go wrong.
    fn fail(&self, what: u8);
    /// All is well again.
    fn mend(&self);
    /// `driver_info` with a password that is right, or one that isn't.
    fn password(&self, right: bool) -> Option<Value>;
    /// How many turns of the engine a piece of work may take before the node rests.
    fn turns(&self) -> usize;
    /// Whether work needs time that isn't the engine's.
    fn takes_time(&self) -> bool;
    /// Whether everything is as it was before the node was there.
    fn untouched(&self) -> Result<(), String>;
}

/// All that a walk needs.
pub(super) struct World {
    pub(super) conductor: Conductor,
    pub(super) hardware: Box<dyn Hardware>,
    pub(super) path: String,
    /// The states it has been seen in.
    pub(super) seen: Vec<State>,
    server: Option<tokio::task::JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl World {
    /// The world of that node, which is in the conductor's store.
    pub(super) fn new(
        conductor: Conductor,
        node: &Node,
        hardware: Box<dyn Hardware>,
        folder: tempfile::TempDir,
        server: Option<tokio::task::JoinHandle<()>>,
    ) -> Self {
        Self {
            conductor,
            hardware,
            path: node.uuid.to_string(),
            seen: vec![node.provision_state],
            server,
            _folder: folder,
        }
    }

    pub(super) fn close(&self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }

    /// Takes a walk, then the way out.
    pub(super) async fn walk(&mut self, ops: &[Op]) -> Result<(), String> {
        for (index, op) in ops.iter().enumerate() {
            let done = Box::pin(self.take(op)).await;
            done.map_err(|why| self.told(&format!("step {} ({op:?}): {why}", index + 1)))?;
        }
        let out = super::way_out::take(self).await;
        out.map_err(|why| self.told(&format!("on the way out: {why}")))
    }

    fn told(&self, why: &str) -> String {
        let seen: Vec<String> = self.seen.iter().map(State::to_string).collect();
        format!("{why}\nIt has been: {}", seen.join(" > "))
    }

    async fn take(&mut self, op: &Op) -> Result<(), String> {
        match op {
            Op::Say(verb, steps) => self.say(*verb, *steps).await.map(drop),
            Op::SayLegal(number, steps) => match self.legal(*number).await {
                Some(verb) => self.say(verb, *steps).await.map(drop),
                None => Ok(()),
            },
            Op::Power(target) => {
                let body = json!({"target": target.to_string()});
                self.ask("PUT", "/states/power", body).await.map(drop)
            }
            Op::Maintenance(true) => {
                let body = json!({"reason": "a walk"});
                self.ask("PUT", "/maintenance", body).await.map(drop)
            }
            Op::Maintenance(false) => self
                .ask("DELETE", "/maintenance", Value::Null)
                .await
                .map(drop),
            Op::Patch(patch) => self.patch(*patch).await,
            Op::Turns(count) => {
                for _ in 0..*count {
                    self.turn().await?;
                }
                Ok(())
            }
            Op::Rest => self.rest().await.map(drop),
            Op::Crash(polls) => self.crash(*polls).await,
            Op::During(number) => self.during(*number).await,
            Op::Fault(what) => {
                self.hardware.fail(*what);
                Ok(())
            }
            Op::Mend => {
                self.hardware.mend();
                Ok(())
            }
        }
    }

    /// The node as it is saved; a state it could not have come to is an error.
    pub(super) async fn look(&mut self) -> Result<Node, String> {
        let found = self.conductor.store().node(&self.path).await;
        let node = found.map_err(|error| error.to_string())?;
        let last = *self.seen.last().unwrap();
        if !may_follow(last, node.provision_state) {
            return Err(format!(
                "no line of the table leads from {last} to {}",
                node.provision_state
            ));
        }
        if last != node.provision_state {
            self.seen.push(node.provision_state);
            let failed = is_failed(node.provision_state) || node.provision_state == State::Error;
            if failed && node.last_error.is_none() {
                return Err(format!("{} without a reason", node.provision_state));
            }
        }
        consistent(&node).map_err(|why| format!("{why}; {}", brief(&node)))?;
        Ok(node)
    }

    /// One turn of the engine, with what the node waits for taken as come.
    async fn turn(&mut self) -> Result<Node, String> {
        let node = self.look().await?;
        let store = self.conductor.store();
        if node.next_run_at.is_some() {
            let woken = store.wake_node(node.uuid).await;
            woken.map_err(|error| error.to_string())?;
        }
        let turned = self.conductor.turn().await;
        turned.map_err(|error| error.to_string())?;
        self.look().await
    }

    /// Turns until nothing more will happen. What is broken is mended half way.
    pub(super) async fn rest(&mut self) -> Result<Node, String> {
        let turns = self.hardware.turns();
        for turn in 0..turns {
            let node = self.look().await?;
            if rests(&node) {
                return Ok(node);
            }
            if turn == turns / 2 {
                self.hardware.mend();
            }
            let waits = node.job.is_some_and(|job| job.waiting_for.is_some());
            if waits && self.hardware.takes_time() {
                tokio::time::sleep(PAUSE).await;
            }
            self.turn().await?;
        }
        let node = self.look().await?;
        Err(format!("no rest after {turns} turns: {}", brief(&node)))
    }

    /// Cuts a step off and starts the conductor again.
    async fn crash(&mut self, polls: u8) -> Result<(), String> {
        let node = self.look().await?;
        if node.next_run_at.is_some() {
            let woken = self.conductor.store().wake_node(node.uuid).await;
            woken.map_err(|error| error.to_string())?;
        }
        poll_for(self.conductor.turn(), polls).await;
        self.conductor.take_over().await;
        self.look().await.map(drop)
    }

    /// Asks for a verb while a step runs.
    async fn during(&mut self, number: u8) -> Result<(), String> {
        let Some(verb) = self.legal(number).await else {
            return Ok(());
        };
        let node = self.look().await?;
        if node.next_run_at.is_some() {
            let woken = self.conductor.store().wake_node(node.uuid).await;
            woken.map_err(|error| error.to_string())?;
        }
        let (turned, (status, answer)) = tokio::join!(
            self.conductor.turn(),
            self.call("PUT", "/states/provision", body_of(verb, 0))
        );
        turned.map_err(|error| error.to_string())?;
        if status.is_server_error() {
            return Err(format!("{verb} was answered with {status}: {answer}"));
        }
        // Two saves may lie between these looks.
        let found = self.conductor.store().node(&self.path).await;
        let now = found.map_err(|error| error.to_string())?.provision_state;
        let last = *self.seen.last().unwrap();
        if !may_follow(last, now)
            && let Some(between) =
                State::iter().find(|s| may_follow(last, *s) && may_follow(*s, now))
        {
            self.seen.push(between);
        }
        self.look().await.map(drop)
    }
}

/// Polls a future at most so often, then drops it: what the end of a process does to it.
async fn poll_for(future: impl Future, mut polls: u8) {
    let mut future = Box::pin(future);
    std::future::poll_fn(|cx| {
        if polls == 0 {
            return Poll::Ready(());
        }
        polls -= 1;
        future.as_mut().poll(cx).map(drop)
    })
    .await;
}
