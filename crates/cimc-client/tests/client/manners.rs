//! What is done so that a controller is asked no more than need be.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cimc_client::{
    CimcError, Controller, Controllers, Event, Observer, Policy, PowerState, SessionJournal,
    TransportKind,
};
use tokio::net::TcpListener;

use crate::SERVER;
use crate::stub::{Reply, Stub};

/// As the driver reads the power state.
async fn read(controller: &Controller) -> Result<PowerState, CimcError> {
    let turn = controller.turn().await?;
    match turn.power_read_meanwhile() {
        Some(state) => Ok(state),
        None => turn.run(async |session| session.power_state().await).await,
    }
}

fn logins(stub: &Stub) -> usize {
    let requests = stub.requests();
    requests
        .iter()
        .filter(|r| r.starts_with("<aaaLogin"))
        .count()
}

fn server() -> String {
    format!(
        "<configResolveDn cookie=\"C\" response=\"yes\"><outConfig>{SERVER}</outConfig></configResolveDn>"
    )
}

#[tokio::test]
async fn those_who_want_to_know_the_power_state_at_the_same_time_share_one_answer() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [Reply::AfterRelease(server())]);
    let (_controllers, controller) = stub.controller();
    let first = tokio::spawn({
        let controller = controller.clone();
        async move { read(&controller).await }
    });
    stub.has_seen("configResolveDn").await;
    let others: Vec<_> = (0..7)
        .map(|_| {
            let controller = controller.clone();
            tokio::spawn(async move { read(&controller).await })
        })
        .collect();
    // The others have asked once they have had a turn in the runtime's queue.
    tokio::task::yield_now().await;
    stub.release();
    assert_eq!(first.await.unwrap().unwrap(), PowerState::On);
    for other in others {
        assert_eq!(other.await.unwrap().unwrap(), PowerState::On);
    }
    assert_eq!(logins(&stub), 1);
    // Who asks later gets an answer of his own.
    assert_eq!(read(&controller).await.unwrap(), PowerState::On);
    assert_eq!(logins(&stub), 2);
}

#[tokio::test]
async fn an_answer_from_before_a_command_is_not_shared() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [Reply::Body(server())]);
    stub.on(
        "configConfMo",
        [Reply::AfterRelease(
            server().replace("configResolveDn", "configConfMo"),
        )],
    );
    let (_controllers, controller) = stub.controller();
    let work = tokio::spawn({
        let controller = controller.clone();
        async move {
            let on_and_off = async |session: &mut cimc_client::Session| {
                session.power_state().await?;
                session.set_power(cimc_client::PowerCommand::Down).await
            };
            controller.run(on_and_off).await
        }
    });
    stub.has_seen("configConfMo").await;
    let other = tokio::spawn({
        let controller = controller.clone();
        async move { read(&controller).await }
    });
    tokio::task::yield_now().await;
    stub.release();
    work.await.unwrap().unwrap();
    other.await.unwrap().unwrap();
    assert_eq!(logins(&stub), 2);
}

#[tokio::test]
async fn who_must_not_be_in_the_way_gets_no_turn_while_a_session_is_open() {
    let stub = Stub::start("4.1(3i)").await;
    let (_controllers, controller) = stub.controller();
    let session = controller.session().await.unwrap();
    assert!(controller.turn_if_free().await.unwrap().is_none());
    session.close().await;
    assert!(controller.turn_if_free().await.unwrap().is_some());
}

#[tokio::test]
async fn a_controller_that_does_not_answer_is_left_alone_until_somebody_asks_on_purpose() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (stub, _) = Stub::new("4.1(3i)", port);
    let (_controllers, controller) = stub.controller();
    for _ in 0..3 {
        let error = read(&controller).await.unwrap_err();
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
    }
    let error = read(&controller).await.unwrap_err();
    assert!(error.is_transient());
    assert!(
        matches!(error, CimcError::Silent { failures: 3, .. }),
        "{error}"
    );
    controller.allow_trial();
    let error = read(&controller).await.unwrap_err();
    assert!(matches!(error, CimcError::Transport { .. }), "{error}");
    let error = read(&controller).await.unwrap_err();
    assert!(
        matches!(error, CimcError::Silent { failures: 4, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn at_the_end_of_the_process_a_request_is_given_up_and_logged_out() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [Reply::AfterRelease(String::new())]);
    let (controllers, controller) = stub.controller();
    let task = tokio::spawn({
        let controller = controller.clone();
        async move { read(&controller).await }
    });
    stub.has_seen("configResolveDn").await;
    controllers.shut_down().await;
    assert_eq!(stub.sessions(), (0, 1));
    let error = task.await.unwrap().unwrap_err();
    assert!(
        matches!(
            error,
            CimcError::Transport {
                kind: TransportKind::Stopping,
                ..
            }
        ),
        "{error}"
    );
    assert!(read(&controller).await.is_err());
    assert_eq!(logins(&stub), 1);
}

/// Keeps what it is told.
#[derive(Debug, Default)]
struct Notes(Mutex<Vec<Event>>);

impl Observer for Notes {
    fn observe(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

#[tokio::test]
async fn each_session_is_counted_when_it_is_opened_and_when_it_ends() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on("configResolveDn", [Reply::Body(server())]);
    let notes = Arc::new(Notes::default());
    let directory = tempfile::tempdir().unwrap();
    let (journal, _) = SessionJournal::open(directory.path()).unwrap();
    let controllers = Controllers::with(Policy {
        observer: notes.clone(),
        journal: Some(journal),
        pause: Duration::from_millis(1),
        ..Policy::default()
    });
    let controller = controllers.get(&stub.settings()).unwrap();
    read(&controller).await.unwrap();
    // The second logout fails: that session stays open on the controller.
    stub.on("C2", [Reply::Status(500, String::new())]);
    read(&controller).await.unwrap();
    controllers.drain().await;
    let notes = notes.0.lock().unwrap();
    let sessions: Vec<_> = notes
        .iter()
        .filter(|event| matches!(event, Event::LoggedIn | Event::SessionEnded { .. }))
        .collect();
    let expected = [
        Event::LoggedIn,
        Event::SessionEnded { left_open: false },
        Event::LoggedIn,
        Event::SessionEnded { left_open: true },
    ];
    assert_eq!(sessions, expected.iter().collect::<Vec<_>>());
    drop((controller, controllers));
    // The file is there still, with that one session.
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}
