//! Broken answers, redirects, and what errors say.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cimc_client::{CimcError, Controllers, PowerState, TransportKind};
use tokio::net::TcpListener;

use crate::SERVER;
use crate::stub::{Reply, Stub, error, schema_error};

async fn read(stub: &Stub) -> Result<PowerState, CimcError> {
    let (_controllers, controller) = stub.controller();
    controller
        .run(async |session| session.power_state().await)
        .await
}

async fn read_answered_by(reply: impl Into<Reply>) -> CimcError {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [reply.into()]);
    let error = read(&stub).await.unwrap_err();
    assert_eq!(stub.sessions(), (0, 1), "logged out after {error}");
    error
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "aaaLogin",
        [error("aaaLogin", "551", "Authentication failed")],
    );
    let error = read(&stub).await.unwrap_err();
    assert!(matches!(error, CimcError::Auth { .. }));
    let expected = format!(
        "CIMC 127.0.0.1:{} refused to log in (551 Authentication failed): check the user name \
         and the password, and that the account is active",
        stub.port
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn a_web_server_without_the_api_is_recognised() {
    for status in [404, 403] {
        let stub = Stub::start("").await;
        stub.on("", [Reply::Status(status, "<html>no</html>".to_owned())]);
        let error = read(&stub).await.unwrap_err();
        assert!(
            matches!(error, CimcError::NoXmlApi { status: s, .. } if s == status),
            "{error}"
        );
        assert!(error.to_string().contains("no XML API"), "{error}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn an_api_that_disappears_is_a_restart() {
    let error = read_answered_by(Reply::Status(404, String::new())).await;
    assert!(matches!(error, CimcError::Busy { .. }), "{error}");
}

#[tokio::test]
async fn a_login_refused_while_a_controller_restarts_says_nothing_of_the_password() {
    let granted = "<aaaLogin cookie=\"\" response=\"yes\" outCookie=\"C\" \
                   outRefreshPeriod=\"600\" outVersion=\"3.0(4a)\"> </aaaLogin>";
    let refused = error("aaaLogin", "551", "Authentication failed");
    let stub = Stub::start("3.0(4a)").await;
    stub.on_dn("sys/rack-unit-1", &[crate::SERVER]);
    stub.on(
        "aaaLogin",
        [
            granted.into(),
            Reply::Status(503, String::new()),
            refused.clone(),
            granted.into(),
            refused,
        ],
    );
    let (_controllers, controller) = stub.controller();
    let read = || controller.run(async |session| session.power_state().await);
    read().await.unwrap();
    for _ in 0..2 {
        let error = read().await.unwrap_err();
        assert!(matches!(error, CimcError::Busy { .. }), "{error}");
    }
    read().await.unwrap();
    // Nothing was lost since: this is the password.
    let error = read().await.unwrap_err();
    assert!(matches!(error, CimcError::Auth { .. }), "{error}");
}

#[tokio::test]
async fn answers_of_a_starting_controller_are_busy() {
    let page = "<!DOCTYPE html><html><body>Loading</body></html>";
    for reply in [
        Reply::Status(503, String::new()),
        Reply::Status(500, page.to_owned()),
        Reply::Body(page.to_owned()),
        error(
            "configResolveDn",
            "2003",
            "Operation failed. storage subsystem not ready yet",
        ),
    ] {
        let error = read_answered_by(reply).await;
        assert!(matches!(error, CimcError::Busy { .. }), "{error}");
    }
}

#[tokio::test]
async fn answers_that_are_none_are_protocol_errors() {
    let bodies = [
        "",
        "\0\0\0",
        "<configResolveDn cookie=\"C\" response=\"yes\"><outConfig>",
        "<configResolveClass cookie=\"C\" response=\"yes\"/>",
        "<configResolveDn cookie=\"C\"><outConfig/></configResolveDn>",
        "<error cookie=\"\" response=\"yes\"/>",
        "<!DOCTYPE x [<!ENTITY a \"b\">]><configResolveDn response=\"yes\" x=\"&a;\"/>",
        "{\"error\": 1}",
    ];
    for body in bodies {
        let error = read_answered_by(body).await;
        assert!(
            matches!(error, CimcError::Protocol { .. }),
            "{body}: {error}"
        );
    }
    let long = format!(
        "<configResolveDn response=\"yes\" x=\"{}\"/>",
        "x".repeat(9 << 20)
    );
    assert!(matches!(
        read_answered_by(long.as_str()).await,
        CimcError::Protocol { .. }
    ));
}

#[tokio::test]
async fn an_error_code_of_zero_is_a_failure_too() {
    let error = read_answered_by(error("configResolveDn", "0", "")).await;
    assert!(matches!(error, CimcError::Operation { .. }), "{error}");
}

#[tokio::test]
async fn padded_answers_are_read() {
    let stub = Stub::start("1.5(4)").await;
    let padded = format!(
        "\0 <configResolveDn cookie=\"C\" response=\"yes\"><outConfig>{SERVER}</outConfig>\
         </configResolveDn>\n\0\0"
    );
    stub.on("configResolveDn", [padded.as_str()]);
    assert_eq!(read(&stub).await.unwrap(), PowerState::On);
}

#[tokio::test]
async fn no_answer_in_time_is_told_and_logged_out() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [Reply::AfterRelease(String::new())]);
    let mut settings = stub.settings();
    settings.request_timeout = Duration::from_millis(300);
    let controllers = Controllers::new();
    let controller = controllers.get(&settings).unwrap();
    let result = controller
        .run(async |session| session.power_state().await)
        .await;
    let error = result.unwrap_err();
    assert!(
        matches!(
            error,
            CimcError::Transport {
                kind: TransportKind::Timeout,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.is_transient());
    assert_eq!(stub.sessions(), (0, 1));
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (stub, _router) = Stub::new("", port);
    let error = read(&stub).await.unwrap_err();
    assert!(
        matches!(
            error,
            CimcError::Transport {
                kind: TransportKind::Unreachable,
                ..
            }
        ),
        "{error}"
    );
    let start = format!("could not log in on CIMC 127.0.0.1:{port}: no connection");
    assert!(error.to_string().starts_with(&start), "{error}");
}

#[tokio::test]
async fn a_redirect_is_followed_with_the_same_body_and_remembered() {
    for status in [301, 302] {
        let first = Stub::start("4.1(3i)").await;
        let second = Stub::start("4.1(3i)").await;
        second.on_dn("sys/rack-unit-1", &[SERVER]);
        let place = format!("http://127.0.0.1:{}/nuova", second.port);
        first.on("", [Reply::Redirect(status, place)]);
        assert_eq!(read(&first).await.unwrap(), PowerState::On);
        assert_eq!(
            first.requests().len(),
            1,
            "only the first request goes to the old place"
        );
        assert_eq!(second.requests().len(), 3);
        assert_eq!(first.requests()[0], second.requests()[0]);
    }
}

#[tokio::test]
async fn a_redirect_elsewhere_never_gets_the_password() {
    let other = Stub::start("4.1(3i)").await;
    for place in [
        format!("http://localhost:{}/nuova", other.port),
        format!("ftp://127.0.0.1:{}/nuova", other.port),
    ] {
        let stub = Stub::start("4.1(3i)").await;
        stub.on("", [Reply::Redirect(302, place)]);
        let error = read(&stub).await.unwrap_err();
        assert!(matches!(error, CimcError::Protocol { .. }), "{error}");
    }
    assert_eq!(other.requests().len(), 0);
}

#[tokio::test]
async fn a_redirect_in_a_circle_ends() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "",
        [Reply::Redirect(
            302,
            format!("http://127.0.0.1:{}/nuova", stub.port),
        )],
    );
    assert!(matches!(read(&stub).await, Err(CimcError::Protocol { .. })));
    assert_eq!(stub.requests().len(), 4);
}

#[tokio::test]
async fn secrets_that_the_controller_repeats_are_masked() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "aaaLogin",
        [schema_error(
            "attribute 'inPassword': 's3cret&apos;pw' is bad",
        )],
    );
    let error = read(&stub).await.unwrap_err();
    assert!(matches!(error, CimcError::Invalid { .. }), "{error}");
    assert!(error.to_string().contains("'***' is bad"), "{error}");
    assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");

    let error = read_answered_by(schema_error("attribute 'cookie': 'C1' is bad")).await;
    assert!(!format!("{error:?}").contains("C1"), "{error:?}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn secrets_are_not_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("cimc_client=trace")
        .with_writer(move || writer.clone())
        .finish();
    // For all threads: what other tests log meanwhile must be as clean.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "aaaLogout",
        [schema_error("cookie 'C1' of s3cret&apos;pw is bad")],
    );
    read(&stub).await.unwrap_err();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("read sys/rack-unit-1"), "{text}");
    assert!(text.contains("stays open"), "{text}");
    assert!(!text.contains("s3cret") && !text.contains("C1"), "{text}");
}
