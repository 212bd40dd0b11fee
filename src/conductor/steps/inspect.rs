//! Inspection, out of band.

use async_trait::async_trait;
use serde_json::json;

use super::details;
use crate::drivers::PXE_PORT;
use crate::drivers::interfaces::{Inspection, Step, StepContext, StepOutcome, StepResult};
use crate::model::{DocumentKind, InterfaceKind, Port};

/// Reads what the hardware is: properties, ports, the inventory.
#[derive(Debug)]
pub(super) struct Inspect;

#[async_trait]
impl Step for Inspect {
    fn name(&self) -> &'static str {
        "inspect_hardware"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Inspect
    }

    fn priority(&self) -> u32 {
        20
    }

    fn purpose(&self) -> &'static str {
        "read processors, memory, disks and network interfaces from the controller"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let inspect = &ctx.interfaces().inspect;
        inspect.validate(ctx.node)?;
        let capabilities = inspect.capabilities(ctx.node).await?;
        ctx.changes.internal_info.extend(capabilities);
        let found = inspect.inspect(ctx.node).await?;
        keep(ctx, found);
        details::read(ctx).await;
        Ok(StepOutcome::Done)
    }
}

fn keep(ctx: &mut StepContext<'_>, found: Inspection) {
    let boots = found.nics.boots.as_ref();
    let is_new = |mac: &String| ctx.ports.iter().all(|port| port.address != *mac);
    ctx.changes.ports = found
        .nics
        .all
        .iter()
        .filter(|nic| is_new(&nic.mac))
        .map(|nic| {
            let mut port = Port::new(ctx.node.uuid, nic.mac.clone(), ctx.now);
            port.pxe_enabled = boots.is_some_and(|boots| boots.mac == nic.mac);
            port.extra
                .insert("interface".to_owned(), nic.name.clone().into());
            port
        })
        .collect();
    if let Some(boots) = boots {
        let words = format!("{}: {}", boots.mac, boots.why);
        ctx.changes
            .internal_info
            .insert(PXE_PORT.to_owned(), words.into());
    }
    ctx.changes.inspected = found.properties;
    ctx.changes.warnings.extend(found.notes);
    // One that found nothing stores nothing, as Ironic's fake inspection.
    if !found.inventory.is_null() {
        let document = json!({"inventory": found.inventory, "plugin_data": found.plugin_data});
        ctx.changes
            .documents
            .push((DocumentKind::Inventory, document));
    }
}
