//! The work that a node has in hand, as answers show it: Ironic's `clean_step`, `deploy_step` and
//! `service_step`, and our own `driver_internal_info.ferric_job`.

use serde_json::{Value, json};

use crate::api::mask::masked;
use crate::api::scalars::{optional_text, time};
use crate::api::shown::{self, Shown};
use crate::model::{Job, Node, PlannedStep, StepKind};

/// The present step of a deploy, a cleaning or a service, else `{}`.
pub(crate) fn present_step(node: &Node, kind: StepKind) -> Value {
    let job = with_steps(node).filter(|job| job.kind.steps() == Some(kind));
    let present = job.and_then(|job| Some((job, job.current()?)));
    present.map_or_else(
        || json!({}),
        |(job, planned)| {
            let mut shown = step(planned);
            if job.abort_after {
                shown["abort_after"] = true.into();
            }
            shown
        },
    )
}

/// The job in hand, or what it gives back at its end: what is on hold stays to be seen while its node's
/// power changes.
fn with_steps(node: &Node) -> Option<&Job> {
    let job = node.job.as_ref()?;
    Some(job.held.as_deref().unwrap_or(job))
}

/// A step, with the keys that Ironic 39.0.0 shows: those asked for have their arguments, the driver's
/// own the key for what they take.
fn step(planned: &PlannedStep) -> Value {
    let mut shown = json!({
        "interface": planned.interface.to_string(),
        "step": planned.step,
        "priority": planned.priority,
        "abortable": planned.abortable,
    });
    match &planned.args {
        None => shown["argsinfo"] = Value::Null,
        Some(args) if args.is_empty() => {}
        Some(args) => shown["args"] = masked(args),
    }
    shown
}

/// `driver_internal_info`, masked, with the job and its steps.
pub(crate) fn driver_internal_info(node: &Node) -> Shown<'_> {
    let Some(job) = &node.job else {
        return shown::masked(&node.driver_internal_info);
    };
    let mut info = masked(&node.driver_internal_info);
    if let Some(map) = info.as_object_mut() {
        map.insert("ferric_job".to_owned(), summary(job));
        let job = job.held.as_deref().unwrap_or(job);
        if let Some(kind) = job.kind.steps().filter(|kind| *kind != StepKind::Verify) {
            let steps = job.steps.iter().map(step).collect();
            map.insert(format!("{kind}_steps"), Value::Array(steps));
            map.insert(format!("{kind}_step_index"), job.index.into());
        }
    }
    info.into()
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
    use crate::model::{InterfaceKind, Interfaces, JobKind, now};

    #[test]
    fn a_deploy_shows_its_step_and_a_cleaning_is_no_deploy() {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        assert_eq!(present_step(&node, StepKind::Deploy), json!({}));
        let step = |name: &str| PlannedStep {
            interface: InterfaceKind::Deploy,
            step: name.to_owned(),
            priority: 90,
            args: None,
            abortable: true,
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
            present_step(&node, StepKind::Deploy),
            json!({
                "interface": "deploy", "step": "power_on", "priority": 90, "abortable": true, "argsinfo": null,
            })
        );
        assert_eq!(present_step(&node, StepKind::Clean), json!({}));
        let shown = Value::from(driver_internal_info(&node));
        assert_eq!(shown["deploy_step_index"], 1);
        assert_eq!(shown["deploy_steps"][0]["step"], "power_off");
        assert_eq!(shown["ferric_job"]["index"], 2);
        assert_eq!(shown["ferric_job"]["total"], 2);
        assert_eq!(shown["ferric_job"]["kind"], "deploy");
        assert_eq!(shown["ferric_job"]["waiting_for"], "the installer");
    }
}
