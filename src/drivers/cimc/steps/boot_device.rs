//! `management.set_boot_device`.

use async_trait::async_trait;
use serde_json::Value;

use super::{choice, chosen};
use crate::drivers::interfaces::{Arg, BootDevice, Step, StepContext, StepOutcome, StepResult};
use crate::model::{InterfaceKind, JsonMap, Node};

/// Puts a device first in the boot order, as `PUT …/management/boot_device` does; the client reads it
/// back.
#[derive(Debug)]
pub(super) struct SetBootDevice;

fn device(args: &JsonMap) -> Result<BootDevice, String> {
    choice(args, "boot_device", "pxe, disk, cdrom, bios")
}

fn persistent(args: &JsonMap) -> Result<bool, String> {
    match args.get("persistent") {
        None => Ok(false),
        Some(Value::Bool(persistent)) => Ok(*persistent),
        Some(_) => Err("persistent must be true or false".to_owned()),
    }
}

#[async_trait]
impl Step for SetBootDevice {
    fn name(&self) -> &'static str {
        "set_boot_device"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Management
    }

    fn priority(&self) -> u32 {
        0
    }

    fn args(&self) -> &'static [Arg] {
        &[
            Arg {
                name: "boot_device",
                description: "pxe, disk, cdrom or bios",
                required: true,
            },
            Arg {
                name: "persistent",
                description: "whether it stays after the next boot; false",
                required: false,
            },
        ]
    }

    fn check(&self, _: &Node, args: &JsonMap) -> Result<(), String> {
        persistent(args)?;
        device(args).map(drop)
    }

    fn purpose(&self) -> &'static str {
        "put a device first in the boot order"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let device = chosen!(device(ctx.args()));
        let persistent = chosen!(persistent(ctx.args()));
        let set = ctx
            .management()
            .set_boot_device(device, persistent, None)
            .await?;
        if !persistent && set.persistent == Some(true) {
            ctx.changes.warnings.push(format!(
                "this firmware boots from nothing once: {device} is first until somebody changes it"
            ));
        }
        Ok(StepOutcome::Done)
    }
}
