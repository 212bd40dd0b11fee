//! What holds for a node at every moment.

use ferric::model::{Job, JobKind, Node};
use ferric::states::{ProvisionEvent as Event, ProvisionState as State};

/// The password that walks rescue with.
pub(super) const RESCUE_PASSWORD: &str = "canary-rescue-4711";

/// Whether one save may lead from `from` to `to`: nothing moved, one line of the table, or two: a step
/// that was waited for ends the job, or an abort ends a service, whose instance is there.
pub(super) fn may_follow(from: State, to: State) -> bool {
    let leads = |from: State, to: State| {
        ferric::states::TRANSITIONS
            .iter()
            .any(|line| line.from == from && line.to == to)
    };
    let then = |event: Event| from.next(event).is_ok_and(|between| leads(between, to));
    let service_ends = to == State::Active && then(Event::Abort);
    from == to || leads(from, to) || then(Event::Resume) || service_ends
}

/// Whether somebody works on a node that is in this state, or waits for something of its own.
pub(super) fn is_busy(state: State) -> bool {
    !state.is_stable() && !is_failed(state) && !is_held(state)
}

pub(super) fn is_held(state: State) -> bool {
    matches!(
        state,
        State::DeployHold | State::CleanHold | State::ServiceHold
    )
}

pub(super) fn is_waiting(state: State) -> bool {
    matches!(
        state,
        State::DeployWait
            | State::CleanWait
            | State::InspectWait
            | State::RescueWait
            | State::ServiceWait
    )
}

pub(super) fn is_failed(state: State) -> bool {
    state.to_string().ends_with(" failed")
}

/// Whether nothing will happen to the node before somebody asks for it.
pub(super) fn rests(node: &Node) -> bool {
    let waits = |job: &Job| {
        let what = job.waiting_for.as_deref().unwrap_or_default();
        what.starts_with("a call from the server")
    };
    match &node.job {
        // A report that came at the last moment makes the engine look once more.
        None => node.next_run_at.is_none(),
        Some(job) => is_held(node.provision_state) && node.next_run_at.is_none() || waits(job),
    }
}

/// Whether the node's fields agree with its state.
pub(super) fn consistent(node: &Node) -> Result<(), String> {
    let state = node.provision_state;
    let rule = |holds: bool, what: &str| match holds {
        true => Ok(()),
        false => Err(format!("in {state}: {what}")),
    };
    rule(target_fits(node), "its target is not the state's")?;
    let kind = node.job.as_ref().map(|job| job.kind);
    let beside = matches!(
        kind,
        Some(JobKind::Power(_) | JobKind::Abandon | JobKind::RescueCleanUp)
    );
    if is_busy(state) {
        rule(kind.is_some() && !beside, "nobody works on it")?;
    } else if is_held(state) {
        // A change of power gives back at its end what it was said during.
        let inside = node.job.as_ref().is_some_and(|job| job.held.is_some());
        rule(kind.is_some() && (!beside || inside), "nothing is held")?;
    } else {
        rule(
            kind.is_none() || beside,
            "somebody works on it who should be done",
        )?;
    }
    rule(
        node.target_power_state.is_some() == matches!(kind, Some(JobKind::Power(_))),
        "its target power state and the work on its power differ",
    )?;
    rule(
        kind.is_none() || node.next_run_at.is_some() || is_held(state),
        "the engine will never look at it again",
    )?;
    rule(
        node.fault.is_none() || node.maintenance,
        "a fault without maintenance",
    )?;
    if kind.is_none() && !is_busy(state) {
        rule(node.reservation.is_none(), "somebody holds it")?;
        leaves_nothing(node)?;
    }
    Ok(())
}

/// The target is that of the state; a cleaning may have been asked for by hand.
fn target_fits(node: &Node) -> bool {
    let by_hand = matches!(
        node.provision_state,
        State::Cleaning | State::CleanWait | State::CleanHold | State::CleanFailed
    ) && node.target_provision_state == Some(State::Manageable);
    by_hand || node.target_provision_state == node.provision_state.target()
}

/// Whether nothing of what a piece of work had for itself alone is left behind.
fn leaves_nothing(node: &Node) -> Result<(), String> {
    for key in ["ferric_install_token"] {
        if node.driver_internal_info.contains_key(key) {
            return Err(format!(
                "at rest in {}: {key} is left",
                node.provision_state
            ));
        }
    }
    let kept = format!(
        "{:?} {:?} {:?}",
        node.instance_info, node.driver_internal_info, node.last_error
    );
    match kept.contains(RESCUE_PASSWORD) {
        true => Err(format!(
            "at rest in {}: the rescue password is left",
            node.provision_state
        )),
        false => Ok(()),
    }
}

/// What matters of a node, for a person.
pub(super) fn brief(node: &Node) -> String {
    let job = node.job.as_ref().map(|job| {
        let step = job.current().map(|step| step.step.as_str());
        let waits = job.waiting_for.as_deref().unwrap_or("nothing");
        format!(
            "{} at {step:?}, try {}, waits for {waits}",
            job.kind, job.attempt
        )
    });
    format!(
        "{} (target {:?}), power {:?} (target {:?}), job: {job:?}, next run {:?}, held by {:?}, maintenance {}, fault {:?}, \
         last error {:?}, instance_info {:?}",
        node.provision_state,
        node.target_provision_state,
        node.power_state,
        node.target_power_state,
        node.next_run_at,
        node.reservation,
        node.maintenance,
        node.fault,
        node.last_error,
        node.instance_info,
    )
}

/// What differs between two looks at a node, but for what a report of its installer may change at
/// any time.
pub(super) fn changes(before: &Node, after: &Node) -> String {
    let plain = |node: &Node| {
        let mut node = node.clone();
        node.next_run_at = None;
        node.version = 0;
        node.updated_at = None;
        node.driver_internal_info.remove("ferric_first_boot");
        node
    };
    let (before, after) = (plain(before), plain(after));
    if before == after {
        return String::new();
    }
    let (before, after) = (format!("{before:#?}"), format!("{after:#?}"));
    let gone = before.lines().filter(|line| !after.contains(line));
    let new = after.lines().filter(|line| !before.contains(line));
    let lines = gone.map(|line| format!("-{line}"));
    let all: Vec<String> = lines.chain(new.map(|line| format!("+{line}"))).collect();
    all.join("\n")
}
