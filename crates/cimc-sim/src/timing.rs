//! How long things take in the simulated hardware.

use std::time::Duration;

/// The durations of the simulated hardware. The defaults are in the range of real machines but on
/// the short side; [`Timing::scaled`] makes them small enough for tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// From the `up` command to power.
    pub power_on: Duration,
    /// From the `down` command to no power.
    pub power_off: Duration,
    /// How long the running OS takes to shut down.
    pub soft_off: Duration,
    /// How long a `cycle` stays without power.
    pub cycle: Duration,
    /// How much later than the machine `operPower` follows.
    pub power_reading_lag: Duration,
    /// Power-on self test, from power or reset to the first boot attempt.
    pub post: Duration,
    /// One network boot attempt: DHCP, loader, answer from the boot server.
    pub network_boot: Duration,
    /// How long a machine without anything to boot waits before it tries the network again.
    pub boot_retry: Duration,
    /// From the boot loader on disk to the running OS.
    pub os_boot: Duration,
    /// After `bmc-reset-immediate`: no connection at all.
    pub controller_down: Duration,
    /// ... then a web server that knows no `/nuova`.
    pub controller_web: Duration,
    /// ... then logins fail with 551 while users are loaded.
    pub controller_users: Duration,
    /// How long the controller works on each request of the XML API; others wait. Real ones take
    /// 0.1 s to several seconds.
    pub answer: Duration,
    /// Idle time after which a session ends. `outRefreshPeriod` says 600 whatever this is.
    pub session_idle: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            power_on: seconds(2),
            power_off: seconds(2),
            soft_off: seconds(5),
            cycle: seconds(2),
            power_reading_lag: seconds(1),
            post: seconds(10),
            network_boot: seconds(3),
            boot_retry: seconds(5),
            os_boot: seconds(5),
            controller_down: seconds(5),
            controller_web: seconds(2),
            controller_users: seconds(1),
            answer: Duration::ZERO,
            session_idle: seconds(600),
        }
    }
}

impl Timing {
    /// Every duration but the answer's and the session's idle time multiplied by `factor` (0.01: a hundred times
    /// faster). Clients don't get faster with the hardware, so sessions keep their 600 s; set
    /// [`Timing::session_idle`] to play expiry.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let scale = |duration: Duration| duration.mul_f64(factor);
        Self {
            power_on: scale(self.power_on),
            power_off: scale(self.power_off),
            soft_off: scale(self.soft_off),
            cycle: scale(self.cycle),
            power_reading_lag: scale(self.power_reading_lag),
            post: scale(self.post),
            network_boot: scale(self.network_boot),
            boot_retry: scale(self.boot_retry),
            os_boot: scale(self.os_boot),
            controller_down: scale(self.controller_down),
            controller_web: scale(self.controller_web),
            controller_users: scale(self.controller_users),
            answer: self.answer,
            session_idle: self.session_idle,
        }
    }
}
