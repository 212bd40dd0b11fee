//! Step 2: one shared profile per service.

use async_trait::async_trait;

use cobbler_client::ProfileSpec;

use crate::drivers::DriverError;
use crate::drivers::cobbler::servers::from_cobbler;
use crate::drivers::cobbler::{Cobblers, InstallRequest, PROFILE, autoinstall};
use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::{InterfaceKind, Node};

/// Makes the profile that all nodes of the service share, if it is not there yet.
#[derive(Debug)]
pub struct EnsureProfile {
    cobblers: Cobblers,
}

impl EnsureProfile {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }
}

#[async_trait]
impl Step for EnsureProfile {
    fn name(&self) -> &'static str {
        "ensure_profile"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        90
    }

    fn purpose(&self) -> &'static str {
        "make sure that Cobbler has the service's profile (distro, packages and template, named by their hash)"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let profile = profile_of(ctx.node, &self.cobblers).await?;
        let cobbler = self.cobblers.of(ctx.node)?;
        cobbler
            .ensure_profile(&profile)
            .await
            .map_err(|error| from_cobbler(&error))?;
        ctx.changes
            .internal_info
            .insert(PROFILE.to_owned(), profile.name.into());
        Ok(StepOutcome::Done)
    }
}

/// The profile for a node; reads the distro's breed from Cobbler.
///
/// # Errors
/// A distro that Cobbler doesn't have, or one that can't be installed.
pub(in crate::drivers::cobbler) async fn profile_of(
    node: &Node,
    cobblers: &Cobblers,
) -> Result<ProfileSpec, DriverError> {
    let request = InstallRequest::read(node, cobblers)?;
    let cobbler = cobblers.of(node)?;
    let Some(distro) = cobbler
        .distro(&request.distro)
        .await
        .map_err(|error| from_cobbler(&error))?
    else {
        let mut known = cobbler
            .distro_names()
            .await
            .map_err(|error| from_cobbler(&error))?;
        known.sort_unstable();
        let known = if known.is_empty() {
            "none".to_owned()
        } else {
            known.join(", ")
        };
        return Err(DriverError::Refused(format!(
            "Cobbler has no distro {}; it has: {known}. Correct instance_info/cobbler_distro, or import the distro there.",
            request.distro
        )));
    };
    autoinstall::profile(&request, &distro.breed)
}
