//! Against a real Cobbler, as started by `tests/cobbler/real-cobbler.sh`. Runs where `COBBLER_URL`,
//! `COBBLER_USER` and `COBBLER_PASSWORD` are set. With 3.3.0 one test at a time: it bears one writer,
//! and each test is a client of its own (`-- --test-threads=1`).

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test without its settings says so, and ends where it cannot go on"
)]

mod profiles;
mod systems;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use cobbler_client::{Cobbler, CobblerConfig, CobblerError, ProfileSpec, SystemSpec};

/// The distro and the foreign objects that the script seeds.
pub(crate) const DISTRO: &str = "el9-x86_64";
pub(crate) const FOREIGN_SYSTEM: &str = "not-ours";
pub(crate) const FOREIGN_MAC: &str = "52:54:00:f0:00:01";

#[allow(
    clippy::disallowed_methods,
    reason = "tests are told by the environment where Cobbler is"
)]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn config() -> Option<CobblerConfig> {
    let Some(url) = setting("COBBLER_URL") else {
        println!("skipped: COBBLER_URL is not set");
        return None;
    };
    let user = setting("COBBLER_USER").expect("COBBLER_USER is set");
    let password = setting("COBBLER_PASSWORD").expect("COBBLER_PASSWORD is set");
    Some(CobblerConfig::new("real", url, user, password.into()))
}

pub(crate) fn cobbler() -> Option<Cobbler> {
    Some(Cobbler::new(config()?).expect("a usable configuration"))
}

/// Unlike any other in this and earlier runs.
pub(crate) fn unique() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let millis = u32::try_from(now.as_millis() % 0x0fff_ffff).expect("fits");
    (millis << 4) | (COUNT.fetch_add(1, Ordering::Relaxed) & 0xf)
}

pub(crate) fn profile_spec() -> ProfileSpec {
    let id = unique();
    ProfileSpec {
        name: format!("ferric-test-{id:08x}"),
        distro: DISTRO.to_owned(),
        parent: None,
        template: format!("ferric-test/{id:08x}.ks"),
        template_text: "#template=cheetah\ntext\n# für test\ncat <<'END'\n\
                        $getVar('ferric_meta','')\nEND\n"
            .to_owned(),
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

#[tokio::test]
async fn the_server_tells_its_release_settings_and_distros() {
    let Some(cobbler) = cobbler() else { return };
    let release = cobbler.version().await.expect("a release");
    assert!(
        release.major == 3 && release.text.starts_with("3."),
        "{release:?}"
    );
    let settings = cobbler.settings().await.expect("settings");
    assert_eq!(settings.server, "127.0.0.1");
    assert!(!settings.manage_dhcp);
    assert!(
        cobbler
            .distro_names()
            .await
            .expect("names")
            .contains(&DISTRO.to_owned())
    );
    let distro = cobbler
        .distro(DISTRO)
        .await
        .expect("a read")
        .expect("a distro");
    assert_eq!(
        (distro.breed.as_str(), distro.arch.as_str()),
        ("redhat", "x86_64")
    );
    assert_eq!(cobbler.distro("no-such").await.expect("a read"), None);
    assert_eq!(cobbler.system("no-such").await.expect("a read"), None);
}

#[tokio::test]
async fn a_wrong_password_is_a_login_error_that_hides_it() {
    let Some(mut config) = config() else { return };
    config.password = "wrong-secret".to_owned().into();
    let cobbler = Cobbler::new(config).expect("a usable configuration");
    let error = cobbler
        .write_template("ferric-test/x.ks", "x")
        .await
        .expect_err("refused");
    assert!(matches!(error, CobblerError::Login { .. }), "{error:?}");
    let shown = format!("{error} {error:?} {cobbler:?}");
    assert!(!shown.contains("wrong-secret"), "{shown}");
}
