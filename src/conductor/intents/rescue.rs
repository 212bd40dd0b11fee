//! `rescue`, `unrescue`, and what a rescue leaves behind.

use super::provision::enter;
use crate::conductor::{Conductor, ConductorError};
use crate::drivers::cobbler::INSTALL_TOKEN;
use crate::drivers::interfaces::RESCUE_PASSWORD;
use crate::model::{JobKind, Node, Time};
use crate::states::Verb;

/// Ironic's word for a node whose rescue could not be made harmless.
const RESCUE_ABORT_FAILURE: &str = "rescue abort failure";

/// `last_error` of an aborted rescue.
const ABORTED: &str = "By request, the rescue operation was aborted. Unrescue the node to boot its own system \
                                  again, rescue it once more, or undeploy it.";

impl Conductor {
    /// Checks that the node can be rescued and keeps the password. Nothing is touched but the
    /// record.
    pub(super) fn prepare_rescue(
        &self,
        node: &mut Node,
        password: Option<&str>,
    ) -> Result<(), ConductorError> {
        let interfaces = self.inner.drivers.interfaces(node)?;
        interfaces.rescue.validate(node)?;
        let power = interfaces.power.validate(node);
        power.map_err(|error| invalid(node, "rescue", &error.to_string()))?;
        let Some(password) = password.filter(|password| !password.trim().is_empty()) else {
            return Err(ConductorError::InvalidParameter(
                "A non-empty \"rescue_password\" is required when setting target provision state to rescue".to_owned(),
            ));
        };
        if password.chars().any(char::is_control) {
            return Err(ConductorError::InvalidParameter(
                "The rescue_password must be one line without control characters.".to_owned(),
            ));
        }
        node.instance_info
            .insert(RESCUE_PASSWORD.to_owned(), password.into());
        Ok(())
    }

    /// Ends a rescue that is waited for, and makes it harmless.
    pub(super) fn abort_rescue(
        &self,
        node: &mut Node,
        present: Time,
    ) -> Result<(), ConductorError> {
        let job = self.plan(node, JobKind::RescueCleanUp, present)?;
        enter(node, Verb::Abort, present)?;
        forget_rescue(node);
        node.last_error = Some(ABORTED.to_owned());
        node.job = Some(job);
        node.next_run_at = Some(present);
        Ok(())
    }

    /// Checks that the node's own system can be booted again.
    pub(super) fn prepare_unrescue(&self, node: &Node) -> Result<(), ConductorError> {
        let interfaces = self.inner.drivers.interfaces(node)?;
        interfaces.rescue.validate(node)?;
        let power = interfaces.power.validate(node);
        power.map_err(|error| invalid(node, "unrescue", &error.to_string()))
    }
}

fn invalid(node: &Node, action: &str, why: &str) -> ConductorError {
    ConductorError::InvalidParameter(format!(
        "Failed to {action} node {}: Validation failed: {why}",
        node.uuid
    ))
}

/// A rescue that has ended, well or not, leaves neither its password nor its token.
pub(in crate::conductor) fn forget_rescue(node: &mut Node) {
    node.instance_info.remove(RESCUE_PASSWORD);
    node.driver_internal_info.remove(INSTALL_TOKEN);
}

/// A rescue that could not be made harmless: somebody has to look, and maintenance says so.
pub(in crate::conductor) fn not_cleaned_up(node: &mut Node, error: String) {
    node.maintenance = true;
    node.fault = Some(RESCUE_ABORT_FAILURE.to_owned());
    node.maintenance_reason = Some(error);
}
