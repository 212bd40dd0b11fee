//! `[conductor]`: the engine.

use std::time::Duration;

use serde::Deserialize;

use super::error::Report;
use super::{environment, seconds};

/// When an install is done, and its node `active`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstalledWhen {
    /// When the installer says so, just before its reboot.
    #[default]
    Installer,
    /// When the installed system has booted from disk and said so.
    Booted,
}

/// The engine.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conductor {
    /// The conductor's name: what `reservation` and `conductor` show. Default: the host's name.
    pub host: String,
    /// How long a node stays with a conductor that died.
    #[serde(rename = "lease_seconds", with = "seconds")]
    pub lease: Duration,
    /// How often the engine looks for nodes to work on when nothing wakes it.
    #[serde(rename = "poll_interval_seconds", with = "seconds")]
    pub poll_interval: Duration,
    /// How many nodes are worked on at the same moment.
    pub workers: usize,
    /// An install that shows no sign of life for this long has failed.
    #[serde(rename = "install_silence_limit_seconds", with = "seconds")]
    pub install_silence_limit: Duration,
    /// When an install is done.
    pub installed_when: InstalledWhen,
    /// How long after the installer's end the first boot from disk may take, where it is waited for.
    #[serde(rename = "first_boot_limit_seconds", with = "seconds")]
    pub first_boot_limit: Duration,
    /// How often each node's power is read; 0 is never.
    #[serde(rename = "power_sync_interval_seconds", with = "seconds")]
    pub power_sync_interval: Duration,
    /// Whether a node's power is set to what was recorded, in place of recording what it is.
    pub power_sync_force: bool,
    /// After how many failures in a row the next one puts a node into maintenance.
    pub power_sync_max_retries: u32,
    /// How many nodes' power is read at the same moment.
    pub power_sync_workers: usize,
}

impl Default for Conductor {
    fn default() -> Self {
        Self {
            host: environment::host_name(),
            lease: Duration::from_secs(300),
            poll_interval: Duration::from_millis(500),
            workers: 256,
            install_silence_limit: Duration::from_secs(1800),
            installed_when: InstalledWhen::default(),
            first_boot_limit: Duration::from_secs(900),
            power_sync_interval: Duration::from_secs(60),
            power_sync_force: false,
            power_sync_max_retries: 3,
            power_sync_workers: 256,
        }
    }
}

impl Conductor {
    pub(super) fn check(&self, report: &mut Report<'_>) {
        if self.host.is_empty() || self.host.contains(char::is_whitespace) {
            report.add(
                "conductor.host",
                "is no name",
                "write a name without spaces",
            );
        }
        report.at_least(
            "conductor.lease_seconds",
            self.lease,
            Duration::from_secs(5),
        );
        report.at_least(
            "conductor.poll_interval_seconds",
            self.poll_interval,
            Duration::from_millis(10),
        );
        report.at_least(
            "conductor.install_silence_limit_seconds",
            self.install_silence_limit,
            Duration::from_secs(1),
        );
        report.at_least(
            "conductor.first_boot_limit_seconds",
            self.first_boot_limit,
            Duration::from_secs(1),
        );
        if !self.power_sync_interval.is_zero() {
            report.at_least(
                "conductor.power_sync_interval_seconds",
                self.power_sync_interval,
                Duration::from_millis(100),
            );
        }
        for (key, workers) in [
            ("conductor.workers", self.workers),
            ("conductor.power_sync_workers", self.power_sync_workers),
        ] {
            if workers == 0 {
                report.add(key, "is 0, so nothing would ever run", "write 1 or more");
            }
        }
    }
}
