//! The answer files as installers get them: our templates, then Cobbler's Cheetah, for each family
//! and a matrix of requests.
//!
//! With `FERRIC_AUTOINSTALL_DIR` set they are written there, for the validators of the
//! distributions (`tests/run.sh autoinstall`).

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

mod matrix;
mod reports;

use std::path::PathBuf;

use cobbler_client::{Cobbler, CobblerConfig, SystemSpec};
use cobbler_sim::{CobblerSim, DistroSeed, SimSpec};
use ferric::drivers::cobbler::autoinstall::{self, Base, Family};
use ferric::drivers::cobbler::{CobblerDeploy, Cobblers, InstallRequest};
use ferric::drivers::interfaces::DeployInterface as _;
use ferric::model::{Interfaces, Node, now};
use matrix::{OF_REAL_COBBLER, RELEASES, REQUESTS, Release};

const MAC: &str = "00:25:b5:00:00:0a";
const LINK: &str = "http://127.0.0.1:6385/ferric/v1/nodes/n/install/t";

/// A Cobbler with all distros, and a folder for what it renders.
struct Kitchen {
    /// `None` with a real one.
    sim: Option<CobblerSim>,
    client: Cobbler,
    folder: PathBuf,
    _own: Option<tempfile::TempDir>,
}

impl Kitchen {
    async fn open() -> Self {
        let distros = RELEASES
            .iter()
            .map(|release| {
                let mut seed = DistroSeed::new(release.distro, release.breed, release.os_version);
                let tree = format!("http://@@http_server@@/cblr/links/{}", release.distro);
                seed.meta.push(("tree".to_owned(), tree));
                seed
            })
            .collect();
        let sim = CobblerSim::start(SimSpec {
            distros,
            ..SimSpec::default()
        });
        Self::of(sim.await.unwrap())
    }

    fn of(sim: CobblerSim) -> Self {
        let (url, password) = (sim.api_url(), "cobbler");
        Self {
            sim: Some(sim),
            ..Self::at(&url, "cobbler", password)
        }
    }

    /// At a server that somebody else started.
    fn at(url: &str, user: &str, password: &str) -> Self {
        let config = CobblerConfig::new("kitchen", url, user, password.into());
        let own = tempfile::tempdir().unwrap();
        let given = std::env::var_os("FERRIC_AUTOINSTALL_DIR").map(PathBuf::from);
        let folder = given.clone().unwrap_or_else(|| own.path().to_owned());
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            sim: None,
            client: Cobbler::new(config).unwrap(),
            folder,
            _own: given.is_none().then_some(own),
        }
    }

    /// The file that the installer of such a node would fetch.
    async fn rendered(
        &self,
        release: &Release,
        variant: &str,
        info: &str,
        template: Option<&str>,
    ) -> String {
        let request = InstallRequest::read(&node(release, info), &Cobblers::default()).unwrap();
        let family = Family::of(release.distro, release.breed, release.os_version).unwrap();
        let base = Base {
            distro: release.distro.to_owned(),
            family,
            parent: None,
            template: template.map(str::to_owned),
        };
        let profile = autoinstall::profile(&request, &base).unwrap();
        let template = profile.template.clone();
        self.client.ensure_profile(&profile).await.unwrap();
        let name = format!("{}-{variant}", release.distro);
        let meta = [
            ("ferric_report", LINK.to_owned()),
            (
                "ferric_network",
                autoinstall::network_variable(&request, family, MAC),
            ),
        ];
        let system = SystemSpec {
            name: name.clone(),
            profile: profile.name.clone(),
            hostname: request.hostname,
            mac: MAC.to_owned(),
            interface: "eth0".to_owned(),
            address: request.network.address.map(|(address, _)| address),
            netmask: None,
            gateway: None,
            name_servers: Vec::new(),
            autoinstall_meta: meta.map(|(key, value)| (key.to_owned(), value)).into(),
            netboot_enabled: true,
            comment: "ferric: test".to_owned(),
        };
        self.client.ensure_system(&system).await.unwrap();
        let text = self.client.render_system(&name).await.unwrap();
        // Frees the MAC address for the next, and leaves nothing behind.
        self.client.remove_system(&name).await.unwrap();
        self.client.remove_profile(&profile.name).await.unwrap();
        self.client.remove_template(&template).await.unwrap();
        self.write(&format!("{name}.{}", release.extension), &text);
        text
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
    }
}

fn node(release: &Release, info: &str) -> Node {
    let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
    node.name = Some("web01".to_owned());
    node.instance_info = serde_json::from_str(info).unwrap();
    node.instance_info
        .insert("cobbler_distro".to_owned(), release.distro.into());
    node
}

