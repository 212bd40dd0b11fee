//! Power states and what may be asked for, in Ironic's words.

use serde::{Deserialize, Serialize};

/// What is known of a node's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString, strum::EnumIter)]
pub enum PowerState {
    /// The host has power.
    #[strum(serialize = "power on")]
    On,
    /// The host has none.
    #[strum(serialize = "power off")]
    Off,
    /// The controller answers, but not with on or off.
    #[strum(serialize = "error")]
    Error,
}

/// What may be asked for with `PUT /v1/nodes/{node}/states/power`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::EnumIter,
)]
pub enum PowerTarget {
    /// Power on.
    #[serde(rename = "power on")]
    #[strum(serialize = "power on")]
    On,
    /// Power off at once.
    #[serde(rename = "power off")]
    #[strum(serialize = "power off")]
    Off,
    /// Off and on again, or on if it was off.
    #[serde(rename = "rebooting")]
    #[strum(serialize = "rebooting")]
    Reboot,
    /// Ask the operating system to shut down; hard off after a grace time.
    #[serde(rename = "soft power off")]
    #[strum(serialize = "soft power off")]
    SoftOff,
    /// Ask the operating system to shut down, then power on.
    #[serde(rename = "soft rebooting")]
    #[strum(serialize = "soft rebooting")]
    SoftReboot,
}

impl PowerTarget {
    /// The state the node is in when it is done; also what `target_power_state` shows meanwhile
    /// (Ironic 39.0.0 shows on or off there, never the verb).
    pub const fn result(self) -> PowerState {
        match self {
            Self::On | Self::Reboot | Self::SoftReboot => PowerState::On,
            Self::Off | Self::SoftOff => PowerState::Off,
        }
    }

    /// Whether it asks the operating system first (API 1.27).
    pub const fn is_soft(self) -> bool {
        matches!(self, Self::SoftOff | Self::SoftReboot)
    }
}
