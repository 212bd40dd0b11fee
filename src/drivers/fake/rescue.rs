//! A rescue system that is there at once, and gone as fast.

use std::sync::Arc;

use async_trait::async_trait;

use crate::drivers::DriverError;
use crate::drivers::interfaces::{
    Property, RescueInterface, Step, StepContext, StepOutcome, StepResult,
};
use crate::model::{InterfaceKind, Node};

/// Rescues nothing, at once.
#[derive(Debug)]
pub struct FakeRescue;

/// A step of that name that is done at once.
#[derive(Debug)]
struct Named(&'static str);

#[async_trait]
impl Step for Named {
    fn name(&self) -> &'static str {
        self.0
    }

    fn interface(&self) -> InterfaceKind {
        InterfaceKind::Rescue
    }

    fn priority(&self) -> u32 {
        100
    }

    fn purpose(&self) -> &'static str {
        "nothing"
    }

    async fn advance(&self, _: &mut StepContext<'_>) -> StepResult {
        Ok(StepOutcome::Done)
    }
}

impl RescueInterface for FakeRescue {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, _: &Node) -> Result<(), DriverError> {
        Ok(())
    }

    fn rescue_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::new(Named("rescue"))]
    }

    fn unrescue_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::new(Named("unrescue"))]
    }

    fn clean_up_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }
}
