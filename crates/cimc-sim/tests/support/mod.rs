//! What the tests of the simulator share: a client made of text, and waiting.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::time::{Duration, Instant};

use cimc_sim::{Controller, ControllerSpec, Personality, Rack, RackSpec, Timing};

pub const LIMIT: Duration = Duration::from_secs(20);

pub fn spec(names: &[&str]) -> RackSpec {
    let controllers = names
        .iter()
        .map(|name| ControllerSpec::new(Personality::by_name(name).unwrap()))
        .collect();
    let mut spec = RackSpec::new(controllers);
    spec.timing = Timing::default().scaled(0.01);
    spec
}

pub async fn rack(names: &[&str]) -> Rack {
    Rack::start(spec(names)).await.unwrap()
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(LIMIT)
        .tls_danger_accept_invalid_certs(true)
        .no_proxy()
        .build()
        .unwrap()
}

pub async fn post(controller: &Controller, body: impl Into<String>) -> String {
    let request = client().post(controller.url()).body(body.into());
    request.send().await.unwrap().text().await.unwrap()
}

pub async fn login(controller: &Controller) -> String {
    let answer = post(
        controller,
        r#"<aaaLogin inName="admin" inPassword="password" />"#,
    )
    .await;
    attribute(&answer, "outCookie").unwrap_or_else(|| panic!("no cookie in {answer}"))
}

/// The value of the first attribute of that name.
pub fn attribute(xml: &str, name: &str) -> Option<String> {
    let start = xml.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = xml[start..].find('"')?;
    Some(xml[start..start + end].to_owned())
}

pub async fn resolve_dn(controller: &Controller, cookie: &str, dn: &str) -> String {
    post(
        controller,
        format!(r#"<configResolveDn cookie="{cookie}" dn="{dn}" />"#),
    )
    .await
}

pub async fn write(controller: &Controller, cookie: &str, dn: &str, object: &str) -> String {
    let body = format!(
        r#"<configConfMo cookie="{cookie}" dn="{dn}" inHierarchical="false"><inConfig>{object}</inConfig></configConfMo>"#
    );
    post(controller, body).await
}

pub async fn power(controller: &Controller, cookie: &str, command: &str) {
    let object = format!(r#"<computeRackUnit adminPower="{command}" dn="sys/rack-unit-1"/>"#);
    let answer = write(controller, cookie, "sys/rack-unit-1", &object).await;
    assert_eq!(attribute(&answer, "errorCode"), None, "{answer}");
}

pub async fn oper_power(controller: &Controller, cookie: &str) -> String {
    attribute(
        &resolve_dn(controller, cookie, "sys/rack-unit-1").await,
        "operPower",
    )
    .unwrap()
}

/// Waits until the condition holds; panics with what `show` says when the limit is over.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < LIMIT, "not within {LIMIT:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
