//! One session at a time, and always logged out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use cimc_client::{CimcError, Controller, ControllerSettings, PowerState, TransportKind};

use crate::SERVER;
use crate::stub::{Reply, Stub, error};

const LOGIN: &str = "<aaaLogin inName=\"admin\" inPassword=\"s3cret&apos;pw\" />";

async fn read(controller: &Controller) -> Result<PowerState, CimcError> {
    controller
        .run(async |session| session.power_state().await)
        .await
}

fn started(stub: &Stub) {
    stub.on_dn("sys/rack-unit-1", &[SERVER]);
}

/// Compiles only if the work of a session can move between threads.
fn boxed(controller: Arc<Controller>) -> Pin<Box<dyn Future<Output = PowerState> + Send>> {
    Box::pin(async move {
        let wanted = String::from("borrowed");
        let state = controller
            .run(async |session| {
                assert_eq!(wanted, "borrowed");
                session.host_nics().await?;
                session.power_state().await
            })
            .await;
        state.unwrap()
    })
}

#[tokio::test]
async fn many_tasks_share_one_session_at_a_time() {
    let stub = Stub::start("4.1(3i)").await;
    started(&stub);
    let (_controllers, controller) = stub.controller();
    let tasks: Vec<_> = (0..8)
        .map(|_| tokio::spawn(boxed(controller.clone())))
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), PowerState::On);
    }
    assert_eq!(stub.sessions(), (0, 1));
    assert_eq!(
        stub.requests()
            .iter()
            .filter(|request| *request == LOGIN)
            .count(),
        8
    );
}

#[tokio::test]
async fn a_logout_that_meets_a_bad_answer_is_tried_again() {
    let stub = Stub::start("4.1(3i)").await;
    started(&stub);
    let done = "<aaaLogout cookie=\"\" response=\"yes\" outStatus=\"success\"> </aaaLogout>";
    stub.on(
        "aaaLogout",
        [
            Reply::Status(503, String::new()),
            Reply::Body("<html></html>".to_owned()),
            done.into(),
        ],
    );
    let (_controllers, controller) = stub.controller();
    read(&controller).await.unwrap();
    let logouts = stub
        .requests()
        .iter()
        .filter(|r| r.contains("aaaLogout"))
        .count();
    assert_eq!(logouts, 3);
}

#[tokio::test]
async fn other_settings_for_an_address_share_the_limit() {
    let stub = Stub::start("4.1(3i)").await;
    started(&stub);
    let (controllers, controller) = stub.controller();
    assert!(Arc::ptr_eq(
        &controller,
        &controllers.get(&stub.settings()).unwrap()
    ));
    let changed = ControllerSettings {
        username: "ops".to_owned(),
        ..stub.settings()
    };
    let other = controllers.get(&changed).unwrap();
    assert!(!Arc::ptr_eq(&controller, &other));
    let held = controller.session().await.unwrap();
    let second = tokio::spawn(async move { read(&other).await });
    // The second login can only come after the first logout.
    held.close().await;
    second.await.unwrap().unwrap();
    let requests = stub.requests();
    assert_eq!(requests[1], "<aaaLogout inCookie=\"C1\" />");
    assert!(requests[2].contains("inName=\"ops\""), "{}", requests[2]);
    assert_eq!(stub.sessions(), (0, 1));
}

#[tokio::test]
async fn a_failed_operation_is_logged_out() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "configResolveDn",
        [error("configResolveDn", "2001", "Operation failed.")],
    );
    let (_controllers, controller) = stub.controller();
    assert!(matches!(
        read(&controller).await,
        Err(CimcError::Operation { .. })
    ));
    assert_eq!(stub.sessions(), (0, 1));
}

#[tokio::test]
async fn a_future_dropped_in_the_middle_of_a_request_is_logged_out() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [Reply::AfterRelease(String::new())]);
    let (controllers, controller) = stub.controller();
    let task = tokio::spawn(async move { read(&controller).await });
    stub.has_seen("configResolveDn").await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    controllers.drain().await;
    assert_eq!(
        stub.requests().last().unwrap(),
        "<aaaLogout inCookie=\"C1\" />"
    );
    assert_eq!(stub.sessions(), (0, 1));
}

#[tokio::test]
async fn a_future_dropped_in_the_middle_of_the_login_is_logged_out() {
    let stub = Stub::start("4.1(3i)").await;
    let answer = "<aaaLogin cookie=\"\" response=\"yes\" outCookie=\"late\"> </aaaLogin>";
    stub.on("aaaLogin", [Reply::AfterRelease(answer.to_owned())]);
    let (controllers, controller) = stub.controller();
    let task = tokio::spawn(async move { read(&controller).await });
    stub.has_seen("aaaLogin").await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    stub.release();
    controllers.drain().await;
    assert_eq!(stub.requests(), [LOGIN, "<aaaLogout inCookie=\"late\" />"]);
    assert_eq!(stub.sessions(), (0, 1));
}

