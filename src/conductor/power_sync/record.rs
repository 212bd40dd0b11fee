//! What comes of an answer, or of none.

use crate::conductor::{Conductor, ConductorError};
use crate::model::{HistoryEntry, Node, Severity, now};
use crate::states::{PowerState, PowerTarget};
use crate::store::{Rhythm, StoreError, SyncDue};

/// Ironic's word for a node that was put into maintenance by power sync; what it finds under this
/// word, it may take out again.
pub(super) const FAULT: &str = "power failure";
/// The longest pause of a controller that gives no answer, in intervals.
const LONGEST_PAUSE: u32 = 8;

impl Conductor {
    /// The hardware has told its state.
    pub(super) async fn take_answer(
        &self,
        due: &SyncDue,
        seen: PowerState,
        rhythm: Rhythm,
    ) -> Result<(), StoreError> {
        let recorded = due.node.power_state;
        let is_back = due.node.fault.as_deref() == Some(FAULT);
        if recorded == Some(seen) && !is_back {
            return self.forget_failures(due, rhythm).await;
        }
        let metrics = self.inner.options.metrics.power_sync();
        if recorded != Some(seen) {
            metrics.changed();
        }
        self.forget_failures(due, rhythm).await?;
        match wanted(recorded, seen) {
            Some(target) if self.inner.options.power_sync.force && !is_back => {
                self.force(due, target, seen).await
            }
            _ => self.record(due, |node| self.believe(node, seen)).await,
        }
    }

    /// The hardware has told nothing.
    pub(super) async fn take_failure(
        &self,
        due: &SyncDue,
        cause: &str,
        rhythm: Rhythm,
    ) -> Result<(), StoreError> {
        let failures = due.failures + 1;
        let beyond = self.count_failure(due, failures, rhythm).await?;
        tracing::debug!(failures, cause, "the power could not be read");
        if beyond == 0 || due.node.maintenance {
            return Ok(());
        }
        self.record(due, |node| {
            let reason = format!("Power sync failed {failures} times in a row: {cause}");
            // What it is now, nobody knows.
            self.give_up(node, PowerState::Error, reason)
        })
        .await
    }

    /// Tells the hardware to be as recorded, by the same job that an operator's wish would be. If
    /// it doesn't obey, the job fails: the node shows why, and is recorded as it is.
    async fn force(
        &self,
        due: &SyncDue,
        target: PowerTarget,
        seen: PowerState,
    ) -> Result<(), StoreError> {
        match self
            .set_power(&due.node.uuid.to_string(), target, None)
            .await
        {
            Ok(()) => {
                tracing::info!(%seen, %target, "the power was not as recorded; the hardware is told");
                self.inner.options.metrics.power_sync().forced();
                Ok(())
            }
            Err(ConductorError::Store(error)) => Err(error),
            // Somebody else has work for it, or it must not be switched off.
            Err(error) => {
                tracing::info!(%seen, %target, %error, "the power is not as recorded and stays so");
                Ok(())
            }
        }
    }

    async fn forget_failures(&self, due: &SyncDue, rhythm: Rhythm) -> Result<(), StoreError> {
        if due.failures == 0 {
            return Ok(());
        }
        let store = &self.inner.store;
        store.note_power_sync(due.node.id, 0, rhythm, 1).await
    }

    /// Notes a failure; gives by how many it is beyond those that are borne. From there on the
    /// node is asked less and less often.
    async fn count_failure(
        &self,
        due: &SyncDue,
        failures: i64,
        rhythm: Rhythm,
    ) -> Result<u32, StoreError> {
        let beyond = failures - i64::from(self.inner.options.power_sync.max_retries);
        let beyond = u32::try_from(beyond).unwrap_or_default();
        let rounds = 1_u32 << beyond.min(LONGEST_PAUSE.ilog2());
        let store = &self.inner.store;
        let node = due.node.id;
        store
            .note_power_sync(node, failures, rhythm, i64::from(rounds))
            .await?;
        Ok(beyond)
    }

    /// Changes the node where nobody works on it, with what is to stand in its history. Who works
    /// on it reads the power anyway.
    async fn record<F>(&self, due: &SyncDue, change: F) -> Result<(), StoreError>
    where
        F: Fn(&mut Node) -> Option<HistoryEntry>,
    {
        let uuid = due.node.uuid.to_string();
        for _ in 0..2 {
            let mut node = match self.inner.store.node(&uuid).await {
                Err(StoreError::NotFound { .. }) => return Ok(()),
                other => other?,
            };
            if node.job.is_some() || node.is_reserved(now()) {
                return Ok(());
            }
            let entry = change(&mut node);
            match self.inner.store.save_outcome(&node, entry.as_slice()).await {
                Err(StoreError::Stale) => {}
                other => return other.map(drop),
            }
        }
        Ok(())
    }

    /// Takes the hardware's word.
    fn believe(&self, node: &mut Node, seen: PowerState) -> Option<HistoryEntry> {
        let before = node.power_state.replace(seen);
        if node.maintenance && node.fault.as_deref() == Some(FAULT) {
            node.maintenance = false;
            node.maintenance_reason = None;
            node.fault = None;
            tracing::info!(%seen, "its power can be read again; out of maintenance");
            let text = format!("the power can be read again: it is \"{seen}\"; out of maintenance");
            return Some(self.event(node, Severity::Info, text));
        }
        let before = before.filter(|before| *before != seen)?;
        tracing::info!(%before, now = %seen, "the power has changed");
        let text = format!("the power was \"{before}\" and is \"{seen}\", and not by this service");
        Some(self.event(node, Severity::Info, text))
    }

    /// Puts a node into maintenance.
    fn give_up(&self, node: &mut Node, state: PowerState, reason: String) -> Option<HistoryEntry> {
        if node.maintenance {
            return None;
        }
        tracing::warn!(reason, "into maintenance");
        node.power_state = Some(state);
        node.maintenance = true;
        node.maintenance_reason = Some(reason.clone());
        node.fault = Some(FAULT.to_owned());
        Some(self.event(node, Severity::Error, reason))
    }

    fn event(&self, node: &Node, severity: Severity, event: String) -> HistoryEntry {
        HistoryEntry::about(node, "power", severity, event, self.hostname(), now())
    }
}

/// What the hardware would be told so that it is as recorded, where both are known.
fn wanted(recorded: Option<PowerState>, seen: PowerState) -> Option<PowerTarget> {
    match (recorded?, seen) {
        (PowerState::On, PowerState::Off) => Some(PowerTarget::On),
        (PowerState::Off, PowerState::On) => Some(PowerTarget::Off),
        _ => None,
    }
}
