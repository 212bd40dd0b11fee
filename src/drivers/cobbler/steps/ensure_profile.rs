//! Step 2: one shared profile per service.

use async_trait::async_trait;

use cobbler_client::ProfileSpec;

use super::base;
use crate::drivers::DriverError;
use crate::drivers::cobbler::autoinstall::{self, Family};
use crate::drivers::cobbler::servers::from_cobbler;
use crate::drivers::cobbler::{Cobblers, INSTALLER, InstallRequest, PROFILE};
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
        let (profile, installer) = profile_of(ctx.node, &self.cobblers).await?;
        let cobbler = self.cobblers.of(ctx.node)?;
        cobbler
            .ensure_profile(&profile)
            .await
            .map_err(|error| from_cobbler(&error))?;
        ctx.changes
            .internal_info
            .insert(PROFILE.to_owned(), profile.name.into());
        ctx.changes
            .internal_info
            .insert(INSTALLER.to_owned(), installer.to_string().into());
        Ok(StepOutcome::Done)
    }
}

/// The profile for a node and its installer; reads what it is made on from Cobbler.
///
/// # Errors
/// A distro, a profile or a template that Cobbler doesn't have, or one that can't be used.
pub(in crate::drivers::cobbler) async fn profile_of(
    node: &Node,
    cobblers: &Cobblers,
) -> Result<(ProfileSpec, Family), DriverError> {
    let request = InstallRequest::read(node, cobblers)?;
    let base = base::of(&request, cobblers.of(node)?).await?;
    Ok((autoinstall::profile(&request, &base)?, base.family))
}
