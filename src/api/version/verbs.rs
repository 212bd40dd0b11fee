//! The verbs of `states/provision`, with the version that added each. Older ones refuse with 406.

/// The minor version from which `target` may be asked for; what isn't a verb is refused later, by
/// the node's state.
pub fn since(target: &str) -> u16 {
    match target {
        "manage" | "provide" => 4,
        "inspect" => 6,
        "abort" => 13,
        "clean" => 15,
        "adopt" => 17,
        "rescue" | "unrescue" => 38,
        "deploy" | "undeploy" => 73,
        "unhold" => 85,
        "service" => 87,
        _ => 1,
    }
}

/// The minor version from which `abort` may be asked for in `inspect wait`.
pub const ABORT_INSPECT: u16 = 41;
/// The minor version from which `abort` may be asked for in `wait call-back`.
pub const ABORT_DEPLOY: u16 = 110;
/// The minor version that added soft power actions and `timeout`.
pub const SOFT_POWER: u16 = 27;
