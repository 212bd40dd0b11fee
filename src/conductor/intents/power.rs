//! `PUT /v1/nodes/{node}/states/power`.

use std::time::Duration;

use super::locked;
use crate::conductor::{Conductor, ConductorError};
use crate::model::{JobKind, now};
use crate::states::{PowerTarget, ProvisionState as State};

impl Conductor {
    /// Starts a change of power. `timeout` is how long a soft power off may take, in place of the
    /// configured time.
    ///
    /// # Errors
    /// [`ConductorError::Unsupported`], [`ConductorError::NodeLocked`] while the node has other
    /// work in hand, [`ConductorError::InvalidState`] while it is cleaned,
    /// [`ConductorError::Conflict`] where the node's power must not go off.
    pub async fn set_power(
        &self,
        ident: &str,
        target: PowerTarget,
        timeout: Option<Duration>,
    ) -> Result<(), ConductorError> {
        let node = self
            .change(ident, |node| {
                if matches!(node.provision_state, State::Cleaning | State::CleanWait) {
                    return Err(ConductorError::InvalidState {
                        action: target.to_string(),
                        node: node.uuid,
                        state: node.provision_state,
                    });
                }
                if node.disable_power_off && matches!(target, PowerTarget::Off | PowerTarget::SoftOff) {
                    return Err(ConductorError::Conflict(format!(
                        "Failed to set node power state to {target}: disable_power_off is set on node {}.",
                        node.uuid
                    )));
                }
                // Who has put work on hold may do what they held it for.
                let is_held = node.provision_state.is_hold()
                    && node.job.as_ref().is_some_and(|job| job.kind.steps().is_some());
                if node.job.is_some() && !is_held {
                    return Err(locked(node));
                }
                let power = self.inner.drivers.interfaces(node)?.power;
                if !power.supported().contains(&target) {
                    return Err(ConductorError::InvalidParameter(format!(
                        "The driver {} does not support the power state, {target}",
                        node.driver
                    )));
                }
                let present = now();
                let mut job = self.plan(node, JobKind::Power(target), present)?;
                if let Some(timeout) = timeout {
                    job.notes.insert("timeout".to_owned(), timeout.as_secs().into());
                }
                job.held = node.job.take().map(Box::new);
                node.job = Some(job);
                node.next_run_at = Some(present);
                node.target_power_state = Some(target.result());
                node.last_error = None;
                Ok(())
            })
            .await?;
        tracing::info!(node.uuid = %node.uuid, node.name = node.name, %target, "accepted");
        self.wake();
        Ok(())
    }
}
