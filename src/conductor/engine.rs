//! The loop: claim a due node, run its next step, save what came of it. It knows no step by name.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Conductor;
use crate::model::now;
use crate::store::StoreError;

/// How often a conductor says that it is alive; the API shows those silent for longer than six
/// times this as dead, as Ironic does with its defaults (10 s and 60 s).
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How long running steps may go on after a stop was asked for. One that is cut off is run again
/// by the next start: steps look before they act.
const GRACE: Duration = Duration::from_secs(20);

impl Conductor {
    /// Works until `stop` is cancelled, then lets the running steps end.
    pub async fn run(&self, stop: CancellationToken) {
        self.take_over().await;
        let tracker = TaskTracker::new();
        tracker.spawn(self.clone().heartbeats(stop.clone()));
        tracker.spawn(self.clone().take_up_allocations(stop.clone()));
        tracker.spawn(self.clone().sync_power(stop.clone(), tracker.clone()));
        let cut = CancellationToken::new();
        let workers = Arc::new(Semaphore::new(self.inner.options.workers));
        while !stop.is_cancelled() {
            let permit = tokio::select! {
                () = stop.cancelled() => break,
                permit = workers.clone().acquire_owned() => permit,
            };
            // A semaphore that is never closed always gives a permit.
            let Ok(permit) = permit else { break };
            match self
                .inner
                .store
                .claim_due(self.hostname(), self.inner.options.lease)
                .await
            {
                Ok(Some(node)) => {
                    let (conductor, cut) = (self.clone(), cut.clone());
                    tracker.spawn(async move {
                        tokio::select! {
                            () = conductor.run_step(node) => {}
                            () = cut.cancelled() => {}
                        }
                        drop(permit);
                        conductor.wake();
                    });
                }
                Ok(None) => {
                    drop(permit);
                    self.rest(&stop).await;
                }
                Err(error) => {
                    drop(permit);
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "can't look for due nodes"
                    );
                    self.rest(&stop).await;
                }
            }
        }
        tracker.close();
        if tokio::time::timeout(GRACE, tracker.wait()).await.is_err() {
            tracing::warn!(
                "steps still run after {} s; they are left to the next start",
                GRACE.as_secs()
            );
            // Their sessions are logged out while the process still lives.
            cut.cancel();
            tracker.wait().await;
        }
    }

    /// Runs the next step of one due node and says whether there was one: what [`Conductor::run`]
    /// does again and again, for who wants to look between two steps.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn turn(&self) -> Result<bool, StoreError> {
        let store = &self.inner.store;
        let due = store.claim_due(self.hostname(), self.inner.options.lease);
        let Some(node) = due.await? else {
            return Ok(false);
        };
        self.run_step(node).await;
        Ok(true)
    }

    /// Waits until a node is due, somebody wakes the engine, or the poll interval is over.
    async fn rest(&self, stop: &CancellationToken) {
        let limit = self.inner.options.poll_interval;
        let until_due = match self.inner.store.next_due().await {
            Ok(Some(due)) => (due - now())
                .to_std()
                .unwrap_or_default()
                .clamp(Duration::from_millis(5), limit),
            _ => limit,
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.inner.wake.notified() => {}
            () = tokio::time::sleep(until_due) => {}
        }
    }

    /// Frees what a former process of this name held when it died; [`Conductor::run`] begins with
    /// it.
    pub async fn take_over(&self) {
        match self.inner.store.release_all(self.hostname()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(
                count,
                "took over nodes that a former run of this conductor held"
            ),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "can't free the nodes of a former run"
                );
            }
        }
    }

    async fn heartbeats(self, stop: CancellationToken) {
        let drivers: Vec<String> = self
            .inner
            .drivers
            .hardware_types()
            .iter()
            .map(|t| t.name.to_owned())
            .collect();
        loop {
            if let Err(error) = self
                .inner
                .store
                .heartbeat(self.hostname(), "", &drivers)
                .await
            {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "can't write the heartbeat"
                );
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(HEARTBEAT) => {}
            }
        }
    }
}
