//! The states of a node: provision and power.

mod power;
mod provision;
mod verb;

pub use power::{PowerState, PowerTarget};
pub use provision::{InvalidTransition, ProvisionEvent, ProvisionState, TRANSITIONS, Transition};
pub use verb::Verb;
