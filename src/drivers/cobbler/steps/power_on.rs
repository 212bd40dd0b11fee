//! Step 6: power on.

use async_trait::async_trait;

use super::listen;
use crate::drivers::cobbler::Cobblers;
use crate::drivers::interfaces::{Step, StepContext, StepResult};
use crate::drivers::reach_power;
use crate::model::InterfaceKind;
use crate::states::PowerTarget;

/// Powers the server on; a server that is on already is left alone.
#[derive(Debug)]
pub struct PowerOn {
    cobblers: Cobblers,
}

impl PowerOn {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }
}

#[async_trait]
impl Step for PowerOn {
    fn name(&self) -> &'static str {
        "power_on"
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Deploy
    }

    fn priority(&self) -> u32 {
        50
    }

    fn purpose(&self) -> &'static str {
        "power the server on"
    }

    async fn advance(&self, ctx: &mut StepContext<'_>) -> StepResult {
        listen::note_log_before(ctx, &self.cobblers).await;
        reach_power(ctx, PowerTarget::On).await
    }
}
