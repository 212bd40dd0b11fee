//! The install sequence: the eight steps by which a server with a CIMC and no IPMI is installed
//! unattended. Each is a file in `steps/`.

use std::sync::Arc;

use super::{Cobblers, steps};
use crate::drivers::interfaces::Step;

/// The steps of the deploy interface `cobbler`, in order.
pub fn sequence(cobblers: &Cobblers) -> Vec<Arc<dyn Step>> {
    vec![
        Arc::new(steps::PowerOff),
        Arc::new(steps::EnsureProfile::new(cobblers.clone())),
        Arc::new(steps::LearnMacs),
        Arc::new(steps::EnsureSystem::new(cobblers.clone())),
        Arc::new(steps::BootNetwork),
        Arc::new(steps::PowerOn::new(cobblers.clone())),
        Arc::new(steps::BootDisk::new(cobblers.clone())),
        Arc::new(steps::WaitInstalled::new(cobblers.clone())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_fall_in_the_order_of_the_sequence() {
        let priorities: Vec<u32> = sequence(&Cobblers::default())
            .iter()
            .map(|s| s.priority())
            .collect();
        assert_eq!(priorities.len(), 8);
        assert!(priorities.is_sorted_by(|a, b| a > b), "{priorities:?}");
    }
}