#[tokio::test]
async fn every_release_gets_a_whole_file_with_its_links_and_no_template_left() {
    let kitchen = Kitchen::open().await;
    for release in RELEASES {
        for (variant, families, info) in REQUESTS {
            if !families.contains(release.breed) {
                continue;
            }
            let text = kitchen.rendered(release, variant, info, None).await;
            let what = format!("{} {variant}", release.distro);
            assert!(text.contains(LINK), "{what}: {text}");
            for left in [
                "$ferric",
                "$tree",
                "$http_server",
                "#if",
                "#end if",
                "{{",
                "{%",
                "@@",
            ] {
                assert!(!text.contains(left), "{what}: {left} is left in {text}");
            }
        }
    }
    let left = kitchen.sim.unwrap().templates();
    assert!(!left.keys().any(|name| name.starts_with("ferric-")));
}

#[tokio::test]
async fn a_customer_s_template_is_rendered_with_our_reports() {
    let kitchen = Kitchen::open().await;
    for release in RELEASES {
        let Some(theirs) = release.customers() else {
            continue;
        };
        let text = kitchen.rendered(release, "own", "{}", Some(theirs)).await;
        assert!(
            text.contains("the customer's own, for web01") && text.contains(LINK),
            "{}: {text}",
            release.distro
        );
    }
}

#[tokio::test]
async fn what_an_ubuntu_installer_reads_is_cloud_config_from_the_first_line() {
    let kitchen = Kitchen::open().await;
    for release in RELEASES.iter().filter(|release| release.breed == "ubuntu") {
        let text = kitchen.rendered(release, "first-line", "{}", None).await;
        assert!(text.starts_with("#cloud-config\n"), "{text}");
    }
}

/// Needs `COBBLER_URL`, `COBBLER_USER` and `COBBLER_PASSWORD` of a server with these distros.
#[tokio::test]
#[allow(clippy::disallowed_methods)] // A test's own switch, not the service's configuration.
async fn a_real_cobbler_renders_what_the_simulated_one_does() {
    let Ok(url) = std::env::var("COBBLER_URL") else {
        eprintln!("skipped: no COBBLER_URL");
        return;
    };
    let given = |name| std::env::var(name).unwrap();
    let real = Kitchen::at(&url, &given("COBBLER_USER"), &given("COBBLER_PASSWORD"));
    let simulated = Kitchen::of(CobblerSim::start(SimSpec::default()).await.unwrap());
    for release in OF_REAL_COBBLER {
        // One of each line that the templates can have: a real one takes a second for each.
        let requests = REQUESTS.iter().filter(|(variant, families, _)| {
            families.contains(release.breed)
                && ["plain", "groups", "repos", "disk"].contains(variant)
        });
        let own = release
            .customers()
            .map(|theirs| ("own", "{}", Some(theirs)));
        let all = requests.map(|(variant, _, info)| (*variant, *info, None));
        for (variant, info, template) in all.chain(own) {
            let expected = simulated.rendered(release, variant, info, template).await;
            let found = real.rendered(release, variant, info, template).await;
            assert!(
                found == expected,
                "{} {variant}:\n{found}\n=== and not\n{expected}",
                release.breed
            );
        }
    }
}

/// For shellcheck, and for cloud-init what it finds on the installed system.
#[tokio::test]
async fn the_scripts_are_written_for_their_checkers() {
    let kitchen = Kitchen::open().await;
    kitchen.write("hooks.sh", &autoinstall::hooks().unwrap());
    let deploy = CobblerDeploy::new(Cobblers::default());
    for (name, info) in [
        (
            "keys",
            r#"{"ssh_keys": ["ssh-ed25519 AAAA ops"], "root_password": "x"}"#,
        ),
        (
            "user-data",
            r##"{"user_data": "#cloud-config\npackages: [nginx]\n"}"##,
        ),
        ("script", r##"{"user_data": "#!/bin/sh\ntrue\n"}"##),
        (
            "parts",
            r##"{"configdrive": {"user_data": "#!/bin/sh\ntrue\n", "network_data": {}}}"##,
        ),
        (
            "image",
            r#"{"configdrive": "H4sIAAAAAAAAA/Nw9fHx5wIAbtes/QYAAAA="}"#,
        ),
    ] {
        let script = deploy
            .install_script(&node(&RELEASES[0], info), &[])
            .unwrap();
        assert!(script.starts_with("#!/bin/sh\n"));
        kitchen.write(&format!("node-{name}.sh"), &script);
    }
}
