//! Ironic's vendor interface: what a vendor's hardware has beyond the other interfaces.

use std::sync::Arc;

use super::Step;
use crate::model::StepKind;

/// Offers a vendor's own steps.
pub trait VendorInterface: Send + Sync + std::fmt::Debug {
    /// The steps of a kind that it offers, those of equal priority in order.
    fn steps(&self, _: StepKind) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }
}
