//! A deploy gone through without a store: the steps of the node's own interfaces, one after another,
//! against whatever the drivers lead to. For plans, where that is simulated hardware. What runs is
//! what a real deploy runs, so that a plan can't tell something else.

use std::time::Duration;

use super::jobs::{job_of, steps_of};
use super::preflight;
use super::run::take_in;
use crate::drivers::interfaces::StepOutcome;
use crate::drivers::interfaces::{NodeInterfaces, Step, StepContext};
use crate::drivers::{DriverError, Registry, Settings};
use crate::model::{Evidence, EvidenceKind, EvidenceSource, Job, JobKind, Node, Port, now};

/// How long a step may take: simulated hardware is quick.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a step that waits for hardware looks again, at the least.
const POLL: Duration = Duration::from_millis(20);
/// What an installer says, in its order.
const SAID: [EvidenceKind; 2] = [EvidenceKind::Started, EvidenceKind::Done];

/// One part of a deploy, as it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rehearsed {
    /// The step's name; `preflight` for the look before the first.
    pub step: &'static str,
    /// What it does, in one sentence.
    pub purpose: &'static str,
}

/// Goes through the deploy of a node. `after` is told of each part when it is over, with the node as
/// it is then.
///
/// # Errors
/// What a real deploy would fail with.
pub async fn rehearse(
    drivers: &Registry,
    settings: &Settings,
    mut node: Node,
    mut ports: Vec<Port>,
    mut after: impl FnMut(Rehearsed, &Node),
) -> Result<(), DriverError> {
    let interfaces = drivers.interfaces(&node)?;
    preflight::run(&interfaces, &node, &ports, PATIENCE).await?;
    let look = Rehearsed {
        step: preflight::NAME,
        purpose: "look whether anything speaks against the deploy, before anything is touched",
    };
    after(look, &node);
    let steps = steps_of(JobKind::Deploy, &interfaces);
    node.job = Some(job_of(JobKind::Deploy, &steps, now()));
    let mut said = SAID.into_iter();
    let mut evidence = Vec::new();
    for step in &steps {
        let run = async {
            while !advance(
                step.as_ref(),
                &interfaces,
                settings,
                &mut node,
                &mut ports,
                &mut evidence,
                &mut said,
            )
            .await?
            {}
            Ok(())
        };
        tokio::time::timeout(PATIENCE, run)
            .await
            .unwrap_or_else(|_| {
                let name = step.name();
                Err(DriverError::Transient(format!(
                    "the step {name} did not end within {} s",
                    PATIENCE.as_secs()
                )))
            })?;
        if let Some(job) = &mut node.job {
            job.advance(now());
        }
        let done = Rehearsed {
            step: step.name(),
            purpose: step.purpose(),
        };
        after(done, &node);
    }
    Ok(())
}

/// One run of a step; whether it is done.
async fn advance(
    step: &dyn Step,
    interfaces: &NodeInterfaces,
    settings: &Settings,
    node: &mut Node,
    ports: &mut Vec<Port>,
    evidence: &mut Vec<Evidence>,
    said: &mut impl Iterator<Item = EvidenceKind>,
) -> Result<bool, DriverError> {
    let Some(job) = node.job.clone() else {
        return Ok(true);
    };
    let saved = node.clone();
    let mut ctx = StepContext::new(&saved, ports, &job, evidence, settings, interfaces, now());
    let outcome = step.advance(&mut ctx).await?;
    let changes = std::mem::take(&mut ctx.changes);
    ports.extend(changes.ports.iter().cloned());
    take_in(node, changes);
    match outcome {
        StepOutcome::Done | StepOutcome::Hold => return Ok(true),
        StepOutcome::Again => {}
        StepOutcome::Fail { cause } => return Err(DriverError::Refused(cause)),
        StepOutcome::Wait {
            on_installer: true, ..
        } => match said.next() {
            Some(kind) => evidence.push(word(node, &job, kind)),
            None => tokio::time::sleep(POLL).await,
        },
        StepOutcome::Wait { until, .. } => {
            let left = (until - now()).to_std().unwrap_or_default();
            tokio::time::sleep(left.min(POLL)).await;
        }
    }
    Ok(false)
}

fn word(node: &Node, job: &Job, kind: EvidenceKind) -> Evidence {
    Evidence {
        node_uuid: node.uuid,
        job_id: job.id,
        source: EvidenceSource::Installer,
        kind,
        message: String::new(),
        seen_at: now(),
    }
}
