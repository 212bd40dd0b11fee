//! The steps that are the same for every driver: verification, adoption, inspection, changes of power, and
//! those of reserved names. They act
//! through the node's interfaces like all others.

mod adopt;
mod details;
mod hold;
mod inspect;
mod power;
mod verify;
mod wait;

use std::sync::Arc;

use crate::drivers::interfaces::Step;
use crate::states::PowerTarget;

/// The names of the steps that every node has whatever its interfaces are (Ironic 39.0.0,
/// `conductor/steps.py`): they may be asked for under any interface.
pub(super) const RESERVED: [&str; 5] = ["hold", "wait", "power_on", "power_off", "reboot"];

/// The step of a reserved name.
pub(super) fn reserved(name: &str) -> Option<Arc<dyn Step>> {
    match name {
        "hold" => Some(Arc::new(hold::Hold)),
        "wait" => Some(Arc::new(wait::WaitFor)),
        "power_on" => Some(Arc::new(power::Reach::new("power_on", PowerTarget::On, 0))),
        "power_off" => Some(Arc::new(power::Reach::new(
            "power_off",
            PowerTarget::Off,
            0,
        ))),
        "reboot" => Some(Arc::new(power::Reset)),
        _ => None,
    }
}

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
