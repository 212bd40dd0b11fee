//! What the operator sets for the drivers.

use std::time::Duration;

/// Limits and addresses that the steps need.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a power command may take to show: CIMC's `operPower` lags by seconds, on a busy
    /// controller by minutes.
    pub power_wait: Duration,
    /// How often a power state that is to change is looked at.
    pub power_poll: Duration,
    /// How long an operating system may take to shut down before its power is cut.
    pub soft_power_off_grace: Duration,
    /// How long a step waits for one of a controller's sessions while all are taken. A CIMC ends a
    /// session that nobody uses after 600 s; a little more for its last use.
    pub session_wait: Duration,
    /// How long an install may be silent before it counts as stuck.
    pub install_silence_limit: Duration,
    /// The URL under which installers reach this service, without a slash at its end.
    pub public_url: String,
    /// Names this run of the process, for steps that must know whether it was they who began.
    pub instance: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            power_wait: Duration::from_secs(180),
            power_poll: Duration::from_secs(2),
            soft_power_off_grace: Duration::from_secs(30),
            session_wait: Duration::from_secs(660),
            install_silence_limit: Duration::from_secs(30 * 60),
            public_url: "http://127.0.0.1:6385".to_owned(),
            instance: uuid::Uuid::new_v4().to_string(),
        }
    }
}
