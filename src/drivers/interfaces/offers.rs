//! The steps that a node's interfaces offer, in Ironic's order.

use std::sync::Arc;

use super::{NodeInterfaces, Step};
use crate::model::{InterfaceKind as K, StepKind};

/// Which of two steps of equal priority comes first (Ironic 39.0.0, `conductor/steps.py`). Steps of a
/// service aren't ordered there; they run as they were given.
const CLEAN_AND_DEPLOY: [K; 7] = [
    K::Vendor,
    K::Power,
    K::Management,
    K::Firmware,
    K::Deploy,
    K::Bios,
    K::Raid,
];
const VERIFY: [K; 8] = [
    K::Power,
    K::Management,
    K::Firmware,
    K::Inspect,
    K::Deploy,
    K::Bios,
    K::Raid,
    K::Vendor,
];

/// The interfaces whose steps of a kind are asked for, the first of equal priority first.
pub const fn order(kind: StepKind) -> &'static [K] {
    match kind {
        StepKind::Clean | StepKind::Deploy | StepKind::Service => &CLEAN_AND_DEPLOY,
        StepKind::Verify => &VERIFY,
    }
}

impl NodeInterfaces {
    /// All steps of a kind, the highest priority first; those of priority 0 only run when somebody
    /// asks for them.
    pub fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        let mut all: Vec<Arc<dyn Step>> = order(kind)
            .iter()
            .flat_map(|interface| self.steps_of(*interface, kind))
            .collect();
        // A stable sort: among equals the order of the interfaces stays, and each one's own.
        all.sort_by_key(|step| std::cmp::Reverse(step.priority()));
        all
    }

    /// The step of that name which one interface offers.
    pub fn step(&self, kind: StepKind, interface: K, name: &str) -> Option<Arc<dyn Step>> {
        self.steps_of(interface, kind)
            .into_iter()
            .find(|step| step.name() == name)
    }

    fn steps_of(&self, interface: K, kind: StepKind) -> Vec<Arc<dyn Step>> {
        match interface {
            K::Bios => self.bios.steps(kind),
            K::Deploy => self.deploy.steps(kind),
            K::Firmware => self.firmware.steps(kind),
            K::Inspect => self.inspect.steps(kind),
            K::Management => self.management.steps(kind),
            K::Power => self.power.steps(kind),
            K::Raid => self.raid.steps(kind),
            K::Vendor => self.vendor.steps(kind),
            K::Boot | K::Console | K::Network | K::Rescue | K::Storage => Vec::new(),
        }
    }
}
