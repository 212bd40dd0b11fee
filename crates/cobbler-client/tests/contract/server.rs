//! What a server says of itself, and the login.

use cobbler_client::{Cobbler, CobblerError};

use crate::lab::{DISTRO, Lab};

pub(crate) async fn the_server_tells_its_release_settings_and_distros(lab: Lab) {
    let cobbler = &lab.cobbler;
    let release = cobbler.version().await.expect("a release");
    assert!(
        matches!(release.major, 2 | 3) && release.text.starts_with(['2', '3']),
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

pub(crate) async fn a_wrong_password_is_a_login_error_that_hides_it(lab: Lab) {
    let mut config = lab.config.clone();
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
