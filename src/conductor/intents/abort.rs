//! `abort`.

use super::locked;
use crate::conductor::outcome::move_by;
use crate::conductor::{Conductor, ConductorError};
use crate::model::{Node, Time};
use crate::states::{ProvisionEvent as Event, ProvisionState as State};

impl Conductor {
    /// Ends what a node waits in: at once if its step may be ended halfway, else after it.
    pub(super) fn abort(&self, node: &mut Node, present: Time) -> Result<(), ConductorError> {
        match node.provision_state {
            State::CleanWait
            | State::CleanHold
            | State::DeployWait
            | State::DeployHold
            | State::ServiceWait
            | State::ServiceHold => {
                if let Some(job) = &mut node.job
                    && job.current().is_some_and(|step| !step.abortable)
                {
                    job.abort_after = true;
                    return Ok(());
                }
                let is_service = matches!(
                    node.provision_state,
                    State::ServiceWait | State::ServiceHold
                );
                self.stop(node, present);
                // The instance was there all the time.
                if is_service {
                    move_by(node, Event::Abort, present);
                }
                Ok(())
            }
            State::ServiceFailed if node.maintenance => Err(ConductorError::Conflict(format!(
                "Can not abort service on node \"{}\" while it is in maintenance mode. Please remove the node from \
                 maintenance prior to issuing the request to abort the service operation.",
                node.uuid
            ))),
            State::ServiceFailed if node.job.is_some() => Err(locked(node)),
            State::ServiceFailed => {
                self.stop(node, present);
                Ok(())
            }
            State::RescueWait => self.abort_rescue(node, present),
            State::InspectWait => {
                abort_inspection(node, present);
                Ok(())
            }
            _ => Err(ConductorError::Unsupported {
                driver: node.driver.clone(),
                feature: "abort".to_owned(),
            }),
        }
    }
}

/// An inspection has nothing that would have to be undone.
fn abort_inspection(node: &mut Node, present: Time) {
    move_by(node, Event::Abort, present);
    node.last_error =
        Some("Inspection was aborted by request. Inspect the node again, or manage it.".to_owned());
    node.job = None;
    node.next_run_at = None;
}
