//! One run of one step: what it gets, and what it wants saved.

use chrono::TimeDelta;
use serde_json::Value;
use uuid::Uuid;

use super::Conductor;
use super::firmware;
use super::inspection_rules::Ruled;
use super::jobs::find_step;
use super::preflight;
use crate::drivers::DriverError;
use crate::drivers::interfaces::{Changes, StepContext, StepOutcome, StepResult};
use crate::metrics::StepEnd;
use crate::model::{DocumentKind, Evidence, HistoryEntry, JobKind, JsonMap, Node, Severity, now};
use crate::store::StoreError;

impl Conductor {
    /// Runs the next step of a claimed node and lets go of it.
    #[tracing::instrument(skip_all, fields(node.uuid = %node.uuid, node.name = node.name))]
    pub(super) async fn run_step(&self, mut node: Node) {
        let mut history = Vec::new();
        if let Err(error) = self.advance(&mut node, &mut history).await {
            // The step did not run; the node is looked at again soon.
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "can't read what the step needs"
            );
            node.next_run_at = Some(now() + TimeDelta::seconds(5));
        }
        node.reservation = None;
        node.reserved_until = None;
        match self.inner.store.save_outcome(&node, &history).await {
            Ok(_) => {}
            Err(StoreError::Stale) => {
                self.inner.options.metrics.engine().lost();
                tracing::warn!(
                    "another conductor has taken the node meanwhile; this result is dropped"
                );
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "can't save the step's result"
            ),
        }
    }

    async fn advance(
        &self,
        node: &mut Node,
        history: &mut Vec<HistoryEntry>,
    ) -> Result<(), StoreError> {
        let Some(job) = node.job.clone() else {
            node.next_run_at = None;
            return Ok(());
        };
        let Some(planned) = job.current() else {
            self.succeed(node, job.kind, history);
            return Ok(());
        };
        let name = format!("{}.{}", planned.interface, planned.step);
        let interfaces = match self.inner.drivers.interfaces(node) {
            Ok(interfaces) => interfaces,
            Err(error) => {
                self.fail(node, &job, &name, &error.to_string(), history);
                return Ok(());
            }
        };
        let Some(step) = find_step(job.kind, planned, &interfaces) else {
            let gone = "this version of the service has no such step; start the operation again";
            match preflight::of_asked(&job, &interfaces, node) {
                Err(cause) => self.fail(node, &job, preflight::NAME, &cause, history),
                Ok(()) => self.fail(node, &job, &name, gone, history),
            }
            return Ok(());
        };
        let ports = self.inner.store.ports_of(node.uuid).await?;
        let evidence = self.inner.store.evidence(node.uuid, job.id).await?;
        let start = now();
        let saved = node.clone();
        let mut ctx = StepContext::new(
            &saved,
            &ports,
            &job,
            &evidence,
            &self.inner.settings,
            &interfaces,
            start,
        );
        if job.index == 0 && job.attempt == 0 {
            interfaces.power.ask_in_earnest(&saved);
        }
        let limit = self.inner.options.step_timeout;
        if preflight::is_due(&job) {
            let passed = preflight::of_job(&job, &interfaces, &saved, &ports, limit).await;
            if let Err(error) = passed {
                self.apply(
                    node,
                    &job,
                    step.as_ref(),
                    preflight::NAME,
                    Err(error),
                    history,
                );
                return Ok(());
            }
            ctx.note(preflight::NAME, true);
        }
        let began = std::time::Instant::now();
        let result = tokio::time::timeout(limit, step.advance(&mut ctx))
            .await
            .unwrap_or_else(|_| {
                Err(DriverError::Transient(format!(
                    "it did not end within {} s",
                    limit.as_secs()
                )))
            });
        self.inner.options.metrics.engine().ran(
            step.interface().into(),
            step.name(),
            end_of(&result),
            began.elapsed(),
        );
        tracing::debug!(step = name, attempt = job.attempt, ?result, "step ran");
        let mut changes = std::mem::take(&mut ctx.changes);
        let ruled = match (job.kind, &result) {
            (JobKind::Inspect, Ok(StepOutcome::Done)) => {
                self.follow_rules(node, &ports, &mut changes).await?
            }
            _ => None,
        };
        let result = match &ruled {
            Some(Ruled::Failed(cause)) => Ok(StepOutcome::Fail {
                cause: cause.clone(),
            }),
            _ => result,
        };
        let result = match self.make_ports(&changes).await? {
            Some(refused) if !matches!(result, Ok(StepOutcome::Fail { .. })) => {
                Ok(StepOutcome::Fail { cause: refused })
            }
            _ => result,
        };
        self.keep_documents(node.uuid, &changes).await?;
        self.keep_evidence(node.uuid, job.id, &changes).await?;
        for warning in &changes.warnings {
            tracing::warn!(step = name, warning, "not all could be read");
            history.push(self.entry(node, job.kind, Severity::Info, warning.clone(), start));
        }
        match ruled {
            Some(Ruled::Passed(ruled)) => *node = *ruled,
            _ => take_in(node, changes),
        }
        self.apply(node, &job, step.as_ref(), &name, result, history);
        Ok(())
    }

    /// Keeps what a step read of the hardware. The first version seen of a firmware component
    /// stays its initial one.
    async fn keep_documents(&self, node: Uuid, changes: &Changes) -> Result<(), StoreError> {
        for (kind, document) in &changes.documents {
            let mut document = document.clone();
            if *kind == DocumentKind::Firmware {
                let before = self.inner.store.document(node, *kind).await?;
                firmware::remember_first(
                    &mut document,
                    before.as_ref().map(|before| &before.value),
                );
            }
            self.inner
                .store
                .put_document(node, *kind, &document)
                .await?;
        }
        Ok(())
    }

    async fn keep_evidence(
        &self,
        node: Uuid,
        job: Uuid,
        changes: &Changes,
    ) -> Result<(), StoreError> {
        for (source, kind, message) in &changes.evidence {
            let evidence = Evidence {
                node_uuid: node,
                job_id: job,
                source: *source,
                kind: *kind,
                message: message.clone(),
                seen_at: now(),
            };
            tracing::info!(%source, %kind, message, "seen");
            self.inner.store.add_evidence(&evidence).await?;
        }
        Ok(())
    }

    /// Makes the ports that a step found, but for those that the node has already. Gives the
    /// reason if another node has one.
    async fn make_ports(&self, changes: &Changes) -> Result<Option<String>, StoreError> {
        for port in &changes.ports {
            match self.inner.store.create_port(port).await {
                Ok(_) => {}
                Err(StoreError::Duplicate { value, .. }) => {
                    let holder = self.inner.store.port_by_address(&value).await?;
                    if holder.node_uuid != port.node_uuid {
                        return Ok(Some(format!(
                            "its MAC address {value} belongs to a port of node {} already; delete that port, or enrol \
                             each server only once",
                            holder.node_uuid
                        )));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// What a step's run is counted as.
fn end_of(result: &StepResult) -> StepEnd {
    match result {
        Ok(StepOutcome::Done) => StepEnd::Done,
        Ok(StepOutcome::Again) => StepEnd::Again,
        Ok(StepOutcome::Wait { .. } | StepOutcome::Hold) => StepEnd::Wait,
        Ok(StepOutcome::Fail { .. }) => StepEnd::Fail,
        Err(error) if error.is_transient() => StepEnd::Retry,
        Err(_) => StepEnd::Fail,
    }
}

/// Puts what a step noted into the node.
pub(super) fn take_in(node: &mut Node, changes: Changes) {
    if let Some(job) = &mut node.job {
        merge(&mut job.notes, changes.notes);
        if changes.progress.is_some() {
            job.progress = changes.progress;
        }
    }
    merge(&mut node.driver_internal_info, changes.internal_info);
    for (key, value) in changes.properties {
        node.properties.entry(key).or_insert(value);
    }
    node.properties.extend(changes.inspected);
    if changes.power_state.is_some() {
        node.power_state = changes.power_state;
    }
    if changes.boot_mode.is_some() {
        node.boot_mode = changes.boot_mode;
    }
    if changes.health.is_some() {
        node.health = changes.health;
    }
}

/// Adds what is new; null takes away.
fn merge(into: &mut JsonMap, from: JsonMap) {
    for (key, value) in from {
        match value {
            Value::Null => {
                into.remove(&key);
            }
            value => {
                into.insert(key, value);
            }
        }
    }
}
