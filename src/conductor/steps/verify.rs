//! Verification: can the node's hardware be talked to, and what is it.

use std::time::Duration;

use async_trait::async_trait;

use super::details;
use crate::drivers::DriverError;
use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::InterfaceKind;

/// A controller that restarts answers again within minutes, but somebody who has mistyped an
/// address wants to know soon: the engine tries again for so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads the power state.
#[derive(Debug)]
pub(super) struct VerifyPower;

#[async_trait]
impl Step for VerifyPower {
    fn name(&self) -> &'static str {
        "verify_power"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Power
    }

    fn priority(&self) -> u32 {
        20
    }

    fn patience(&self) -> Duration {
        PATIENCE
    }

    fn purpose(&self) -> &'static str {
        "read the power state"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        ctx.power().validate()?;
        ctx.changes.power_state = Some(ctx.power().state().await?);
        Ok(StepOutcome::Done)
    }
}

/// Reads model, serial number and firmware.
#[derive(Debug)]
pub(super) struct Identify;

#[async_trait]
impl Step for Identify {
    fn name(&self) -> &'static str {
        "identify"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Inspect
    }

    fn priority(&self) -> u32 {
        10
    }

    fn patience(&self) -> Duration {
        PATIENCE
    }

    fn purpose(&self) -> &'static str {
        "read model, serial number and firmware"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        let inspect = &ctx.interfaces().inspect;
        let identity = match inspect.identity(ctx.node).await {
            Ok(identity) => identity,
            Err(DriverError::Unsupported { .. }) => return Ok(StepOutcome::Done),
            Err(error) => return Err(error),
        };
        let capabilities = inspect.capabilities(ctx.node).await?;
        ctx.changes.internal_info.extend(capabilities);
        let facts = [
            ("model", identity.model),
            ("serial", identity.serial),
            ("firmware_version", identity.firmware),
        ];
        for (key, value) in facts {
            if let Some(value) = value {
                ctx.changes
                    .internal_info
                    .insert(key.to_owned(), value.into());
            }
        }
        if let Some(vendor) = identity.vendor {
            ctx.changes
                .properties
                .insert("vendor".to_owned(), vendor.into());
        }
        Ok(StepOutcome::Done)
    }
}

/// Reads what is kept beside the node: BIOS settings, firmware versions, boot mode, health. As in
/// Ironic, a node whose hardware can't tell one of them is manageable all the same.
#[derive(Debug)]
pub(super) struct ReadDetails;

#[async_trait]
impl Step for ReadDetails {
    fn name(&self) -> &'static str {
        "read_details"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Management
    }

    fn priority(&self) -> u32 {
        5
    }

    fn purpose(&self) -> &'static str {
        "read BIOS settings, firmware versions, boot mode and health"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        details::read(ctx).await;
        Ok(StepOutcome::Done)
    }
}
