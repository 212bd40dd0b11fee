//! Who is let in, and what a person reads who isn't.

use cimc_client::{CimcError, CliSettings, HostKey, TransportKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

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

/// A server that greets and offers only a DSA host key, which nothing here can check.
async fn only_dsa() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let lists = [
        "diffie-hellman-group14-sha1",
        "ssh-dss",
        "aes128-cbc",
        "aes128-cbc",
        "hmac-sha1",
        "hmac-sha1",
        "none",
        "none",
        "",
        "",
    ];
    // RFC 4253, 7.1: the message, a cookie, ten lists of names, two fields.
    let mut payload = vec![20];
    payload.extend([7; 16]);
    for list in lists {
        payload.extend(u32::try_from(list.len()).unwrap().to_be_bytes());
        payload.extend(list.as_bytes());
    }
    payload.extend([0; 5]);
    let padding = 4 + (8 - (5 + payload.len() + 4) % 8) % 8;
    let length = u32::try_from(1 + payload.len() + padding).unwrap();
    let mut packet = length.to_be_bytes().to_vec();
    packet.push(u8::try_from(padding).unwrap());
    packet.extend(payload);
    packet.extend(vec![0; padding]);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH_4.3\r\n").await.unwrap();
        stream.write_all(&packet).await.unwrap();
        // Until the client goes.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    port
}

#[tokio::test]
async fn a_negotiation_that_fails_names_what_the_controller_offers() {
    let bench = Bench::start("1.4").await;
    let port = only_dsa().await;
    let error = refused(&bench, |cli| cli.port = port).await;
    let text = error.to_string();
    assert!(
        matches!(error, CimcError::NoCommandLine { .. }),
        "{error:?}"
    );
    assert!(
        text.contains("ssh-dss") && text.contains("update its firmware"),
        "{text}"
    );
}
