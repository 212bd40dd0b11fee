//! Power, request by request.

use cimc_client::{PowerCommand, PowerState, PowerTarget};

use crate::SERVER;
use crate::stub::Stub;

const READ: &str =
    "<configResolveDn cookie=\"C1\" dn=\"sys/rack-unit-1\" inHierarchical=\"false\" />";

fn command(value: &str) -> String {
    format!(
        "<configConfMo cookie=\"C1\" dn=\"sys/rack-unit-1\" inHierarchical=\"false\"><inConfig>\
         <computeRackUnit adminPower=\"{value}\" status=\"modified\" dn=\"sys/rack-unit-1\" />\
         </inConfig></configConfMo>"
    )
}

#[tokio::test]
async fn login_read_and_logout_are_sent_as_the_vendor_sends_them() {
    let stub = Stub::start("2.0(13e)").await;
    stub.on_dn("sys/rack-unit-1", &[SERVER]);
    let (_controllers, controller) = stub.controller();
    let state = controller
        .run(async |session| session.power_state().await)
        .await
        .unwrap();
    assert_eq!(state, PowerState::On);
    let expected = [
        "<aaaLogin inName=\"admin\" inPassword=\"s3cret&apos;pw\" />",
        READ,
        "<aaaLogout inCookie=\"C1\" />",
    ];
    assert_eq!(stub.requests(), expected);
    for headers in stub.headers() {
        assert_eq!(headers["connection"], "close");
        assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    }
}

#[tokio::test]
async fn every_command_is_one_write() {
    let commands = [
        (PowerCommand::Up, "up"),
        (PowerCommand::Down, "down"),
        (PowerCommand::SoftShutDown, "soft-shut-down"),
        (PowerCommand::HardReset, "hard-reset-immediate"),
        (PowerCommand::CycleImmediate, "cycle-immediate"),
        (PowerCommand::DiagnosticInterrupt, "diagnostic-interrupt"),
        (PowerCommand::BmcReset, "bmc-reset-immediate"),
    ];
    for (sent, value) in commands {
        let stub = Stub::start("1.5(4)").await;
        let (_controllers, controller) = stub.controller();
        controller
            .run(async |session| session.set_power(sent).await)
            .await
            .unwrap();
        assert_eq!(stub.work(), [command(value)]);
    }
}

#[tokio::test]
async fn power_is_commanded_only_when_the_state_is_another() {
    let off = SERVER.replace("operPower=\"on\"", "operPower=\"off\"");
    let odd = SERVER.replace("operPower=\"on\"", "operPower=\"offduty\"");
    let cases = [
        (SERVER, PowerTarget::On, PowerState::On, None),
        (SERVER, PowerTarget::Off, PowerState::On, Some("down")),
        (off.as_str(), PowerTarget::Off, PowerState::Off, None),
        (off.as_str(), PowerTarget::On, PowerState::Off, Some("up")),
        (
            odd.as_str(),
            PowerTarget::Off,
            PowerState::Unknown("offduty".into()),
            Some("down"),
        ),
    ];
    for (object, target, before, value) in cases {
        let stub = Stub::start("4.1(3i)").await;
        stub.on_dn("sys/rack-unit-1", &[object]);
        let (_controllers, controller) = stub.controller();
        let change = controller
            .run(async |session| session.ensure_power(target).await)
            .await
            .unwrap();
        assert_eq!((change.before, change.commanded), (before, value.is_some()));
        let expected: Vec<String> = std::iter::once(READ.to_owned())
            .chain(value.map(command))
            .collect();
        assert_eq!(stub.work(), expected);
    }
}

#[tokio::test]
async fn a_server_that_is_not_shown_is_not_taken_for_off() {
    let stub = Stub::start("4.1(3i)").await;
    let (_controllers, controller) = stub.controller();
    let error = controller
        .run(async |session| session.power_state().await)
        .await
        .unwrap_err();
    assert!(error.is_transient(), "{error}");
}
