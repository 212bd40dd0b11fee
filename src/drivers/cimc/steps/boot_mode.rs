//! `management.set_boot_mode`.

use async_trait::async_trait;

use super::{choice, chosen};
use crate::drivers::interfaces::{Arg, BootMode, Step, StepContext, StepOutcome, StepResult};
use crate::model::{InterfaceKind, JsonMap, Node};

/// Sets Legacy or UEFI for the next boot and those after it; the client reads it back, and writes
/// nothing where it is so already (`lsbootDevPrecision.configuredBootMode`, 2.0(1a), Cisco's XML API
/// guide).
#[derive(Debug)]
pub(super) struct SetBootMode;

fn mode(args: &JsonMap) -> Result<BootMode, String> {
    choice(args, "boot_mode", "bios, uefi")
}

#[async_trait]
impl Step for SetBootMode {
    fn name(&self) -> &'static str {
        "set_boot_mode"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Management
    }

    fn priority(&self) -> u32 {
        0
    }

    fn args(&self) -> &'static [Arg] {
        &[Arg {
            name: "boot_mode",
            description: "bios or uefi",
            required: true,
        }]
    }

    fn check(&self, _: &Node, args: &JsonMap) -> Result<(), String> {
        mode(args).map(drop)
    }

    fn purpose(&self) -> &'static str {
        "set the boot mode of the next boot and those after it"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let mode = chosen!(mode(ctx.args()));
        let management = &ctx.interfaces().management;
        management.set_boot_mode(ctx.node, mode).await?;
        ctx.changes.boot_mode = Some(mode.to_string());
        Ok(StepOutcome::Done)
    }
}
