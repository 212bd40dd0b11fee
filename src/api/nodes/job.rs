//! The work that a node has in hand, as answers show it: Ironic's `clean_step` and `deploy_step`,
//! and our own `driver_internal_info.ferric_job`.

use serde_json::{Value, json};

use crate::api::mask::masked;
use crate::api::scalars::{optional_text, time};
use crate::model::{Job, JobKind, Node};

/// The present step of a deploy, else `{}`.
pub(crate) fn deploy_step(node: &Node) -> Value {
    step(node, JobKind::Deploy)
}

/// The present step of a cleaning, else `{}`.
pub(crate) fn clean_step(node: &Node) -> Value {
    step(node, JobKind::Clean)
}

fn step(node: &Node, kind: JobKind) -> Value {
    let job = node.job.as_ref().filter(|job| job.kind == kind);
    job.and_then(Job::current).map_or_else(
        || json!({}),
        |step| {
            json!({
                "interface": step.interface.to_string(),
                "step": step.step,
                "priority": step.priority,
                "argsinfo": null,
            })
        },
    )
}

/// `driver_internal_info`, masked, with the job.
pub(crate) fn driver_internal_info(node: &Node) -> Value {
    let mut info = masked(&node.driver_internal_info);
    if let (Some(job), Some(map)) = (&node.job, info.as_object_mut()) {
        map.insert("ferric_job".to_owned(), summary(job));
    }
    info
}

/// What is being done, at which step, what it waits for and since when.
fn summary(job: &Job) -> Value {
    let total = job.steps.len();
    json!({
        "kind": job.kind.to_string(),
        "step": job.current().map(|step| step.step.as_str()),
        "index": (job.index + 1).min(total),
        "total": total,
        "waiting_for": optional_text(job.waiting_for.as_deref()),
        "since": time(job.waiting_since.unwrap_or(job.step_started_at)),
        "attempt": job.attempt,
        "progress": optional_text(job.progress.as_deref()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InterfaceKind, Interfaces, PlannedStep, now};

    #[test]
    fn a_deploy_shows_its_step_and_a_cleaning_is_no_deploy() {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        assert_eq!(deploy_step(&node), json!({}));
        let step = |name: &str| PlannedStep {
            interface: InterfaceKind::Deploy,
            step: name.to_owned(),
            priority: 90,
        };
        let mut job = Job::new(
            JobKind::Deploy,
            vec![step("power_off"), step("power_on")],
            now(),
        );
        job.advance(now());
        job.wait_for(Some("the installer".to_owned()), now());
        node.job = Some(job);
        assert_eq!(
            deploy_step(&node),
            json!({"interface": "deploy", "step": "power_on", "priority": 90, "argsinfo": null})
        );
        assert_eq!(clean_step(&node), json!({}));
        let shown = driver_internal_info(&node);
        assert_eq!(shown["ferric_job"]["index"], 2);
        assert_eq!(shown["ferric_job"]["total"], 2);
        assert_eq!(shown["ferric_job"]["kind"], "deploy");
        assert_eq!(shown["ferric_job"]["waiting_for"], "the installer");
    }
}
