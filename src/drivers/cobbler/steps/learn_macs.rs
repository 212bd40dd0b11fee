//! Step 3: MAC addresses become ports.

use async_trait::async_trait;

use crate::drivers::DriverError;
use crate::drivers::cobbler::PXE_MAC;
use crate::drivers::interfaces::{Nic, Step, StepContext, StepOutcome, StepResult};
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
        let nics = match ctx.inspect().nics().await {
            Ok(nics) => nics,
            Err(DriverError::Unsupported { .. }) if entered.is_some() => Vec::new(),
            Err(DriverError::Unsupported { feature, .. }) => {
                return Ok(StepOutcome::Fail {
                    cause: no_port(&format!("the controller can't tell ({feature})")),
                });
            }
            Err(error) => return Err(error),
        };
        let Some(boots) = entered.or_else(|| choose(&nics).map(|nic| nic.mac.clone())) else {
            return Ok(StepOutcome::Fail {
                cause: no_port("its controller shows no network interface"),
            });
        };
        ctx.changes.ports = nics
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
            .insert(PXE_MAC.to_owned(), boots.into());
        Ok(StepOutcome::Done)
    }
}

/// The interface to boot from: the first that may, else the first.
fn choose(nics: &[Nic]) -> Option<&Nic> {
    nics.iter().find(|nic| nic.pxe).or_else(|| nics.first())
}

fn no_port(why: &str) -> String {
    format!(
        "the node has no port to boot from, and {why}; make one with the MAC address of its first network interface \
         (openstack baremetal port create --node NODE MAC)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nic(mac: &str, pxe: bool) -> Nic {
        Nic {
            mac: mac.to_owned(),
            name: String::new(),
            pxe,
        }
    }

    #[test]
    fn the_first_that_may_boot_is_chosen() {
        let nics = [nic("a", false), nic("b", true), nic("c", true)];
        assert_eq!(choose(&nics), Some(&nics[1]));
        assert_eq!(choose(&nics[..1]), Some(&nics[0]));
        assert_eq!(choose(&[]), None);
    }
}
