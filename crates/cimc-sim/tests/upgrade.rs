//! Firmware upgrades of a running controller.
#![allow(clippy::unwrap_used)]

mod support;

use cimc_sim::{Controller, Event, Personality, Rack};
use support::{attribute, login, post, power, rack, resolve_dn, spec, until, write};

async fn devices(controller: &Controller, cookie: &str, list: &str) -> String {
    let dn = format!("sys/rack-unit-1/{list}");
    post(
        controller,
        format!(r#"<configResolveChildren cookie="{cookie}" inDn="{dn}" />"#),
    )
    .await
}

async fn upgrade(controller: &Controller, name: &str) -> String {
    controller.upgrade(Personality::by_name(name).unwrap());
    assert_eq!(controller.sessions().open, 0);
    let body = r#"<aaaLogin inName="admin" inPassword="password" />"#;
    until("it is back", async || {
        let request = support::client().post(controller.url()).body(body).send();
        match request.await {
            Ok(answer) => answer
                .text()
                .await
                .is_ok_and(|text| text.contains("outCookie")),
            Err(_) => false,
        }
    })
    .await;
    login(controller).await
}

#[tokio::test]
async fn the_legacy_list_is_migrated_to_devices_that_nobody_named_and_is_then_empty() {
    let rack = rack(&["1.5"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let lan = "sys/rack-unit-1/boot-policy/lan-read-only";
    write(controller, &cookie, lan, r#"<lsbootLan order="1" />"#).await;
    let label = r#"<computeRackUnit usrLbl="rack 1 &lt;top&gt;" />"#;
    write(controller, &cookie, "sys/rack-unit-1", label).await;
    let cookie = upgrade(controller, "2.0").await;
    let unit = resolve_dn(controller, &cookie, "sys/rack-unit-1").await;
    assert_eq!(
        attribute(&unit, "usrLbl").as_deref(),
        Some("rack 1 &lt;top&gt;")
    );
    let policy = devices(controller, &cookie, "boot-policy").await;
    assert!(!policy.contains("order="), "{policy}");
    let precision = devices(controller, &cookie, "boot-precision").await;
    for (name, order) in [
        ("MigratedPXE0", 1),
        ("MigratedVMEDIA1", 2),
        ("MigratedHDD2", 3),
    ] {
        let expected = format!(r#"name="{name}" order="{order}""#);
        assert!(precision.contains(&expected), "{expected} in {precision}");
    }
    assert!(
        controller
            .events()
            .iter()
            .any(|e| e.event == Event::FirmwareChanged("2.0(13e)"))
    );
}

#[tokio::test]
async fn a_precision_list_and_the_power_stay() {
    let mut spec = spec(&["2.0"]);
    spec.timing = spec.timing.scaled(0.1);
    let rack = Rack::start(spec).await.unwrap();
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    until("it is on", async || controller.is_powered()).await;
    let before = devices(controller, &cookie, "boot-precision").await;
    let cookie = upgrade(controller, "4.1").await;
    let after = devices(controller, &cookie, "boot-precision").await;
    let names = |list: &str| {
        list.match_indices(" name=\"")
            .map(|(at, _)| list[at..].split('"').nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&before), names(&after));
    let unit = resolve_dn(controller, &cookie, "sys/rack-unit-1").await;
    assert_eq!(attribute(&unit, "operPower").as_deref(), Some("on"));
    assert!(unit.contains("biosPostState"), "{unit}");
    assert_eq!(controller.personality().firmware(), "4.1(3i)");
}

#[tokio::test]
async fn a_downgrade_below_2_0_leaves_the_list_of_the_factory() {
    let rack = rack(&["3.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = upgrade(controller, "1.5").await;
    let policy = devices(controller, &cookie, "boot-policy").await;
    assert!(policy.contains("lsbootLan"), "{policy}");
    let precision = devices(controller, &cookie, "boot-precision").await;
    assert!(!precision.contains("lsbootPxe"), "{precision}");
}
