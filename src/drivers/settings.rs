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
    /// Whether an install is done only when the installed system has booted from disk.
    pub wait_for_first_boot: bool,
    /// How long after the installer's end that boot may take.
    pub first_boot_limit: Duration,
    /// How often a Cobbler's install log is read while installers are waited for: once for all nodes.
    pub install_log_poll: Duration,
    /// Where a node's SSH server is looked for when everybody is silent.
    pub ssh_port: u16,
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
            wait_for_first_boot: false,
            first_boot_limit: Duration::from_secs(15 * 60),
            install_log_poll: Duration::from_secs(30),
            ssh_port: 22,
            public_url: "http://127.0.0.1:6385".to_owned(),
            instance: uuid::Uuid::new_v4().to_string(),
        }
    }
}
