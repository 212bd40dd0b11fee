//! What each fault does to a client, to the controller and to the machine.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use cimc_sim::{Controller, Event, Fault, FaultRule, Rack};
use support::{attribute, client, login, oper_power, post, power, rack, resolve_dn, spec, write};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const UNIT: &str = "sys/rack-unit-1";

async fn one(name: &str) -> (Rack, String) {
    let rack = rack(&[name]).await;
    let cookie = login(&rack.controllers()[0]).await;
    (rack, cookie)
}

async fn class(controller: &Controller, cookie: &str, class: &str) -> String {
    let query = format!(r#"<configResolveClass cookie="{cookie}" classId="{class}" />"#);
    post(controller, query).await
}

/// Whether a write is answered; `None` if the connection breaks.
async fn label(controller: &Controller, cookie: &str, text: &str) -> Option<String> {
    let body = format!(
        r#"<configConfMo cookie="{cookie}" dn="{UNIT}"><inConfig><computeRackUnit usrLbl="{text}" /></inConfig></configConfMo>"#
    );
    let sent = client().post(controller.url()).body(body).send().await;
    sent.ok()?.text().await.ok()
}

async fn stored_label(controller: &Controller, cookie: &str) -> String {
    attribute(&resolve_dn(controller, cookie, UNIT).await, "usrLbl").unwrap()
}

#[tokio::test]
async fn a_lost_request_has_no_effect_and_a_lost_answer_has_one() {
    let (rack, cookie) = one("2.0").await;
    let controller = &rack.controllers()[0];
    let faults = controller.faults();
    faults.add(FaultRule::times(1, Fault::LostRequest).on("configConfMo"));
    assert_eq!(label(controller, &cookie, "one").await, None);
    assert_eq!(stored_label(controller, &cookie).await, "");
    faults.add(FaultRule::times(1, Fault::LostAnswer).on("configConfMo"));
    assert_eq!(label(controller, &cookie, "two").await, None);
    assert_eq!(stored_label(controller, &cookie).await, "two");
    assert_eq!(faults.struck(), 2);
}

#[tokio::test]
async fn a_controller_restarts_in_the_middle_of_a_request_that_it_carries_out() {
    let mut spec = spec(&["3.0"]);
    spec.timing.controller_down = Duration::from_secs(600);
    let rack = Rack::start(spec).await.unwrap();
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let restart = FaultRule::times(1, Fault::ControllerRestarts);
    controller.faults().add(restart.on("adminPower"));
    let body = format!(
        r#"<configConfMo cookie="{cookie}" dn="{UNIT}"><inConfig><computeRackUnit adminPower="up" /></inConfig></configConfMo>"#
    );
    let sent = client().post(controller.url()).body(body).send().await;
    assert!(sent.is_err());
    assert_eq!(controller.sessions().open, 0);
    support::until("the machine has power", async || controller.is_powered()).await;
    let again = client().post(controller.url()).body("<aaaLogin/>").send();
    assert!(again.await.is_err());
    let restarts = |e: &cimc_sim::LogEntry| e.event == Event::ControllerReset;
    assert!(controller.events().iter().any(restarts));
}

/// Sends a request on a connection and reads what comes until its end element or the end.
async fn exchange(stream: &mut TcpStream, body: &str) -> String {
    let head = format!(
        "POST /nuova HTTP/1.1\r\nhost: cimc\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut answer = Vec::new();
    let sent = stream.write_all(format!("{head}{body}").as_bytes()).await;
    if sent.is_err() {
        return String::new();
    }
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => break,
            Ok(length) => answer.extend_from_slice(&part[..length]),
        }
        if answer.ends_with(b"</error>") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_stale_connection_breaks_at_the_second_request() {
    let rack = rack(&["2.0", "4.0"]).await;
    for controller in rack.controllers() {
        let mut stream = TcpStream::connect(controller.address()).await.unwrap();
        controller
            .faults()
            .add(FaultRule::times(1, Fault::StaleKeepAlive));
        let first = exchange(&mut stream, "<nothing/>").await;
        assert!(
            first.contains("200 OK") && !first.contains("close"),
            "{first}"
        );
        assert_eq!(exchange(&mut stream, "<nothing/>").await, "");
    }
}

#[tokio::test]
async fn a_kept_connection_serves_several_requests_until_the_controller_restarts() {
    let rack = rack(&["4.0"]).await;
    let controller = &rack.controllers()[0];
    let mut stream = TcpStream::connect(controller.address()).await.unwrap();
    for _ in 0..3 {
        let answer = exchange(&mut stream, "<nothing/>").await;
        assert!(answer.contains("no class named nothing"), "{answer}");
    }
    controller.restart();
    assert_eq!(exchange(&mut stream, "<nothing/>").await, "");
}

#[tokio::test]
async fn a_handshake_can_fail_on_tls_only() {
    let mut spec = spec(&["3.0", "3.0"]);
    spec.controllers[1].tls = cimc_sim::Tls::Modern;
    let rack = Rack::start(spec).await.unwrap();
    for controller in rack.controllers() {
        controller
            .faults()
            .add(FaultRule::times(1, Fault::HandshakeFails));
    }
    let [plain, tls] = rack.controllers() else {
        panic!("two controllers")
    };
    login(plain).await;
    let failed = client().post(tls.url()).body("<aaaLogin/>").send().await;
    let mut text = String::new();
    let mut cause: Option<&dyn std::error::Error> = None;
    let error = failed.unwrap_err();
    while let Some(next) = cause.map_or(std::error::Error::source(&error), |c| c.source()) {
        text.push_str(&next.to_string());
        cause = Some(next);
    }
    assert!(text.contains("HandshakeFailure"), "{text}");
    login(tls).await;
}

#[tokio::test]
async fn a_delay_comes_before_the_answer_and_holds_up_the_others() {
    let (rack, cookie) = one("2.0").await;
    let controller = &rack.controllers()[0];
    let slow = Fault::Delay(Duration::from_millis(300));
    controller
        .faults()
        .add(FaultRule::times(1, slow).on("dn=\"sys\""));
    let began = std::time::Instant::now();
    let (_, _) = tokio::join!(
        resolve_dn(controller, &cookie, "sys"),
        resolve_dn(controller, &cookie, UNIT)
    );
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn answers_can_lie_in_many_ways() {
    let (rack, cookie) = one("4.1").await;
    let controller = &rack.controllers()[0];
    let faults = controller.faults();
    let reads = |attribute: &str, value: &str| Fault::AttributeReads {
        attribute: attribute.to_owned(),
        value: value.to_owned(),
    };

    faults.add(FaultRule::times(1, reads("mac", "N/A")));
    let nics = class(controller, &cookie, "adaptorHostEthIf").await;
    assert_eq!(nics.matches(r#" mac="N/A""#).count(), 2, "{nics}");

    faults.add(FaultRule::times(1, Fault::NoObjects).on("adaptorHostEthIf"));
    let nics = class(controller, &cookie, "adaptorHostEthIf").await;
    assert!(nics.contains("<outConfigs></outConfigs>"), "{nics}");

    faults.add(FaultRule::times(1, Fault::NotInSchema).on("adaptorHostEthIf"));
    let nics = class(controller, &cookie, "adaptorHostEthIf").await;
    assert!(
        nics.starts_with("<error ") && nics.contains("594"),
        "{nics}"
    );

    faults.add(FaultRule::times(
        1,
        Fault::AttributeMissing("serial".to_owned()),
    ));
    let unit = resolve_dn(controller, &cookie, UNIT).await;
    assert_eq!(attribute(&unit, "serial"), None);

    faults.add(FaultRule::times(1, Fault::WrongRoot));
    let unit = resolve_dn(controller, &cookie, UNIT).await;
    assert!(unit.starts_with("<configUnexpected "), "{unit}");

    faults.add(FaultRule::times(1, reads("usrLbl", "<a> & 'b'")));
    faults.add(FaultRule::times(1, Fault::UnescapedText));
    let unit = resolve_dn(controller, &cookie, UNIT).await;
    assert!(unit.contains(r#"usrLbl="<a> & 'b'""#), "{unit}");

    faults.add(FaultRule::times(3, Fault::PowerFlaps));
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(oper_power(controller, &cookie).await);
    }
    assert_eq!(seen, ["on", "off", "on", "off"]);
    assert!(faults.list().is_empty(), "{:?}", faults.list());
}

#[tokio::test]
async fn lom_ports_appear_after_the_first_post() {
    let (rack, cookie) = one("3.0").await;
    let controller = &rack.controllers()[0];
    controller
        .faults()
        .add(FaultRule::always(Fault::LomHiddenUntilPost));
    let ports = async || {
        let all = class(controller, &cookie, "networkAdapterEthIf").await;
        all.matches("<networkAdapterEthIf").count()
    };
    assert_eq!(ports().await, 0);
    power(controller, &cookie, "up").await;
    support::until("POST is over", async || ports().await == 2).await;
}

#[tokio::test]
async fn sessions_can_be_lost_leaked_and_refreshed_without_a_new_cookie() {
    let (rack, cookie) = one("2.0").await;
    let controller = &rack.controllers()[0];
    let faults = controller.faults();
    faults.add(FaultRule::times(1, Fault::RefreshKeepsCookie));
    let refresh =
        format!(r#"<aaaRefresh inCookie="{cookie}" inName="admin" inPassword="password" />"#);
    let same = attribute(&post(controller, refresh).await, "outCookie");
    assert_eq!(same.as_deref(), Some(cookie.as_str()));
    faults.add(FaultRule::times(1, Fault::LogoutLeaks));
    let logout = format!(r#"<aaaLogout inCookie="{cookie}" />"#);
    let answer = post(controller, logout).await;
    assert_eq!(attribute(&answer, "outStatus").as_deref(), Some("success"));
    assert_eq!(controller.sessions().open, 1);
    faults.add(FaultRule::times(1, Fault::SessionLost));
    let answer = resolve_dn(controller, &cookie, UNIT).await;
    assert_eq!(attribute(&answer, "errorCode").as_deref(), Some("552"));
    assert_eq!(controller.sessions().open, 0);
}

#[tokio::test]
async fn power_can_fail_back_and_the_controller_lists_why() {
    let (rack, cookie) = one("1.5").await;
    let controller = &rack.controllers()[0];
    let fails = FaultRule::times(1, Fault::PowerFailsBack);
    controller.faults().add(fails);
    power(controller, &cookie, "up").await;
    let lost = |e: &cimc_sim::LogEntry| e.event == Event::PoweredOff;
    support::until("power is lost", async || {
        controller.events().iter().any(lost)
    })
    .await;
    let faults = class(controller, &cookie, "faultInst").await;
    assert!(faults.contains("power-problem"), "{faults}");
    power(controller, &cookie, "up").await;
    support::until("the second time lasts", async || {
        oper_power(controller, &cookie).await == "on"
    })
    .await;
}

/// Names of the precision order, first to last.
async fn order(controller: &Controller, cookie: &str) -> Vec<String> {
    let list = post(
        controller,
        format!(r#"<configResolveChildren cookie="{cookie}" inDn="{UNIT}/boot-precision" />"#),
    )
    .await;
    let mut devices: Vec<_> = list
        .split("<lsboot")
        .filter_map(|device| Some((attribute(device, "order")?, attribute(device, "name")?)))
        .collect();
    devices.sort();
    devices.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn a_boot_order_can_be_reversed_disabled_doubled_and_changed_by_the_bios() {
    let (rack, cookie) = one("3.0").await;
    let controller = &rack.controllers()[0];
    let faults = controller.faults();
    let dn = format!("{UNIT}/boot-precision/pxe-network");
    let first = r#"<lsbootPxe order="1" />"#;

    faults.add(FaultRule::times(1, Fault::BootOrderReversed));
    write(controller, &cookie, &dn, first).await;
    assert_eq!(
        order(controller, &cookie).await,
        ["localdisk", "cdrom", "network"]
    );

    faults.add(FaultRule::times(1, Fault::BootDevicesDisabled));
    write(controller, &cookie, &dn, first).await;
    let device = resolve_dn(controller, &cookie, &dn).await;
    assert_eq!(attribute(&device, "state").as_deref(), Some("Disabled"));

    faults.add(FaultRule::times(1, Fault::BothBootOrders));
    let policy =
        format!(r#"<configResolveChildren cookie="{cookie}" inDn="{UNIT}/boot-policy" />"#);
    assert!(post(controller, policy).await.contains("<lsbootLan "));

    write(controller, &cookie, &dn, first).await;
    faults.add(FaultRule::times(1, Fault::BiosChangesBootOrder));
    power(controller, &cookie, "up").await;
    support::until("the BIOS has its way", async || {
        order(controller, &cookie).await.first().map(String::as_str) == Some("localdisk")
    })
    .await;
    let list = resolve_dn(controller, &cookie, &format!("{UNIT}/boot-precision")).await;
    let source = attribute(&list, "lastConfiguredBootOrderSource");
    assert_eq!(source.as_deref(), Some("BIOS"));
}
