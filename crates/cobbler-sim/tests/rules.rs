//! What a careful client has to know of Cobbler, one fact per test.

// Helpers beside the tests may panic as the tests do.
#![allow(clippy::unwrap_used)]

mod common;

use cobbler_sim::{CobblerSim, SimFault, SimSpec};
use common::{Session, b, client, fault, get, is_false, is_true, map, request, s, text_of};
use std::time::Duration;

const MAC: &str = "52:54:00:ab:cd:01";
const EL9: &str = "el9-x86_64";

async fn lab() -> (CobblerSim, Session) {
    let sim = CobblerSim::start(SimSpec::default()).await.unwrap();
    let session = Session::open(&sim).await;
    (sim, session)
}

async fn saved(session: &Session, name: &str, mac: &str) {
    let handle = session.new_system(name, EL9).await;
    assert!(is_true(&session.set_mac(&handle, mac).await));
    assert!(is_true(&session.save(&handle, "new").await));
}

#[tokio::test]
async fn an_unknown_field_is_false_and_no_fault() {
    let (_sim, session) = lab().await;
    let handle = session.new_system("n", EL9).await;
    assert!(is_false(
        &session.modify(&handle, "no_such_field", s("x")).await
    ));
    assert!(is_false(
        &session.modify("system::nope", "hostname", s("x")).await
    ));
}

#[tokio::test]
async fn a_refused_mac_does_not_stop_the_save() {
    let (sim, session) = lab().await;
    sim.add_foreign_system("theirs", EL9, MAC);
    let handle = session.new_system("ours", EL9).await;
    let text = fault(&session.set_mac(&handle, MAC).await);
    assert_eq!(
        text,
        format!(
            "<class 'ValueError'>:MAC address duplicate found \"{MAC}\". \
             Object with the conflict has the name \"theirs\""
        )
    );
    assert!(is_true(&session.save(&handle, "new").await));
    assert_eq!(sim.system("ours").unwrap().macs["eth0"], "");
}

#[tokio::test]
async fn without_editmode_new_an_object_is_replaced_and_its_mac_stays_taken() {
    let (sim, session) = lab().await;
    saved(&session, "n", MAC).await;
    let second = session.new_system("n", EL9).await;
    let refused = fault(&session.save(&second, "new").await);
    assert!(refused.contains("An object already exists with that name. Try 'edit'?"));
    assert!(is_true(&session.save(&second, "bypass").await));
    assert!(sim.system("n").unwrap().macs.is_empty());
    let other = session.new_system("other", EL9).await;
    assert!(fault(&session.set_mac(&other, MAC).await).contains("duplicate found"));
}

#[tokio::test]
async fn two_clients_can_save_the_same_mac() {
    let (sim, session) = lab().await;
    let (first, second) = (
        session.new_system("a", EL9).await,
        session.new_system("b", EL9).await,
    );
    for handle in [&first, &second] {
        assert!(is_true(&session.set_mac(handle, MAC).await));
    }
    for handle in [&first, &second] {
        assert!(is_true(&session.save(handle, "new").await));
    }
    assert_eq!(sim.systems().len(), 2);
    let found = session
        .call("find_system", &[map(&[("mac_address", s(MAC))])])
        .await;
    assert_eq!(found.matches("<string>").count(), 1, "{found}");
}

#[tokio::test]
async fn everything_can_be_read_without_a_token() {
    let (sim, session) = lab().await;
    saved(&session, "n", MAC).await;
    for (method, params) in [
        ("get_systems", vec![]),
        ("get_settings", vec![]),
        ("generate_autoinstall", vec![s(""), s("n")]),
        ("disable_netboot", vec![s("n")]),
    ] {
        assert!(
            !session.call(method, &params).await.contains("<fault>"),
            "{method}"
        );
    }
    assert_eq!(sim.calls()["get_systems"], 1);
}

