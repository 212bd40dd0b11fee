//! Step 3: MAC addresses become ports.

use async_trait::async_trait;

use crate::drivers::cobbler::PXE_MAC;
use crate::drivers::interfaces::{BootNic, Nics, Step, StepContext, StepOutcome, StepResult};
use crate::drivers::{DriverError, PXE_PORT};
use crate::model::{InterfaceKind, Port};

/// Makes a port of each of the host's network interfaces; ports that are there stand as they are.
#[derive(Debug)]
pub struct LearnMacs;

#[async_trait]
impl Step for LearnMacs {
    fn name(&self) -> &'static str {
        "learn_macs"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        80
    }

    fn purpose(&self) -> &'static str {
        "read the server's MAC addresses from its CIMC, make ports of them and choose the one that boots"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        // What the operator entered stands, and is all there is where the firmware can't tell.
        let entered = ctx
            .ports
            .iter()
            .find(|port| port.pxe_enabled)
            .map(|port| port.address.clone());
        let nics = match ctx.interfaces().inspect.nics(ctx.node).await {
            Ok(nics) => nics,
            Err(DriverError::Unsupported { .. }) if entered.is_some() => Nics::default(),
            Err(DriverError::Unsupported { feature, .. }) => {
                return Ok(StepOutcome::Fail {
                    cause: no_port(&format!("the controller can't tell ({feature})")),
                });
            }
            Err(error) => return Err(error),
        };
        let chosen = nics.boots.clone();
        let entered = entered.map(|mac| BootNic {
            mac,
            why: "the node's port has pxe_enabled".to_owned(),
        });
        let Some(BootNic { mac: boots, why }) = entered.or(chosen) else {
            return Ok(StepOutcome::Fail {
                cause: no_port("its controller shows no network interface"),
            });
        };
        ctx.changes.ports = nics
            .all
            .iter()
            .filter(|nic| ctx.ports.iter().all(|port| port.address != nic.mac))
            .map(|nic| {
                let mut port = Port::new(ctx.node.uuid, nic.mac.clone(), ctx.now);
                port.pxe_enabled = nic.pxe || nic.mac == boots;
                port.extra
                    .insert("interface".to_owned(), nic.name.clone().into());
                port
            })
            .collect();
        ctx.changes
            .internal_info
            .insert(PXE_PORT.to_owned(), format!("{boots}: {why}").into());
        ctx.changes
            .internal_info
            .insert(PXE_MAC.to_owned(), boots.into());
        Ok(StepOutcome::Done)
    }
}

fn no_port(why: &str) -> String {
    format!(
        "the node has no port to boot from, and {why}; make one with the MAC address of its first network interface \
         (openstack baremetal port create --node NODE MAC)"
    )
}
