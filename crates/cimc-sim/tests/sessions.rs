//! Sessions of the XML API and what its faults do to a client.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use cimc_sim::{Fault, FaultRule, Rack};
use support::{attribute, client, login, oper_power, post, rack, resolve_dn, spec, write};

#[tokio::test]
async fn the_fifth_session_is_refused() {
    let rack = rack(&["2.0"]).await;
    let controller = &rack.controllers()[0];
    let mut cookies = Vec::new();
    for _ in 0..4 {
        cookies.push(login(controller).await);
    }
    let body = r#"<aaaLogin inName="admin" inPassword="password" />"#;
    let refused = post(controller, body).await;
    assert_eq!(attribute(&refused, "errorCode").as_deref(), Some("572"));
    assert!(refused.contains("Maximum sessions reached"));
    let out = post(
        controller,
        format!(r#"<aaaLogout inCookie="{}" />"#, cookies[0]),
    )
    .await;
    assert_eq!(attribute(&out, "outStatus").as_deref(), Some("success"));
    let again = post(
        controller,
        format!(r#"<aaaLogout inCookie="{}" />"#, cookies[0]),
    )
    .await;
    assert_eq!(attribute(&again, "errorCode").as_deref(), Some("555"));
    login(controller).await;
    let counters = controller.sessions();
    assert_eq!(
        (counters.open, counters.most_open, counters.logins),
        (4, 4, 5)
    );
}

#[tokio::test]
async fn wrong_passwords_and_cookies_are_told_apart() {
    let rack = rack(&["3.0"]).await;
    let controller = &rack.controllers()[0];
    let wrong = post(controller, r#"<aaaLogin inName="admin" inPassword="x" />"#).await;
    assert_eq!(attribute(&wrong, "errorCode").as_deref(), Some("551"));
    let stale = resolve_dn(controller, "1/none", "sys").await;
    assert_eq!(attribute(&stale, "errorCode").as_deref(), Some("552"));
    let missing = post(controller, "<aaaLogout />").await;
    assert_eq!(
        attribute(&missing, "invocationResult").as_deref(),
        Some("594")
    );
}

#[tokio::test]
async fn a_refresh_changes_the_cookie_and_a_keep_alive_does_not() {
    let rack = rack(&["1.5"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let kept = post(controller, format!(r#"<aaaKeepAlive cookie="{cookie}" />"#)).await;
    assert_eq!(attribute(&kept, "cookie").as_deref(), Some(cookie.as_str()));
    let refresh =
        format!(r#"<aaaRefresh inCookie="{cookie}" inName="admin" inPassword="password" />"#);
    let newer = attribute(&post(controller, refresh).await, "outCookie").unwrap();
    assert_ne!(newer, cookie);
    let old = resolve_dn(controller, &cookie, "sys").await;
    assert_eq!(attribute(&old, "errorCode").as_deref(), Some("552"));
    assert_eq!(
        attribute(&resolve_dn(controller, &newer, "sys").await, "errorCode"),
        None
    );
}

#[tokio::test]
async fn an_idle_session_expires() {
    let mut spec = spec(&["1.5"]);
    spec.timing.session_idle = Duration::from_millis(1);
    let rack = Rack::start(spec).await.unwrap();
    let controller = &rack.controllers()[0];
    login(controller).await;
    support::until("the session ends", async || controller.sessions().open == 0).await;
}

#[tokio::test]
async fn a_read_only_user_may_not_write() {
    let mut spec = spec(&["2.0"]);
    spec.read_only = Some(("viewer".to_owned(), "look".into()));
    let rack = Rack::start(spec).await.unwrap();
    let controller = &rack.controllers()[0];
    let answer = post(
        controller,
        r#"<aaaLogin inName="viewer" inPassword="look" />"#,
    )
    .await;
    assert_eq!(attribute(&answer, "outPriv").as_deref(), Some("read-only"));
    let cookie = attribute(&answer, "outCookie").unwrap();
    let object = r#"<computeRackUnit adminPower="up" />"#;
    let answer = write(controller, &cookie, "sys/rack-unit-1", object).await;
    assert_eq!(attribute(&answer, "errorCode").as_deref(), Some("553"));
    assert!(!controller.is_powered());
}

#[tokio::test]
async fn faults_are_told_to_the_client_and_end_after_their_count() {
    let rack = rack(&["2.0"]).await;
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    let faults = controller.faults();

    faults.add(FaultRule::times(1, Fault::Html));
    assert!(
        resolve_dn(controller, &cookie, "sys")
            .await
            .starts_with("<html>")
    );

    faults.add(FaultRule::times(1, Fault::PowerReads("unknown".to_owned())));
    assert_eq!(oper_power(controller, &cookie).await, "unknown");
    assert_eq!(oper_power(controller, &cookie).await, "off");

    faults.add(FaultRule::times(1, Fault::Refuse));
    let lost = client()
        .post(controller.url())
        .body("<aaaLogin/>")
        .send()
        .await;
    assert!(lost.is_err());

    let busy = Fault::Error {
        code: "2003".to_owned(),
        text: "not ready yet".to_owned(),
    };
    faults.add(FaultRule::times(1, busy).on("storageLocalDisk"));
    let query = r#"classId="storageLocalDisk""#;
    let query = format!(r#"<configResolveClass cookie="{cookie}" {query} />"#);
    let refused = post(controller, query.clone()).await;
    assert_eq!(attribute(&refused, "errorCode").as_deref(), Some("2003"));
    assert_eq!(attribute(&post(controller, query).await, "errorCode"), None);

    faults.add(FaultRule::times(1, Fault::ForeignSessions(3)));
    let body = r#"<aaaLogin inName="admin" inPassword="password" />"#;
    assert_eq!(
        attribute(&post(controller, body).await, "errorCode").as_deref(),
        Some("572")
    );

    let dn = "sys/rack-unit-1/boot-precision/pxe-MigratedPXE2";
    faults.add(FaultRule::times(1, Fault::BootOrderNotStored));
    write(controller, &cookie, dn, r#"<lsbootPxe order="1" />"#).await;
    let stored = resolve_dn(controller, &cookie, dn).await;
    assert_eq!(attribute(&stored, "order").as_deref(), Some("3"));
    write(controller, &cookie, dn, r#"<lsbootPxe order="1" />"#).await;
    let stored = resolve_dn(controller, &cookie, dn).await;
    assert_eq!(attribute(&stored, "order").as_deref(), Some("1"));
}

#[tokio::test]
async fn a_hanging_controller_answers_nobody_and_still_shuts_down() {
    let rack = rack(&["2.0"]).await;
    let controller = &rack.controllers()[0];
    controller.faults().add(FaultRule::times(1, Fault::Hang));
    let body = r#"<aaaLogin inName="admin" inPassword="password" />"#;
    let request = client()
        .post(controller.url())
        .body(body)
        .timeout(Duration::from_millis(200));
    assert!(request.send().await.unwrap_err().is_timeout());
    tokio::time::timeout(support::LIMIT, rack.shutdown())
        .await
        .unwrap();
}
