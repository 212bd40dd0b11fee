//! The end of a job by request.

use super::Conductor;
use super::outcome::move_by;
use crate::model::{HistoryEntry, JobKind, Node, Severity, Time};
use crate::states::{ProvisionEvent as Event, ProvisionState as State};

impl Conductor {
    /// Ends what a node has in hand: none of its steps runs any more. The node is left as after a
    /// failure, but for the maintenance: nothing went wrong.
    pub(super) fn stop(&self, node: &mut Node, present: Time) {
        node.last_error = Some(words(node));
        let event = match node.provision_state.next(Event::Abort) {
            Ok(_) => Event::Abort,
            // The step that had to end first is over, so that the node is at work again.
            Err(_) => Event::Fail,
        };
        move_by(node, event, present);
        let is_deploy = node.provision_state == State::DeployFailed;
        self.follow(node, is_deploy.then_some(JobKind::Abandon), present);
    }

    /// What the node's history says of the end of what it had in hand `before`; nothing where that
    /// goes on until its step is over.
    pub(super) fn aborted(
        &self,
        before: &Node,
        node: &Node,
        present: Time,
    ) -> Option<HistoryEntry> {
        let kind = before.job.as_ref()?.kind;
        let is_over = node.provision_state != before.provision_state;
        let words = node.last_error.clone().filter(|_| is_over)?;
        Some(self.entry(before, kind, Severity::Error, words, present))
    }
}

/// Ironic's words, and what to do next.
fn words(node: &Node) -> String {
    let (operation, advice) = match node.provision_state {
        State::Deploying | State::DeployWait | State::DeployHold => {
            ("deploy", ". Undeploy the node, or deploy it again.")
        }
        State::Cleaning | State::CleanWait | State::CleanHold => ("clean", ""),
        _ => ("service", ""),
    };
    let step = node.job.as_ref().and_then(|job| job.current());
    let during = step.map_or_else(String::new, |step| {
        format!(" during or after the completion of step \"{}\"", step.id())
    });
    format!("By request, the {operation} operation was aborted{during}{advice}")
}
