//! Power commands and what comes of them, with times a hundredth of the usual.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use cimc_sim::{BootDevice, Event, Fault, FaultRule, Phase, Rack};
use support::{login, oper_power, power, rack, resolve_dn, spec, until, write};

#[tokio::test]
async fn a_command_is_answered_before_it_has_happened() {
    let mut spec = spec(&["2.0"]);
    spec.timing.power_on = Duration::from_secs(1);
    let rack = Rack::start(spec).await.unwrap();
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    assert_eq!(oper_power(controller, &cookie).await, "off");
    until("power is on", async || {
        oper_power(controller, &cookie).await == "on"
    })
    .await;
    power(controller, &cookie, "down").await;
    until("power is off", async || {
        oper_power(controller, &cookie).await == "off"
    })
    .await;
    assert_eq!(controller.machine().phase, Phase::Off);
}

#[tokio::test]
async fn the_later_of_two_waiting_commands_wins() {
    let mut spec = spec(&["1.5"]);
    spec.timing.power_on = Duration::from_secs(1);
    let rack = Rack::start(spec).await.unwrap();
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    for command in ["up", "down", "up"] {
        power(controller, &cookie, command).await;
    }
    until("power is on", async || {
        oper_power(controller, &cookie).await == "on"
    })
    .await;
    let offs = controller
        .events()
        .into_iter()
        .filter(|e| e.event == Event::PoweredOff)
        .count();
    assert_eq!(offs, 0);
}

#[tokio::test]
async fn a_reset_posts_again_without_passing_through_off() {
    let rack = rack(&["3.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    let posts = || {
        controller
            .events()
            .iter()
            .filter(|e| e.event == Event::PostBegan)
            .count()
    };
    until("POST began", async || posts() == 1).await;
    power(controller, &cookie, "hard-reset-immediate").await;
    until("POST began again", async || posts() == 2).await;
    assert!(
        controller
            .events()
            .iter()
            .all(|e| e.event != Event::PoweredOff)
    );
}

#[tokio::test]
async fn the_actual_order_changes_at_post_only() {
    let rack = rack(&["2.0", "1.5"]).await;
    for (controller, dn, object, actual) in [
        (
            &rack.controllers()[0],
            "sys/rack-unit-1/boot-precision/pxe-MigratedPXE2",
            r#"<lsbootPxe order="1" />"#,
            "sys/rack-unit-1/bios/bdgep/bdvp-1",
        ),
        (
            &rack.controllers()[1],
            "sys/rack-unit-1/boot-policy/lan-read-only",
            r#"<lsbootLan order="1" />"#,
            "sys/rack-unit-1/bios/bdgep/bdv-1",
        ),
    ] {
        let cookie = login(controller).await;
        write(controller, &cookie, dn, object).await;
        assert!(
            !resolve_dn(controller, &cookie, actual)
                .await
                .contains("order=")
        );
        power(controller, &cookie, "up").await;
        until("the actual order has the network first", async || {
            resolve_dn(controller, &cookie, actual)
                .await
                .contains("IBA GE")
        })
        .await;
    }
}

#[tokio::test]
async fn only_a_write_that_asks_for_it_reboots() {
    let rack = rack(&["2.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    let posts = || {
        controller
            .events()
            .iter()
            .filter(|e| e.event == Event::PostBegan)
            .count()
    };
    until("POST began", async || posts() == 1).await;
    let dn = "sys/rack-unit-1/boot-precision";
    write(
        controller,
        &cookie,
        dn,
        r#"<lsbootDevPrecision rebootOnUpdate="no" />"#,
    )
    .await;
    assert_eq!(posts(), 1);
    write(
        controller,
        &cookie,
        dn,
        r#"<lsbootDevPrecision rebootOnUpdate="yes" />"#,
    )
    .await;
    until("the machine was reset", async || posts() == 2).await;
}

#[tokio::test]
async fn a_soft_shutdown_without_an_os_is_ignored() {
    let rack = rack(&["4.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    until("nothing to boot was found", async || {
        controller.machine().phase == Phase::NoBootableDevice
    })
    .await;
    power(controller, &cookie, "soft-shut-down").await;
    power(controller, &cookie, "diagnostic-interrupt").await;
    until("the interrupt came", async || {
        controller.machine().counters.interrupts == 1
    })
    .await;
    assert!(controller.is_powered());
    assert_eq!(
        controller.machine().counters.boots.get(&BootDevice::Disk),
        None
    );
}

#[tokio::test]
async fn a_controller_reset_ends_sessions_and_leaves_the_machine_alone() {
    let mut spec = spec(&["3.0"]);
    spec.timing.controller_down = Duration::from_millis(500);
    let rack = Rack::start(spec).await.unwrap();
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    until("power is on", async || controller.is_powered()).await;
    power(controller, &cookie, "bmc-reset-immediate").await;
    let client = support::client();
    let mut seen = Vec::new();
    let body = r#"<aaaLogin inName="admin" inPassword="password" />"#;
    until("logins work again", async || {
        let state = match client.post(controller.url()).body(body).send().await {
            Err(_) => "refused".to_owned(),
            Ok(answer) if answer.status() == 404 => "404".to_owned(),
            Ok(answer) => support::attribute(&answer.text().await.unwrap(), "errorCode")
                .unwrap_or_else(|| "ready".to_owned()),
        };
        if seen.last() != Some(&state) {
            seen.push(state.clone());
        }
        state == "ready"
    })
    .await;
    assert_eq!(seen.first().map(String::as_str), Some("refused"));
    assert!(controller.is_powered());
    let old = resolve_dn(controller, &cookie, "sys").await;
    assert_eq!(
        support::attribute(&old, "errorCode").as_deref(),
        Some("552")
    );
}

#[tokio::test]
async fn a_power_command_can_be_lost() {
    let rack = rack(&["2.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    controller
        .faults()
        .add(FaultRule::times(1, Fault::PowerIgnored).on("adminPower=\"up\""));
    power(controller, &cookie, "up").await;
    assert!(controller.events().is_empty());
    power(controller, &cookie, "up").await;
    until("power is on", async || controller.is_powered()).await;
}
