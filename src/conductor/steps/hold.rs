//! The reserved step `hold`.

use async_trait::async_trait;

use crate::drivers::interfaces::{Step, StepContext, StepOutcome, StepResult};
use crate::model::{InterfaceKind, StepKind};

/// Stops until somebody says `unhold`.
#[derive(Debug)]
pub(super) struct Hold;

#[async_trait]
impl Step for Hold {
    fn name(&self) -> &'static str {
        "hold"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        0
    }

    /// Nothing is halfway done.
    fn is_abortable(&self, _: StepKind) -> bool {
        true
    }

    fn purpose(&self) -> &'static str {
        "stop until somebody says unhold"
    }

    async fn advance(&self, _: &mut StepContext<'_>) -> StepResult {
        Ok(StepOutcome::Hold)
    }
}