#[tokio::test]
async fn a_token_dies_only_when_somebody_checks_one() {
    let token_ttl = Duration::ZERO;
    let sim = CobblerSim::start(SimSpec {
        token_ttl,
        ..SimSpec::default()
    })
    .await
    .unwrap();
    let session = Session::open(&sim).await;
    assert!(
        !session
            .with_token("new_system", &[])
            .await
            .contains("<fault>")
    );
    assert!(is_false(
        &session.call("token_check", &[s("somebody else's")]).await
    ));
    let text = fault(&session.with_token("new_system", &[]).await);
    let expected = format!(
        "<class 'cobbler.cexceptions.CX'>:'invalid token: {}'",
        session.token
    );
    assert_eq!(text, expected, "the fault echoes the token");
}

#[tokio::test]
async fn handles_outlive_tokens_but_not_the_daemon() {
    let (sim, session) = lab().await;
    let handle = session.new_system("n", EL9).await;
    sim.inject(SimFault::TokenExpired, Some(1));
    assert!(fault(&session.set_mac(&handle, MAC).await).contains("invalid token"));
    let again = Session::open(&sim).await;
    assert!(is_true(&again.set_mac(&handle, MAC).await));
    sim.restart_daemon();
    let again = Session::open(&sim).await;
    assert_eq!(
        fault(&again.save(&handle, "new").await),
        format!("<class 'KeyError'>:'{handle}'")
    );
}

#[tokio::test]
async fn a_failed_trigger_leaves_the_object_stored() {
    let (sim, session) = lab().await;
    sim.inject(SimFault::TriggerFailed, Some(1));
    let handle = session.new_system("n", EL9).await;
    assert!(fault(&session.save(&handle, "new").await).contains("Cobbler trigger failed: "));
    assert!(sim.system("n").is_some());
    assert!(is_true(&session.save(&handle, "bypass").await));
}

#[tokio::test]
async fn a_lost_mac_is_not_reported() {
    let (sim, session) = lab().await;
    sim.inject(SimFault::LoseMac, Some(1));
    saved(&session, "n", MAC).await;
    assert!(!sim.system("n").unwrap().macs.values().any(|mac| mac == MAC));
    saved(&session, "m", MAC).await;
    assert_eq!(sim.system_by_mac(MAC).unwrap().name, "m");
}

