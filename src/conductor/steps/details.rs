//! What is read of a node's hardware at verification and at inspection, and kept beside it.

use serde_json::{Value, json};

use crate::drivers::DriverError;
use crate::drivers::interfaces::StepContext;
use crate::model::DocumentKind;

/// Reads BIOS settings, firmware versions, boot mode and health. What can't be read is a warning
/// unless the driver has no such thing at all.
pub(super) async fn read(ctx: &mut StepContext<'_>) {
    let (node, interfaces) = (ctx.node, ctx.interfaces());
    if let Some(settings) = told(ctx, "BIOS settings", interfaces.bios.settings(node).await) {
        let settings = settings
            .iter()
            .map(|one| json!({"name": one.name, "value": one.value}));
        let document = Value::Array(settings.collect());
        ctx.changes.documents.push((DocumentKind::Bios, document));
    }
    if let Some(components) = told(
        ctx,
        "firmware versions",
        interfaces.firmware.components(node).await,
    ) {
        let components = components.iter().map(|one| {
            json!({
                "component": one.component, "current_version": one.version, "vendor": one.vendor,
                "model": one.model, "serial_number": one.serial,
            })
        });
        let document = Value::Array(components.collect());
        ctx.changes
            .documents
            .push((DocumentKind::Firmware, document));
    }
    if let Some(Some(mode)) = told(
        ctx,
        "the boot mode",
        interfaces.management.boot_mode(node).await,
    ) {
        ctx.changes.boot_mode = Some(mode.to_string());
    }
    if let Some(condition) = told(
        ctx,
        "the health",
        interfaces.management.condition(node).await,
    ) {
        ctx.changes.health = Some(condition.health);
    }
}

fn told<T>(ctx: &mut StepContext<'_>, what: &str, read: Result<T, DriverError>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(DriverError::Unsupported { .. }) => None,
        Err(error) => {
            ctx.changes
                .warnings
                .push(format!("{what} could not be read: {error}"));
            None
        }
    }
}
