//! Who is let in, and what a person reads who isn't.

use cimc_client::{CimcError, CliSettings, HostKey, TransportKind};

use crate::bench::Bench;

async fn refused(bench: &Bench, change: impl FnOnce(&mut CliSettings)) -> CimcError {
    let controller = bench.controller_with(|settings| {
        settings.cli.as_mut().map(change).unwrap();
    });
    controller
        .cli(async |shell| shell.power_state().await)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn an_unknown_host_key_is_refused_with_the_fingerprint_to_set() {
    let bench = Bench::start("1.4").await;
    let error = refused(&bench, |cli| cli.host_key = HostKey::Unknown).await;
    let text = error.to_string();
    assert!(
        text.contains(bench.sim().ssh_fingerprint().unwrap()),
        "{text}"
    );
    assert!(
        text.contains("cimc_ssh_fingerprint") && text.contains("none is pinned"),
        "{text}"
    );
    let other = format!("SHA256:{}", "A".repeat(43));
    let error = refused(&bench, |cli| {
        cli.host_key = HostKey::fingerprint(&other).unwrap()
    })
    .await;
    assert!(
        error.to_string().contains("another one is pinned"),
        "{error}"
    );
    assert!(!error.is_transient());
    assert_eq!(bench.sim().sessions().logins, 0, "no password was sent");
}

#[tokio::test]
async fn any_host_key_is_accepted_when_told_so() {
    let bench = Bench::start("1.4").await;
    let controller = bench.controller_with(|settings| {
        settings.cli.as_mut().unwrap().host_key = HostKey::Any;
    });
    controller
        .cli(async |shell| shell.power_state().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_and_named() {
    for personality in ["1.3", "1.4"] {
        let bench = Bench::start(personality).await;
        let controller =
            bench.controller_with(|settings| settings.password = "wrong-secret".to_owned().into());
        let error = controller
            .cli(async |shell| shell.power_state().await)
            .await
            .unwrap_err();
        assert!(matches!(error, CimcError::Auth { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("wrong-secret"));
    }
}

#[tokio::test]
async fn a_closed_port_says_so() {
    let bench = Bench::start("1.4").await;
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = refused(&bench, |cli| cli.port = free).await;
    let is_no_ssh = matches!(
        error,
        CimcError::Transport {
            kind: TransportKind::NoSsh,
            ..
        }
    );
    assert!(
        is_no_ssh && error.to_string().contains(&free.to_string()),
        "{error}"
    );
}

#[tokio::test]
async fn without_a_command_line_a_controller_without_xml_api_is_refused_with_both_reasons() {
    let bench = Bench::start("1.3").await;
    let controller = bench.controller_with(|settings| {
        settings.cli.as_mut().unwrap().host_key = HostKey::Unknown;
    });
    let error = controller.probe().await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("no XML API") && text.contains("SHA256:"),
        "{text}"
    );
    assert!(!error.is_transient());
    let controller = bench.controller_with(|settings| settings.cli = None);
    let error = controller.probe().await.unwrap_err();
    assert!(matches!(error, CimcError::NoXmlApi { .. }), "{error}");
}
