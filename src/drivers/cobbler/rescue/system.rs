//! The node's system in Cobbler: on the rescue profile, and back.

use cobbler_client::{CobblerError, SystemSpec};
use serde_json::Value;

use super::profile_of;
use crate::drivers::DriverError;
use crate::drivers::cobbler::autoinstall::{self, Family};
use crate::drivers::cobbler::request::connection;
use crate::drivers::cobbler::servers::from_cobbler;
use crate::drivers::cobbler::steps::{self, system_spec};
use crate::drivers::cobbler::tear_down::step;
use crate::drivers::cobbler::{
    Cobblers, INSTALL_TOKEN, INSTALLER, InstallRequest, PROFILE, PXE_MAC, SYSTEM, claim,
};
use crate::drivers::interfaces::{StepContext, StepOutcome, StepResult};

/// The note that the rescue profile's file has no link to this service.
pub(super) const NO_LINK: &str = "no_link_in_rescue_profile";

step!(
    /// Looks whether a rescue can begin, while the server still runs its own system.
    LookFirst, Rescue, "look_first", 110, "look whether Cobbler has the rescue profile and the server's names and addresses are free there"
);
step!(
    /// Points the node's system to the rescue profile.
    RescueSystem, Rescue, "rescue_system", 70, "point the server's system in Cobbler to the rescue profile, netboot on"
);
step!(
    /// Points the node's system back to what it was installed with.
    OwnSystem, Rescue, "own_system", 80, "point the server's system in Cobbler back to what it was installed with, netboot off"
);

impl LookFirst {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let name = profile_of(ctx.node)?;
        let found = self.cobblers.of(ctx.node)?.profile(&name).await;
        if found.map_err(|error| from_cobbler(&error))?.is_none() {
            return Ok(StepOutcome::Fail {
                cause: format!(
                    "Cobbler has no profile {name}, and nothing was touched; correct cobbler_rescue_profile, or make the \
                     profile there"
                ),
            });
        }
        let (hostname, network) = connection(ctx.node)?;
        claim::need_free_as(ctx.node, ctx.ports, &self.cobblers, hostname, &network).await?;
        Ok(StepOutcome::Done)
    }
}

impl RescueSystem {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let (hostname, network) = connection(ctx.node)?;
        // A new token for each rescue, saved before anybody else sees it.
        if ctx.noted("token_made").is_none() {
            let ports = ctx.ports;
            claim::need_free_as(ctx.node, ports, &self.cobblers, hostname, &network).await?;
            let token = uuid::Uuid::new_v4().simple().to_string();
            ctx.changes
                .internal_info
                .insert(INSTALL_TOKEN.to_owned(), token.into());
            ctx.note("token_made", true);
            return Ok(StepOutcome::Again);
        }
        let spec = SystemSpec {
            profile: profile_of(ctx.node)?,
            ..system_spec(ctx, hostname, &network, String::new())
        };
        let cobbler = self.cobblers.of(ctx.node)?;
        let failed = |error| from_cobbler(&error);
        cobbler.ensure_system(&spec).await.map_err(failed)?;
        ctx.changes
            .internal_info
            .insert(SYSTEM.to_owned(), spec.name.clone().into());
        // A live image has no file to render.
        let rendered = match cobbler.render_system(&spec.name).await {
            Ok(text) => text,
            Err(CobblerError::Render { .. } | CobblerError::NotFound { .. }) => String::new(),
            Err(error) => return Err(from_cobbler(&error)),
        };
        let token = ctx.node.internal_text(INSTALL_TOKEN).unwrap_or_default();
        if !rendered.contains(token) {
            ctx.note(NO_LINK, true);
        }
        Ok(StepOutcome::Done)
    }
}

impl OwnSystem {
    async fn act(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let cobbler = self.cobblers.of(ctx.node)?;
        let noted = |key: &str| ctx.node.internal_text(key);
        match (noted(SYSTEM), noted(PROFILE)) {
            (Some(_), Some(profile)) => self.put_back(ctx, profile.to_owned()).await?,
            // A server that was adopted: the system there was made for the rescue alone.
            (Some(system), None) => {
                let gone = cobbler.remove_system(system).await;
                gone.map_err(|error| from_cobbler(&error))?;
                let done = (SYSTEM.to_owned(), Value::Null);
                ctx.changes.internal_info.extend([done]);
            }
            (None, _) => {}
        }
        let done = (INSTALL_TOKEN.to_owned(), Value::Null);
        ctx.changes.internal_info.extend([done]);
        Ok(StepOutcome::Done)
    }

    async fn put_back(
        &self,
        ctx: &mut StepContext<'_>,
        profile: String,
    ) -> Result<(), DriverError> {
        let cobbler = self.cobblers.of(ctx.node)?;
        let (hostname, network) = connection(ctx.node)?;
        let noted = |key: &str| ctx.node.internal_text(key).unwrap_or_default();
        let family = noted(INSTALLER).parse().unwrap_or(Family::RedHat);
        let variable = InstallRequest::read(ctx.node, &self.cobblers)
            .map(|request| autoinstall::network_variable(&request, family, noted(PXE_MAC)))
            .unwrap_or_default();
        let mut spec = SystemSpec {
            profile,
            netboot_enabled: false,
            ..system_spec(ctx, hostname, &network, variable)
        };
        match cobbler.ensure_system(&spec).await {
            Ok(_) => return Ok(()),
            // The last other user of the profile was torn down meanwhile.
            Err(CobblerError::NotFound { .. }) => {}
            Err(error) => return Err(from_cobbler(&error)),
        }
        let failed = |error| from_cobbler(&error);
        let (again, _) = steps::profile_of(ctx.node, &self.cobblers).await?;
        cobbler.ensure_profile(&again).await.map_err(failed)?;
        spec.profile = again.name;
        cobbler.ensure_system(&spec).await.map_err(failed)?;
        ctx.changes
            .internal_info
            .insert(PROFILE.to_owned(), spec.profile.into());
        Ok(())
    }
}
