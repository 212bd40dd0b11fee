//! A server to test against: a simulated release, or the real one that the environment names.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cobbler_client::{Cobbler, CobblerConfig, ProfileSpec, SystemSpec};
use cobbler_sim::{CobblerSim, DistroSeed, Release, SimSpec};

/// The distro and the foreign objects that the script for the real one seeds.
pub(crate) const DISTRO: &str = "el9-x86_64";
pub(crate) const FOREIGN_SYSTEM: &str = "not-ours";
pub(crate) const FOREIGN_MAC: &str = "52:54:00:f0:00:01";

/// The page with the calls whose answers are compared with recordings.
const PAGE: &str = include_str!("../../../../docs/compatibility-cobbler.md");

/// A server and a client of it.
#[derive(Debug)]
pub(crate) struct Lab {
    pub(crate) cobbler: Cobbler,
    /// How the client was made.
    pub(crate) config: CobblerConfig,
    sim: Option<(CobblerSim, Release)>,
}

impl Lab {
    /// A simulated server with a system and a profile of somebody else.
    pub(crate) async fn simulated(release: Release) -> Option<Self> {
        Some(Self::with(SimSpec::of(release)).await)
    }

    /// A simulated server of this kind.
    pub(crate) async fn with(spec: SimSpec) -> Self {
        let release = spec.release;
        let sim = CobblerSim::start(spec).await.expect("a free port");
        sim.add_distro(&DistroSeed::new(FOREIGN_SYSTEM, "redhat", "rhel8"));
        sim.add_foreign_system(FOREIGN_SYSTEM, DISTRO, FOREIGN_MAC);
        let password = "cobbler".to_owned().into();
        let mut config = CobblerConfig::new("sim", sim.api_url(), "cobbler", password);
        config.timeouts.busy = Duration::from_millis(64);
        Self {
            cobbler: Cobbler::new(config.clone()).expect("a usable configuration"),
            config,
            sim: Some((sim, release)),
        }
    }

    /// The server that `COBBLER_URL`, `COBBLER_USER` and `COBBLER_PASSWORD` name.
    #[allow(
        clippy::disallowed_methods,
        clippy::print_stdout,
        clippy::unused_async,
        reason = "tests are told by the environment where Cobbler is, and say so if they are not"
    )]
    pub(crate) async fn real() -> Option<Self> {
        let setting = |name: &str| std::env::var(name).ok();
        let Some(url) = setting("COBBLER_URL") else {
            println!("skipped: COBBLER_URL is not set");
            return None;
        };
        let user = setting("COBBLER_USER").expect("COBBLER_USER is set");
        let password = setting("COBBLER_PASSWORD").expect("COBBLER_PASSWORD is set");
        let config = CobblerConfig::new("real", url, user, password.into());
        Some(Self {
            cobbler: Cobbler::new(config.clone()).expect("a usable configuration"),
            config,
            sim: None,
        })
    }

    /// The simulated server.
    pub(crate) fn sim(&self) -> &CobblerSim {
        &self.sim.as_ref().expect("a simulated server").0
    }

    /// A word that every template of this release can hold: 2.x stores ASCII only.
    pub(crate) fn word(&self) -> &'static str {
        match self.sim {
            Some((_, Release::V2_8_5)) => "fuer",
            _ => "für",
        }
    }

    /// A profile unlike any other.
    pub(crate) fn profile_spec(&self) -> ProfileSpec {
        let id = unique();
        ProfileSpec {
            name: format!("ferric-test-{id:08x}"),
            distro: DISTRO.to_owned(),
            parent: None,
            template: format!("ferric-test/{id:08x}.ks"),
            template_text: format!(
                "#template=cheetah\ntext\n# {} test\ncat <<'END'\n\
                 $getVar('ferric_meta','')\nEND\n",
                self.word()
            ),
            kernel_options: BTreeMap::from([
                ("quiet".to_owned(), vec![]),
                ("inst.text".to_owned(), vec!["1".to_owned()]),
                (
                    "console".to_owned(),
                    vec!["tty0".to_owned(), "ttyS0,115200".to_owned()],
                ),
            ]),
            comment: format!("ferric: profile {id}"),
            owners: None,
        }
    }
}

impl Drop for Lab {
    /// What the client calls is among what is compared with recordings.
    fn drop(&mut self) {
        if let Some((sim, release)) = &self.sim
            && !std::thread::panicking()
        {
            // What installers call is none of the client's.
            let calls = sim.calls();
            for method in calls
                .keys()
                .filter(|method| *method != "run_install_triggers")
            {
                let row = format!("| `{method}` |");
                assert!(
                    PAGE.contains(&row),
                    "{release}: {method} is not on the page"
                );
            }
        }
    }
}

/// Unlike any other in this and earlier runs.
pub(crate) fn unique() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let millis = u32::try_from(now.as_millis() % 0x00ff_ffff).expect("fits");
    (millis << 8) | (COUNT.fetch_add(1, Ordering::Relaxed) & 0xff)
}

/// A system unlike any other.
pub(crate) fn system_spec(profile: &str) -> SystemSpec {
    let id = unique();
    let [a, b, c, d] = id.to_be_bytes();
    SystemSpec {
        name: format!("ferric-test-{id:08x}"),
        profile: profile.to_owned(),
        hostname: format!("node-{id:08x}.example.test"),
        mac: format!("02:FE:{a:02X}:{b:02X}:{c:02X}:{d:02X}"),
        interface: "eth0".to_owned(),
        address: None,
        netmask: None,
        gateway: None,
        name_servers: vec![],
        autoinstall_meta: BTreeMap::from([("ferric_meta".to_owned(), "aGVsbG8=".to_owned())]),
        netboot_enabled: true,
        comment: format!("ferric: node {id}"),
    }
}
