//! Step 4: a system with the MAC and the node's own data.

use async_trait::async_trait;

use cobbler_client::{CobblerError, SystemSpec};

use crate::drivers::DriverError;
use crate::drivers::cobbler::autoinstall::{self, Family};
use crate::drivers::cobbler::request::Network;
use crate::drivers::cobbler::servers::from_cobbler;
use crate::drivers::cobbler::{
    Cobblers, INSTALL_TOKEN, INSTALLER, InstallRequest, PROFILE, PXE_MAC, SYSTEM, claim, profile_of,
};
use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::InterfaceKind;

/// Makes the node's system, or brings it up to date.
#[derive(Debug)]
pub struct EnsureSystem {
    cobblers: Cobblers,
}

impl EnsureSystem {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }
}

#[async_trait]
impl Step for EnsureSystem {
    fn name(&self) -> &'static str {
        "ensure_system"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        70
    }

    fn purpose(&self) -> &'static str {
        "make sure that Cobbler has the server's system (MAC, host name, addresses, one-time link), netboot on"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        // A new token for each deploy, saved before anybody else sees it.
        if ctx.noted("token_made").is_none() {
            // The MAC addresses are known since the last step.
            claim::need_free(ctx.node, ctx.ports, &self.cobblers).await?;
            let token = uuid::Uuid::new_v4().simple().to_string();
            ctx.changes
                .internal_info
                .insert(INSTALL_TOKEN.to_owned(), token.into());
            ctx.note("token_made", true);
            return Ok(StepOutcome::Again);
        }
        let text = |key: &str| ctx.node.internal_text(key).unwrap_or_default();
        let cobbler = self.cobblers.of(ctx.node)?;
        let request = InstallRequest::read(ctx.node, &self.cobblers)?;
        // Saved with the profile; a deploy that began before it was is one of the Red Hat family.
        let family = text(INSTALLER).parse().unwrap_or(Family::RedHat);
        let network = autoinstall::network_variable(&request, family, text(PXE_MAC));
        let spec = spec(ctx, request.hostname, &request.network, network);
        match cobbler.ensure_system(&spec).await {
            Ok(_) => {}
            // The last other user of the profile has just been torn down.
            Err(CobblerError::NotFound { .. }) => {
                let (profile, _) = profile_of(ctx.node, &self.cobblers).await?;
                cobbler
                    .ensure_profile(&profile)
                    .await
                    .map_err(|error| from_cobbler(&error))?;
                match cobbler.ensure_system(&spec).await {
                    Ok(_) => {}
                    // And another one since: that ends when nobody is torn down any more.
                    Err(error @ CobblerError::NotFound { .. }) => {
                        return Err(DriverError::Transient(error.to_string()));
                    }
                    Err(error) => return Err(from_cobbler(&error)),
                }
            }
            Err(error) => return Err(from_cobbler(&error)),
        }
        // What a machine would fetch: an error in the template would hang it without a word.
        let rendered = cobbler
            .render_system(&spec.name)
            .await
            .map_err(|error| from_cobbler(&error))?;
        if !rendered.contains(text(INSTALL_TOKEN)) {
            return Err(DriverError::Refused(format!(
                "Cobbler renders the file of system {} without the link to this service; look at the template {}.ks there",
                spec.name, spec.profile
            )));
        }
        ctx.changes
            .internal_info
            .insert(SYSTEM.to_owned(), spec.name.into());
        Ok(StepOutcome::Done)
    }
}

/// The node's system, netboot on; `variable` is what its template is told of its network.
pub(in crate::drivers::cobbler) fn spec(
    ctx: &StepContext<'_>,
    hostname: String,
    network: &Network,
    variable: String,
) -> SystemSpec {
    let node = ctx.node;
    let noted = |key: &str| node.internal_text(key).unwrap_or_default();
    let token = noted(INSTALL_TOKEN);
    let report = format!(
        "{}/ferric/v1/nodes/{}/install/{token}",
        ctx.settings.public_url, node.uuid
    );
    SystemSpec {
        // A name that no other node can have, and no system of somebody else's.
        name: node.uuid.to_string(),
        profile: noted(PROFILE).to_owned(),
        hostname,
        mac: noted(PXE_MAC).to_owned(),
        interface: "eth0".to_owned(),
        address: network.address.map(|(address, _)| address),
        netmask: network.netmask(),
        gateway: network.gateway,
        name_servers: network.name_servers.clone(),
        autoinstall_meta: [
            ("ferric_node".to_owned(), node.uuid.to_string()),
            ("ferric_report".to_owned(), report),
            ("ferric_network".to_owned(), variable),
            // For a template that reports as Ironic's own for Anaconda does.
            (
                "ferric_heartbeat".to_owned(),
                format!("{}/v1/heartbeat/{}", ctx.settings.public_url, node.uuid),
            ),
            ("ferric_token".to_owned(), token.to_owned()),
        ]
        .into(),
        netboot_enabled: true,
        comment: format!("ferric: node {}", node.display_name()),
    }
}
