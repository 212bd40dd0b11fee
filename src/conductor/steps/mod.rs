//! The steps that are the same for every driver: verification, adoption, inspection and changes of power. They act
//! through the node's interfaces like all others.

mod adopt;
mod details;
mod inspect;
mod power;
mod verify;

use std::sync::Arc;

use crate::drivers::interfaces::Step;
use crate::states::PowerTarget;

/// The steps from `enroll` to `manageable`.
pub(super) fn verify() -> Vec<Arc<dyn Step>> {
    vec![
        Arc::new(verify::VerifyPower),
        Arc::new(verify::Identify),
        Arc::new(verify::ReadDetails),
    ]
}

/// What an adoption begins with.
pub(super) fn adopt() -> Vec<Arc<dyn Step>> {
    vec![Arc::new(adopt::ReadPower)]
}

/// The steps of an inspection.
pub(super) fn inspect() -> Vec<Arc<dyn Step>> {
    vec![Arc::new(inspect::Inspect)]
}

/// The steps of a change of power.
pub(super) fn power(target: PowerTarget) -> Vec<Arc<dyn Step>> {
    match target {
        PowerTarget::On => vec![Arc::new(power::Reach::new("power_on", PowerTarget::On, 20))],
        PowerTarget::Off => vec![Arc::new(power::Reach::new(
            "power_off",
            PowerTarget::Off,
            20,
        ))],
        PowerTarget::SoftOff => vec![Arc::new(power::Reach::new(
            "soft_power_off",
            PowerTarget::SoftOff,
            20,
        ))],
        PowerTarget::Reboot => vec![Arc::new(power::Reset)],
        PowerTarget::SoftReboot => vec![
            Arc::new(power::Reach::new(
                "soft_power_off",
                PowerTarget::SoftOff,
                20,
            )),
            Arc::new(power::Reach::new("power_on", PowerTarget::On, 10)),
        ],
    }
}
