//! `bios.cache_bios_settings`.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::{DocumentKind, InterfaceKind};

/// Reads the BIOS settings again, as verification and inspection do.
#[derive(Debug)]
pub(super) struct CacheBiosSettings;

#[async_trait]
impl Step for CacheBiosSettings {
    fn name(&self) -> &'static str {
        "cache_bios_settings"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Bios
    }

    fn priority(&self) -> u32 {
        0
    }

    fn purpose(&self) -> &'static str {
        "read the BIOS settings and keep them beside the node"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let settings = ctx.interfaces().bios.settings(ctx.node).await?;
        let settings = settings
            .iter()
            .map(|one| json!({"name": one.name, "value": one.value}));
        let document = Value::Array(settings.collect());
        ctx.changes.documents.push((DocumentKind::Bios, document));
        Ok(StepOutcome::Done)
    }
}
