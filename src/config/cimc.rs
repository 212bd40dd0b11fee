//! `[cimc]`: how controllers are spoken to.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::error::Report;
use super::seconds;

/// How controllers are spoken to.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cimc {
    /// The limit of one request.
    #[serde(rename = "timeout_seconds", with = "seconds")]
    pub timeout: Duration,
    /// How long a change of power may take to show.
    #[serde(rename = "power_wait_seconds", with = "seconds")]
    pub power_wait: Duration,
    /// How often a controller is asked again while something is awaited of it.
    #[serde(rename = "poll_interval_seconds", with = "seconds")]
    pub poll_interval: Duration,
    /// How long to wait for a session while all of a controller's are taken.
    #[serde(rename = "session_wait_seconds", with = "seconds")]
    pub session_wait: Duration,
    /// How long an operating system gets to shut down before the power is cut.
    #[serde(rename = "soft_power_off_grace_seconds", with = "seconds")]
    pub soft_power_off_grace: Duration,
    /// Where a scrubbed transcript of each controller is written; absent: nowhere.
    pub record_dir: Option<PathBuf>,
    /// The pause between two sessions on one controller.
    #[serde(rename = "session_pause_seconds", with = "seconds")]
    pub session_pause: Duration,
}

impl Default for Cimc {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            power_wait: Duration::from_secs(180),
            poll_interval: Duration::from_secs(2),
            session_wait: Duration::from_secs(660),
            soft_power_off_grace: Duration::from_secs(30),
            record_dir: None,
            session_pause: Duration::from_millis(100),
        }
    }
}

impl Cimc {
    pub(super) fn check(&self, report: &mut Report<'_>) {
        report.at_least("cimc.timeout_seconds", self.timeout, Duration::from_secs(1));
        report.at_least(
            "cimc.power_wait_seconds",
            self.power_wait,
            Duration::from_secs(1),
        );
        report.at_least(
            "cimc.poll_interval_seconds",
            self.poll_interval,
            Duration::from_millis(10),
        );
    }
}
