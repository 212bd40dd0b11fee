//! The service for other processes.
#![allow(clippy::unwrap_used)]

mod support;

use cimc_sim::{Fault, Rack, RackSpec};
use serde_json::{Value, json};
use support::{client, login, spec};

struct Admin(String);

impl Admin {
    async fn start(names: &[&str]) -> (Rack, Self) {
        Self::start_with(names, |_| {}).await
    }

    async fn start_with(names: &[&str], change: impl FnOnce(&mut RackSpec)) -> (Rack, Self) {
        let mut spec = spec(names);
        change(&mut spec);
        spec.admin = Some("127.0.0.1:0".parse().unwrap());
        let rack = Rack::start(spec).await.unwrap();
        let admin = Self(format!("http://{}", rack.admin_address().unwrap()));
        (rack, admin)
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = client()
            .request(method.parse().unwrap(), format!("{}{path}", self.0))
            .body(body.to_owned());
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}

#[tokio::test]
async fn faults_are_added_for_one_some_or_all_controllers_and_cleared() {
    let (rack, admin) = Admin::start(&["1.5", "2.0", "3.0"]).await;
    let all = rack.controllers();
    let slow = r#"{"fault": {"delay": 0.001}, "on": "aaaLogin", "count": 2}"#;
    let some = "/faults?machines=cimc0000,cimc0002";
    assert_eq!(admin.call("POST", some, slow).await.0, 201);
    assert_eq!(
        admin
            .call("POST", "/faults", r#"{"fault": "html"}"#)
            .await
            .0,
        201
    );
    let counts = || {
        all.iter()
            .map(|c| c.faults().list().len())
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(), [2, 1, 2]);
    assert_eq!(all[1].faults().list()[0].fault(), &Fault::Html);
    let one = format!("/faults?machines={}", all[1].address());
    assert_eq!(admin.call("DELETE", &one, "").await.0, 204);
    assert_eq!(counts(), [2, 0, 2]);
    let (status, listed) = admin.call("GET", "/faults", "").await;
    assert_eq!(status, 200);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(
        listed[0]["rules"][0],
        serde_json::from_str::<Value>(slow).unwrap()
    );
    admin.call("DELETE", "/faults", "").await;
    assert_eq!(counts(), [0, 0, 0]);
}

#[tokio::test]
async fn what_is_wrong_in_a_request_is_said_with_what_is_allowed() {
    let (_rack, admin) = Admin::start(&["2.0"]).await;
    let upgrade = "/machines/cimc0000/upgrade";
    for (path, body, status, words) in [
        (
            "/faults",
            r#"{"fault": "slow"}"#,
            400,
            &["fault", "`slow`", "`delay`"][..],
        ),
        (
            "/faults",
            r#"{"fault": {"http_status": 7}}"#,
            400,
            &["200 to 599"],
        ),
        (
            "/faults",
            r#"{"fault": "html", "cuont": 1}"#,
            400,
            &["`cuont`", "`count`"],
        ),
        (
            "/faults",
            r#"{"fault": "html", "count": "x"}"#,
            400,
            &["count", "u32"],
        ),
        ("/faults", "no JSON", 400, &["JSON"]),
        (
            "/faults?machines=cimc9",
            r#"{"fault": "html"}"#,
            404,
            &["cimc9", "GET /machines"],
        ),
        (
            "/faults?machine=cimc0000",
            r#"{"fault": "html"}"#,
            400,
            &["`machine`", "`machines`"],
        ),
        (upgrade, r#"{"firmware": "9.9"}"#, 400, &["9.9", "4.3-m8"]),
        (upgrade, "{}", 400, &["firmware"]),
        ("/machines/nobody/restart", "", 404, &["nobody"]),
        ("/nothing", "", 404, &["/counters"]),
    ] {
        let (seen, answer) = admin.call("POST", path, body).await;
        let error = answer["error"].as_str().unwrap_or_default();
        assert_eq!(seen, status, "{path} {body}: {answer}");
        for word in words {
            assert!(error.contains(word), "{path} {body}: {word} in {error}");
        }
    }
}

#[tokio::test]
async fn a_person_at_the_machine_can_be_played() {
    let (rack, admin) = Admin::start(&["1.5"]).await;
    let controller = &rack.controllers()[0];
    let press = "/machines/cimc0000/power-button";
    assert_eq!(admin.call("POST", press, "").await.0, 202);
    support::until("it has power", async || controller.is_powered()).await;
    login(controller).await;
    let (_, counters) = admin.call("GET", "/counters", "").await;
    let sessions = json!({"open": 1, "most_open": 1, "logins": 1});
    let expected =
        json!({"controllers": 1, "powered": 1, "sessions": sessions, "faults_struck": 0});
    assert_eq!(counters, expected);

    let upgrade = "/machines/cimc0000/upgrade";
    assert_eq!(
        admin
            .call("POST", upgrade, r#"{"firmware": "2.0"}"#)
            .await
            .0,
        202
    );
    let (_, machine) = admin.call("GET", "/machines/cimc0000", "").await;
    assert_eq!(machine["firmware"], "2.0(13e)");
    assert_eq!(machine["sessions"]["open"], 0);
    assert_eq!(machine["powered"], true);
    let (_, machines) = admin.call("GET", "/machines", "").await;
    assert_eq!(machines[0]["name"], "cimc0000");

    assert_eq!(
        admin.call("POST", "/machines/cimc0000/restart", "").await.0,
        202
    );
    let (_, events) = admin.call("GET", "/machines/cimc0000/events", "").await;
    let events: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["event"])
        .collect();
    assert!(
        events.contains(&&json!({"firmware_changed": "2.0(13e)"})),
        "{events:?}"
    );
    assert_eq!(
        events.iter().filter(|e| **e == "controller_reset").count(),
        2
    );
}

#[tokio::test]
async fn a_machine_can_be_made_to_ignore_the_boot_order() {
    // What is installed boots from the disk, which the factory's order has before the network.
    let (rack, admin) = Admin::start_with(&["2.0"], |spec| spec.installed = true).await;
    let controller = &rack.controllers()[0];
    let quirks = "/machines/cimc0000/quirks";
    let (status, answer) = admin.call("PUT", quirks, r#"["flies"]"#).await;
    assert_eq!(status, 400);
    let error = answer["error"].as_str().unwrap();
    assert!(error.contains("`ignores_boot_order`"), "{error}");

    let network_first = r#"["ignores_boot_order", "no_dhcp"]"#;
    assert_eq!(admin.call("PUT", quirks, network_first).await.0, 204);
    controller.press_power_button();
    support::until("it tries the network", async || {
        controller.machine().counters.network_attempts > 0
    })
    .await;
}
