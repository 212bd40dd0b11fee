//! Power sync: every node's power is read once an interval, at a moment of its own, and what the
//! hardware says is recorded. It stands back behind everything else: it asks no node that has work
//! in hand, and waits for no session.

mod record;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Conductor;
use crate::drivers::DriverError;
use crate::metrics::Skipped;
use crate::model::{Node, now};
use crate::states::{PowerState, ProvisionState as State};
use crate::store::{Newcomers, Rhythm, StoreError, SyncDue};

/// Nodes taken up by one query.
const BATCH: usize = 100;
/// How often it is looked for nodes that are new.
const ENLIST: Duration = Duration::from_secs(5);
/// The pause after a database that failed.
const REST: Duration = Duration::from_secs(5);

/// How power sync works.
#[derive(Debug, Clone, Copy)]
pub struct PowerSync {
    /// How often each node is asked; zero switches it off.
    pub interval: Duration,
    /// Whether the hardware is told to be as recorded, as Ironic does by default, in place of
    /// recording what the hardware says.
    pub force: bool,
    /// After how many failures in a row the next one puts the node into maintenance.
    pub max_retries: u32,
    /// How many nodes are asked at the same moment: about nodes / interval × 3 × the time that a
    /// controller takes for an answer.
    pub workers: usize,
}

impl Default for PowerSync {
    /// Off.
    fn default() -> Self {
        Self {
            interval: Duration::ZERO,
            force: false,
            max_retries: 3,
            workers: 256,
        }
    }
}

impl Conductor {
    /// Works until `stop` is cancelled; what it began runs on `tracker`, and stops then, too.
    pub(super) async fn sync_power(self, stop: CancellationToken, tracker: TaskTracker) {
        let options = self.inner.options.power_sync;
        if options.interval.is_zero() {
            return;
        }
        let rhythm = Rhythm::new(options.interval);
        let workers = Arc::new(Semaphore::new(options.workers));
        let mut enlisted = None;
        while !stop.is_cancelled() {
            let taken_up = self.take_up(rhythm, &workers, &mut enlisted, &stop, &tracker);
            let rest = taken_up.await.unwrap_or_else(|error| {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "can't look for nodes whose power is to be read"
                );
                REST
            });
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    /// Takes up the nodes whose turn has come, and says for how long there is nothing to do.
    async fn take_up(
        &self,
        rhythm: Rhythm,
        workers: &Arc<Semaphore>,
        enlisted: &mut Option<Instant>,
        stop: &CancellationToken,
        tracker: &TaskTracker,
    ) -> Result<Duration, StoreError> {
        let store = &self.inner.store;
        let interval = self.inner.options.power_sync.interval;
        if enlisted.is_none() {
            store.resume_power_sync(rhythm).await?;
        }
        if enlisted.is_none_or(|at| at.elapsed() >= ENLIST.min(interval)) {
            // What came in while nobody looked may be anywhere.
            let newcomers = enlisted.map_or(Newcomers::All, |_| Newcomers::New);
            store.enlist_for_power_sync(rhythm, newcomers).await?;
            *enlisted = Some(Instant::now());
        }
        // Nobody is taken up who would have to wait here: another conductor may be free.
        let Ok(permit) = workers.acquire().await else {
            return Ok(REST);
        };
        drop(permit);
        let limit = workers.available_permits().clamp(1, BATCH);
        let due = store.claim_power_syncs(rhythm, limit).await?;
        let is_all = due.len() < limit;
        for one in due {
            let Ok(permit) = workers.clone().acquire_owned().await else {
                break;
            };
            let (conductor, stop) = (self.clone(), stop.clone());
            tracker.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = conductor.sync_node(one, rhythm) => {}
                }
                drop(permit);
            });
        }
        if !is_all {
            return Ok(Duration::ZERO);
        }
        // Several small looks a second would cost more than the nodes gain by it.
        let shortest =
            (interval / 200).clamp(Duration::from_millis(10), Duration::from_millis(250));
        let next = store.next_power_sync().await?;
        Ok(next.unwrap_or(ENLIST).clamp(shortest, ENLIST))
    }

    /// Reads one node's power and takes in what comes of it.
    #[tracing::instrument(skip_all, fields(node.uuid = %due.node.uuid, node.name = due.node.name))]
    async fn sync_node(&self, due: SyncDue, rhythm: Rhythm) {
        let metrics = self.inner.options.metrics.power_sync();
        metrics.due((now() - due.due_at).to_std().unwrap_or_default());
        if let Some(why) = stands_back(&due) {
            return metrics.skipped(why);
        }
        metrics.begin();
        let began = Instant::now();
        let answer = self.ask(&due.node).await;
        metrics.end(began.elapsed());
        let taken_in = match answer {
            Ok(Some(state)) => {
                metrics.asked();
                self.take_answer(&due, state, rhythm).await
            }
            Ok(None) => return metrics.skipped(Skipped::SessionInUse),
            Err(DriverError::SessionLimit { message, .. }) => {
                tracing::info!(reason = message, "the power was not read");
                return metrics.skipped(Skipped::SessionLimit);
            }
            Err(DriverError::Unsupported { .. }) => return metrics.skipped(Skipped::Unsupported),
            Err(error) => {
                metrics.asked();
                metrics.failed();
                self.take_failure(&due, &error.to_string(), rhythm).await
            }
        };
        if let Err(error) = taken_in {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "can't record what power sync has seen"
            );
        }
    }

    async fn ask(&self, node: &Node) -> Result<Option<PowerState>, DriverError> {
        let power = self.inner.drivers.interfaces(node)?.power;
        let limit = self.inner.options.step_timeout;
        let answer = tokio::time::timeout(limit, power.state_if_free(node)).await;
        answer.unwrap_or_else(|_| {
            let text = format!("reading the power did not end within {} s", limit.as_secs());
            Err(DriverError::Transient(text))
        })
    }
}

/// Why a node is left alone.
fn stands_back(due: &SyncDue) -> Option<Skipped> {
    if due.is_busy {
        Some(Skipped::Busy)
    } else if due.node.maintenance && due.node.fault.as_deref() != Some(record::FAULT) {
        Some(Skipped::Maintenance)
    } else if due.node.provision_state == State::Enroll {
        Some(Skipped::Enroll)
    } else {
        None
    }
}
