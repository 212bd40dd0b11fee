//! The steps of fake hardware, with the names, priorities and arguments of Ironic 39.0.0's fake
//! interfaces.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::drivers::await_call;
use crate::drivers::interfaces::{Arg, Step, StepContext, StepOutcome, StepResult};
use crate::model::{DocumentKind, InterfaceKind, JsonMap, Node};

/// A step that is done at once.
#[derive(Debug)]
pub(super) struct Nothing {
    interface: InterfaceKind,
    name: &'static str,
    priority: u32,
    args: &'static [Arg],
    requires_ramdisk: bool,
}

/// The whole of a deploy.
pub(super) const DEPLOY: Nothing = Nothing {
    interface: InterfaceKind::Deploy,
    name: "deploy",
    priority: 100,
    args: &[],
    requires_ramdisk: false,
};
/// The one step of automated cleaning.
pub(super) const CLEAN_LOG: Nothing = Nothing {
    interface: InterfaceKind::Vendor,
    name: "log_passthrough",
    priority: 1,
    args: &[],
    requires_ramdisk: true,
};
/// The same, for a service.
pub(super) const SERVICE_LOG: Nothing = Nothing {
    interface: InterfaceKind::Vendor,
    name: "log_passthrough",
    priority: 0,
    args: &[],
    requires_ramdisk: false,
};
/// Reads BIOS settings where there are none.
pub(super) const CACHE_SETTINGS: Nothing = Nothing {
    interface: InterfaceKind::Bios,
    name: "cache_bios_settings",
    priority: 0,
    args: &[],
    requires_ramdisk: true,
};
/// An update of firmware, in name only.
pub(super) const UPDATE: Nothing = Nothing {
    interface: InterfaceKind::Firmware,
    name: "update",
    priority: 0,
    args: &[Arg {
        name: "settings",
        description: "List of firmware components, each an object with component and url",
        required: true,
    }],
    requires_ramdisk: true,
};

#[async_trait]
impl Step for Nothing {
    fn name(&self) -> &'static str {
        self.name
    }

    fn interface(&self) -> InterfaceKind {
        self.interface
    }

    fn priority(&self) -> u32 {
        self.priority
    }

    fn args(&self) -> &'static [Arg] {
        self.args
    }

    fn requires_ramdisk(&self) -> bool {
        self.requires_ramdisk
    }

    fn purpose(&self) -> &'static str {
        "nothing"
    }

    async fn advance(&self, _: &mut StepContext<'_>) -> StepResult {
        Ok(StepOutcome::Done)
    }
}

/// Makes the BIOS settings those that came with it.
#[derive(Debug)]
pub(super) struct ApplySettings;

#[async_trait]
impl Step for ApplySettings {
    fn name(&self) -> &'static str {
        "apply_configuration"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Bios
    }

    fn priority(&self) -> u32 {
        0
    }

    fn args(&self) -> &'static [Arg] {
        &[Arg {
            name: "settings",
            description: "List of BIOS settings, each an object with name and value",
            required: true,
        }]
    }

    fn check(&self, _: &Node, args: &JsonMap) -> Result<(), String> {
        settings(args.get("settings")).map(drop)
    }

    fn requires_ramdisk(&self) -> bool {
        true
    }

    fn purpose(&self) -> &'static str {
        "keep the BIOS settings that were asked for"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        match settings(ctx.args().get("settings")) {
            Ok(settings) => {
                let document = Value::Array(settings);
                ctx.changes.documents.push((DocumentKind::Bios, document));
                Ok(StepOutcome::Done)
            }
            Err(cause) => Ok(StepOutcome::Fail { cause }),
        }
    }
}

/// The settings as they are kept: name and value, both texts.
fn settings(given: Option<&Value>) -> Result<Vec<Value>, String> {
    let given = given.and_then(Value::as_array);
    let wrong = || "settings must be a list of objects with name and value".to_owned();
    let one = |setting: &Value| {
        let name = setting["name"].as_str()?;
        let value = match &setting["value"] {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(json!({"name": name, "value": value}))
    };
    let kept: Option<Vec<Value>> = given.ok_or_else(wrong)?.iter().map(one).collect();
    kept.ok_or_else(wrong)
}

/// Takes all BIOS settings away.
#[derive(Debug)]
pub(super) struct ResetSettings;

#[async_trait]
impl Step for ResetSettings {
    fn name(&self) -> &'static str {
        "factory_reset"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Bios
    }

    fn priority(&self) -> u32 {
        0
    }

    fn requires_ramdisk(&self) -> bool {
        true
    }

    fn purpose(&self) -> &'static str {
        "forget all BIOS settings"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let none = Value::Array(Vec::new());
        ctx.changes.documents.push((DocumentKind::Bios, none));
        Ok(StepOutcome::Done)
    }
}

/// Waits for a call that nobody makes, so that clients have a node in `service wait`.
#[derive(Debug)]
pub(super) struct TriggerServiceWait;

#[async_trait]
impl Step for TriggerServiceWait {
    fn name(&self) -> &'static str {
        "trigger_servicewait"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Vendor
    }

    fn priority(&self) -> u32 {
        0
    }

    fn requires_ramdisk(&self) -> bool {
        true
    }

    fn purpose(&self) -> &'static str {
        "wait for a call that never comes"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        Ok(await_call(ctx))
    }
}