#[tokio::test]
async fn the_next_session_waits_for_the_logout_of_a_dropped_one() {
    let stub = Stub::start("4.1(3i)").await;
    started(&stub);
    let (_controllers, controller) = stub.controller();
    drop(controller.session().await.unwrap());
    read(&controller).await.unwrap();
    let starts: Vec<String> = stub.requests().iter().map(|r| r[..9].to_owned()).collect();
    assert_eq!(
        starts,
        [
            "<aaaLogin",
            "<aaaLogou",
            "<aaaLogin",
            "<configRe",
            "<aaaLogou"
        ]
    );
    assert_eq!(stub.sessions(), (0, 1));
}

#[tokio::test]
async fn no_login_is_sent_while_the_logout_of_a_dropped_session_has_no_answer() {
    let stub = Stub::start("4.1(3i)").await;
    let answer = "<aaaLogout cookie=\"\" response=\"yes\" outStatus=\"success\"> </aaaLogout>";
    stub.on("aaaLogout", [Reply::AfterRelease(answer.to_owned())]);
    let (_controllers, controller) = stub.controller();
    drop(controller.session().await.unwrap());
    stub.has_seen("aaaLogout").await;
    let early = tokio::time::timeout(Duration::from_millis(200), controller.session()).await;
    assert!(
        early.is_err(),
        "a second session while the first may still be open"
    );
    stub.release();
    controller.session().await.unwrap().close().await;
}

#[tokio::test]
async fn a_failed_logout_does_not_spoil_the_result() {
    let stub = Stub::start("4.1(3i)").await;
    started(&stub);
    stub.on(
        "aaaLogout",
        [error("aaaLogout", "555", "Session not found"), "".into()],
    );
    let (_controllers, controller) = stub.controller();
    assert_eq!(read(&controller).await.unwrap(), PowerState::On);
    assert_eq!(read(&controller).await.unwrap(), PowerState::On);
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_is_opened_again_once() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "cookie=\"C1\"",
        [error("configResolveDn", "552", "Authorization required")],
    );
    started(&stub);
    let (_controllers, controller) = stub.controller();
    assert_eq!(read(&controller).await.unwrap(), PowerState::On);
    let expected = [
        LOGIN,
        "<configResolveDn cookie=\"C1\" dn=\"sys/rack-unit-1\" inHierarchical=\"false\" />",
        LOGIN,
        "<configResolveDn cookie=\"C2\" dn=\"sys/rack-unit-1\" inHierarchical=\"false\" />",
        "<aaaLogout inCookie=\"C2\" />",
    ];
    assert_eq!(stub.requests(), expected);
}

#[tokio::test]
async fn a_session_that_ends_again_is_an_error() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "configResolveDn",
        [error("configResolveDn", "552", "Authorization required")],
    );
    let (_controllers, controller) = stub.controller();
    assert!(matches!(
        read(&controller).await,
        Err(CimcError::Session { .. })
    ));
    assert_eq!(
        stub.requests()
            .iter()
            .filter(|request| *request == LOGIN)
            .count(),
        2
    );
}

#[tokio::test]
async fn missing_rights_are_a_failed_operation_and_never_two_sessions() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on(
        "configConfMo",
        [error("configConfMo", "553", "Access denied")],
    );
    let (_controllers, controller) = stub.controller();
    let result = controller
        .run(async |session| session.set_power(cimc_client::PowerCommand::Up).await)
        .await;
    assert!(
        matches!(result, Err(CimcError::Operation { .. })),
        "{result:?}"
    );
    assert_eq!(stub.sessions(), (0, 1));
}

#[tokio::test]
async fn a_full_session_table_is_told_at_once_with_a_growing_pause() {
    let stub = Stub::start("4.1(3i)").await;
    let full = || error("aaaLogin", "572", "Maximum sessions reached");
    let granted = "<aaaLogin cookie=\"\" response=\"yes\" outCookie=\"X\"> </aaaLogin>";
    stub.on(
        "aaaLogin",
        [
            full(),
            full(),
            full(),
            full(),
            full(),
            granted.into(),
            full(),
        ],
    );
    started(&stub);
    let (_controllers, controller) = stub.controller();
    let mut pauses = Vec::new();
    for _ in 0..7 {
        match read(&controller).await {
            Err(CimcError::SessionLimit { retry_after, .. }) => pauses.push(retry_after.as_secs()),
            other => assert_eq!(other.unwrap(), PowerState::On),
        }
    }
    assert_eq!(pauses, [5, 15, 30, 60, 60, 5]);
    assert_eq!(
        stub.requests()
            .iter()
            .filter(|request| *request == LOGIN)
            .count(),
        7
    );
}

#[tokio::test]
async fn all_requests_of_a_session_together_have_a_limit() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [Reply::AfterRelease(String::new())]);
    let mut settings = stub.settings();
    settings.session_timeout = Duration::from_millis(300);
    let controllers = cimc_client::Controllers::new();
    let controller = controllers.get(&settings).unwrap();
    let result = controller
        .run(async |session| {
            let first = session.power_state().await;
            assert!(matches!(
                first,
                Err(CimcError::Transport {
                    kind: TransportKind::Timeout,
                    ..
                })
            ));
            session.power_state().await
        })
        .await;
    assert!(matches!(
        result,
        Err(CimcError::Transport {
            kind: TransportKind::Timeout,
            ..
        })
    ));
    assert_eq!(
        stub.work().len(),
        1,
        "nothing is sent when the time is over"
    );
    assert_eq!(stub.sessions(), (0, 1));
}
