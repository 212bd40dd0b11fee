//! Starts what Ferric's tests and benchmarks need on free ports: a simulated Cobbler, simulated
//! controllers, the machines behind them; and waits for conditions, with a limit.

use std::future::Future;
use std::time::{Duration, Instant};

use cimc_sim::{ControllerSpec, Personality, Rack, RackSpec, Timing};
use cobbler_sim::{CobblerSim, SimSpec};

/// The account of every simulated controller.
pub const CIMC_USER: &str = "admin";
/// Its password: a canary that must never be seen in a log, an answer or a database.
pub const CIMC_PASSWORD: &str = "canary-cimc-4711";
/// The account of the simulated Cobbler.
pub const COBBLER_USER: &str = "ferric";
/// Its password, a canary too.
pub const COBBLER_PASSWORD: &str = "canary-cobbler-4711";
/// The distro that the simulated Cobbler has.
pub const DISTRO: &str = "el9-x86_64";

/// A rack and its Cobbler.
#[derive(Debug)]
pub struct Lab {
    /// The Cobbler server.
    pub cobbler: CobblerSim,
    /// The controllers and the machines.
    pub rack: Rack,
}

/// How a lab is made.
#[derive(Debug, Clone)]
pub struct LabSpec {
    /// How many servers.
    pub nodes: usize,
    /// How long an install takes.
    pub install: Duration,
    /// How fast the hardware is: 1 is a real server's pace, 0.01 a hundredth of its times.
    pub pace: f64,
    /// How long a session that nobody uses stays open; a client that dies leaves such ones.
    pub session_idle: Duration,
}

impl Default for LabSpec {
    fn default() -> Self {
        Self {
            nodes: 1,
            install: Duration::from_millis(300),
            pace: 0.02,
            session_idle: Duration::from_secs(600),
        }
    }
}

impl Lab {
    /// Starts a lab of mixed firmware on loopback.
    ///
    /// # Errors
    /// The simulators' own.
    pub async fn start(spec: LabSpec) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let controllers = Personality::mix().take(spec.nodes);
        Self::with(spec, controllers.map(ControllerSpec::new).collect()).await
    }

    /// Starts a lab of these firmwares, a server each, whose controllers have a command line over
    /// SSH.
    ///
    /// # Errors
    /// The simulators' own.
    pub async fn of_firmware(
        names: &[&str],
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let known = names.iter().filter_map(|name| Personality::by_name(name));
        let controllers = known.map(|personality| ControllerSpec {
            ssh: Some(0),
            ..ControllerSpec::new(personality)
        });
        Self::with(LabSpec::default(), controllers.collect()).await
    }

    async fn with(
        spec: LabSpec,
        controllers: Vec<ControllerSpec>,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let cobbler = CobblerSim::start(SimSpec {
            username: COBBLER_USER.to_owned(),
            password: COBBLER_PASSWORD.into(),
            ..SimSpec::default()
        })
        .await?;
        let mut rack = RackSpec::new(controllers);
        rack.user = CIMC_USER.to_owned();
        rack.password = CIMC_PASSWORD.into();
        rack.cobbler_base = Some(cobbler.base_url());
        rack.timing = Timing {
            session_idle: spec.session_idle,
            ..Timing::default().scaled(spec.pace)
        };
        rack.install_duration = spec.install;
        let rack = Rack::start(rack).await?;
        Ok(Self { cobbler, rack })
    }

    /// What has been installed so far: starts and ends of the installer, per machine.
    pub fn installs(&self) -> Vec<(u32, u32)> {
        self.rack
            .controllers()
            .iter()
            .map(|controller| {
                let counters = controller.machine().counters;
                (counters.installs_started, counters.installs_finished)
            })
            .collect()
    }
}

/// Waits until `condition` gives something, looking every few milliseconds.
///
/// # Errors
/// A sentence with `what`, when the limit is over.
pub async fn until<T, F, C>(what: &str, limit: Duration, mut condition: C) -> Result<T, String>
where
    C: FnMut() -> F,
    F: Future<Output = Option<T>>,
{
    let start = Instant::now();
    loop {
        if let Some(value) = condition().await {
            return Ok(value);
        }
        if start.elapsed() > limit {
            return Err(format!("{what}: not within {} s", limit.as_secs()));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