#[tokio::test]
async fn the_server_can_be_away_and_come_back() {
    let (sim, session) = lab().await;
    let ping = request("ping", &[]);
    let send = || client().post(&session.url).body(ping.clone()).send();
    sim.inject(SimFault::RefuseConnections, None);
    assert!(send().await.is_err());
    sim.clear_faults();
    sim.inject(SimFault::Unavailable, Some(1));
    assert_eq!(send().await.unwrap().status().as_u16(), 503);
    sim.inject(SimFault::WrongLogin, Some(1));
    let login = [s("cobbler"), s("cobbler")];
    assert!(fault(&session.call("login", &login).await).contains("login failed (cobbler)"));
    assert!(!session.call("login", &login).await.contains("<fault>"));
    let begun = std::time::Instant::now();
    sim.inject(SimFault::Slow(Duration::from_millis(100)), Some(1));
    send().await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn removing_a_profile_takes_its_systems_along_unless_told_not_to() {
    let (sim, session) = lab().await;
    saved(&session, "n", MAC).await;
    let token = || s(&session.token);
    let text = fault(
        &session
            .call("remove_profile", &[s(EL9), token(), b(false)])
            .await,
    );
    assert!(text.contains("removal would orphan system: n"), "{text}");
    assert!(is_true(
        &session.call("remove_profile", &[s(EL9), token()]).await
    ));
    assert!(sim.system("n").is_none() && sim.system_by_mac(MAC).is_none());
    assert!(is_true(
        &session.call("remove_system", &[s("n"), token()]).await
    ));
}

#[tokio::test]
async fn a_handle_of_a_saved_system_points_at_the_live_object() {
    let (sim, session) = lab().await;
    saved(&session, "n", MAC).await;
    assert!(is_true(
        &session.set_mac("system::n", "52:54:00:00:00:02").await
    ));
    assert_eq!(sim.system_by_mac("52:54:00:00:00:02").unwrap().name, "n");
    assert!(sim.system_by_mac(MAC).is_none());
}

#[tokio::test]
async fn a_simulator_shows_no_token_and_stops_listening_when_it_is_shut_down() {
    let (sim, session) = lab().await;
    assert!(!format!("{sim:?}").contains(&session.token));
    let address = sim.address();
    sim.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn parallel_saves_are_counted() {
    let (sim, session) = lab().await;
    let mut handles = Vec::new();
    for name in ["a", "b", "c"] {
        handles.push(session.new_system(name, EL9).await);
    }
    sim.set_latency(Duration::from_millis(300));
    let (a, b, c) = tokio::join!(
        session.save(&handles[0], "new"),
        session.save(&handles[1], "new"),
        session.save(&handles[2], "new")
    );
    assert!([a, b, c].iter().all(|answer| is_true(answer)));
    assert_eq!(sim.max_parallel_saves(), 3);
}

#[tokio::test]
async fn nopxe_switches_netboot_off_only_with_pxe_just_once() {
    for pxe_just_once in [true, false] {
        let sim = CobblerSim::start(SimSpec {
            pxe_just_once,
            ..SimSpec::default()
        })
        .await
        .unwrap();
        let session = Session::open(&sim).await;
        let handle = session.new_system("n", EL9).await;
        session.modify(&handle, "netboot_enabled", b(true)).await;
        session.save(&handle, "new").await;
        let url = format!("{}/cblr/svc/op/nopxe/system/n", sim.base_url());
        let word = if pxe_just_once { "True" } else { "False" };
        assert_eq!(get(&url).await, (200, word.to_owned()));
        assert_eq!(sim.system("n").unwrap().netboot_enabled, !pxe_just_once);
        assert!(
            !sim.calls().contains_key("disable_netboot"),
            "it was no XML-RPC call"
        );
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn the_web_services_answer_as_cobbler_does() {
    let (sim, session) = lab().await;
    saved(&session, "n", MAC).await;
    let service = |path: &str| format!("{}/cblr/svc/op/{path}", sim.base_url());
    for path in ["autoinstall/system/nope", "ks/system/nope"] {
        assert_eq!(
            get(&service(path)).await,
            (404, "# system not found".to_owned())
        );
    }
    assert_eq!(get(&service("autoinstall/profile/el9-x86_64")).await.0, 200);
    assert_eq!(
        get(&service("list/what/systems")).await,
        (200, "n\n".to_owned())
    );
    let script = get(&service(&format!("ipxe/mac/{MAC}"))).await.1;
    assert!(
        script.starts_with("#!ipxe\n") && script.contains("sanboot"),
        "{script}"
    );
    assert_eq!(
        get(&service("trig/mode/pre/system/n")).await,
        (200, "True".to_owned())
    );
    assert_eq!(get(&service("trig/mode/pre/system/nope")).await.0, 500);
    let status = session
        .call("get_status", &[s("normal"), s(&session.token)])
        .await;
    assert!(
        status.contains("system:n") && status.contains("installing"),
        "{status}"
    );
}

#[tokio::test]
async fn ten_thousand_systems_are_no_trouble() {
    let (sim, session) = lab().await;
    for number in 0..10_000_u32 {
        let [_, _, high, low] = number.to_be_bytes();
        let mac = format!("52:54:00:00:{high:02x}:{low:02x}");
        sim.add_foreign_system(&format!("node-{number}"), EL9, &mac);
    }
    let criteria = map(&[("mac_address", s("52:54:00:00:27:0f"))]);
    let found = session.call("find_system", &[criteria]).await;
    assert_eq!(text_of(&found).as_deref(), Some("node-9999"));
    let all = session.call("get_item_names", &[s("system")]).await;
    assert_eq!(all.matches("<string>").count(), 10_000);
    saved(&session, "one-more", MAC).await;
}
