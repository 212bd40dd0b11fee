//! One session at a time, given back on every way out.

use std::time::Duration;

use cimc_client::CimcError;
use cimc_sim::{Fault, FaultRule};

use crate::bench::{Bench, until};

#[tokio::test]
async fn xml_and_command_line_never_hold_sessions_at_once() {
    let bench = Bench::start("1.4").await;
    let controller = bench.controller();
    let by_xml = || controller.run(async |session| session.power_state().await);
    let by_cli = || controller.cli(async |shell| shell.power_state().await);
    let (a, b, c, d) = tokio::join!(by_xml(), by_cli(), by_xml(), by_cli());
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok());
    let sessions = bench.sim().sessions();
    assert_eq!(
        (sessions.open, sessions.most_open, sessions.logins),
        (0, 1, 4)
    );
}

#[tokio::test]
async fn a_session_is_closed_after_an_error() {
    let bench = Bench::start("1.3").await;
    let work = async |shell: &mut cimc_client::Shell| -> Result<(), CimcError> {
        shell.power_state().await?;
        shell.set_power(cimc_client::PowerCommand::BmcReset).await
    };
    assert!(bench.controller().cli(work).await.is_err());
    assert_eq!(bench.sim().sessions().open, 0);
}

#[tokio::test]
async fn a_session_is_closed_when_nobody_waits_for_the_work_any_more() {
    let bench = Bench::start("1.3").await;
    let controller = bench.controller();
    bench
        .sim()
        .faults()
        .add(FaultRule::always(Fault::Hang).on("show cimc"));
    let work = controller.cli(async |shell| shell.identity().await);
    {
        tokio::pin!(work);
        let seated = until("a session", || bench.sim().sessions().open == 1);
        tokio::select! {
            _ = &mut work => panic!("it hangs"),
            () = seated => {}
        }
    }
    // A command is under way, and the controller is deaf for it alone.
    bench.sim().faults().clear();
    bench.controllers.drain().await;
    until("the logout", || bench.sim().sessions().open == 0).await;
}

#[tokio::test]
async fn a_command_without_an_answer_ends_in_time_and_is_logged_out_of() {
    let bench = Bench::start("1.3").await;
    bench
        .sim()
        .faults()
        .add(FaultRule::times(1, Fault::Hang).on("show chassis"));
    let controller =
        bench.controller_with(|settings| settings.request_timeout = Duration::from_secs(3));
    let error = controller
        .cli(async |shell| shell.power_state().await)
        .await
        .unwrap_err();
    assert!(
        error.is_transient() && error.to_string().contains("no answer in time"),
        "{error}"
    );
    assert_eq!(bench.sim().sessions().open, 0);
}

#[tokio::test]
async fn no_free_session_is_told_from_other_failures() {
    let bench = Bench::start("1.3").await;
    bench
        .sim()
        .faults()
        .add(FaultRule::always(Fault::ForeignSessions(4)));
    let error = bench
        .controller()
        .cli(async |shell| shell.power_state().await)
        .await
        .unwrap_err();
    assert!(matches!(error, CimcError::SessionLimit { .. }), "{error:?}");
    assert!(error.is_transient());
}

#[tokio::test]
async fn an_answer_of_the_command_line_ends_the_pause_after_a_silent_xml_api() {
    let bench = Bench::start("1.4").await;
    let controller = bench.controller();
    bench.sim().faults().add(FaultRule::always(Fault::Refuse));
    let read = async || controller.run(async |s| s.power_state().await).await;
    while !matches!(read().await, Err(CimcError::Silent { .. })) {}
    let ask = async || {
        controller
            .cli(async |shell| shell.power_state().await)
            .await
    };
    assert!(matches!(ask().await, Err(CimcError::Silent { .. })));
    bench.sim().faults().clear();
    controller.allow_trial();
    ask().await.unwrap();
    ask().await.unwrap();
}

#[tokio::test]
async fn a_free_session_ends_the_growing_pauses_of_the_command_line() {
    let bench = Bench::start("1.3").await;
    let controller = bench.controller();
    let ask = async || {
        controller
            .cli(async |shell| shell.power_state().await)
            .await
    };
    let pause = async || match ask().await {
        Err(CimcError::SessionLimit { retry_after, .. }) => retry_after,
        other => panic!("{other:?}"),
    };
    let taken = FaultRule::always(Fault::ForeignSessions(4));
    bench.sim().faults().add(taken.clone());
    let first = pause().await;
    assert!(pause().await > first);
    bench.sim().faults().clear();
    ask().await.unwrap();
    bench.sim().faults().add(taken);
    assert_eq!(pause().await, first);
}
