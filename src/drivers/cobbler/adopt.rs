//! Adoption: what Cobbler knows of a server that somebody else has installed.

use async_trait::async_trait;
use cobbler_client::{Cobbler, System};

use super::servers::from_cobbler;
use super::{Cobblers, PROFILE, PXE_MAC, SYSTEM};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::InterfaceKind;

/// Takes over the node's own system, if there is one with our mark from an earlier life; any other
/// stays as it is, now and at a tear-down.
#[derive(Debug)]
pub(super) struct FindSystem {
    cobblers: Cobblers,
}

impl FindSystem {
    /// On these servers.
    pub(super) fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }

    async fn take_over(ctx: &mut StepContext<'_>, cobbler: &Cobbler, system: System) -> StepResult {
        let profile = cobbler
            .profile(&system.profile)
            .await
            .map_err(|error| from_cobbler(&error))?;
        let mac = system.interfaces.values().map(|nic| nic.mac.clone());
        let ours = profile.filter(|profile| cobbler.is_ours(profile));
        let found = [
            (SYSTEM, Some(system.name.clone())),
            (PROFILE, ours.map(|profile| profile.name)),
            (PXE_MAC, mac.into_iter().find(|mac| !mac.is_empty())),
        ];
        for (key, value) in found {
            if let Some(value) = value {
                ctx.changes
                    .internal_info
                    .insert(key.to_owned(), value.into());
            }
        }
        if system.netboot_enabled {
            // A server in use must not install itself at its next boot.
            let off = cobbler.set_netboot(&system.name, false).await;
            off.map_err(|error| from_cobbler(&error))?;
            let warning = format!(
                "system {} of this node was still set to boot from the network; that is off now",
                system.name
            );
            ctx.changes.warnings.push(warning);
        }
        Ok(StepOutcome::Done)
    }

    /// The server's MAC addresses: those of the ports, else what the controller says.
    async fn macs(ctx: &StepContext<'_>) -> Result<Vec<String>, DriverError> {
        if !ctx.ports.is_empty() {
            return Ok(ctx.ports.iter().map(|port| port.address.clone()).collect());
        }
        match ctx.interfaces().inspect.nics(ctx.node).await {
            Ok(nics) => Ok(nics.all.into_iter().map(|nic| nic.mac).collect()),
            Err(DriverError::Unsupported { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Step for FindSystem {
    fn name(&self) -> &'static str {
        "find_system"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        50
    }

    fn purpose(&self) -> &'static str {
        "look whether Cobbler knows the server; what is somebody else's there stays as it is"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let cobbler = self.cobblers.of(ctx.node)?;
        let own = ctx.node.uuid.to_string();
        let failed = |error| from_cobbler(&error);
        match cobbler.system(&own).await.map_err(failed)? {
            Some(system) if cobbler.is_ours(&system) => {
                return Self::take_over(ctx, cobbler, system).await;
            }
            Some(_) => {
                return Ok(StepOutcome::Fail {
                    cause: format!(
                        "Cobbler has a system {own}, the name of this node's own, which was not made by this service; \
                         rename it there, or enrol the node under another UUID"
                    ),
                });
            }
            None => {}
        }
        for mac in Self::macs(ctx).await? {
            for holder in cobbler.find_system_by_mac(&mac).await.map_err(failed)? {
                let netboot = match cobbler.system(&holder).await.map_err(failed)? {
                    Some(system) if system.netboot_enabled => {
                        "; its network boot is on, so that a boot from the network may install the server anew"
                    }
                    _ => "",
                };
                ctx.changes.warnings.push(format!(
                    "MAC address {mac} belongs to Cobbler's system {holder}, which was not made for this node: it stays as \
                     it is, also when the node is undeployed{netboot}"
                ));
            }
        }
        Ok(StepOutcome::Done)
    }
}
