//! What differs between releases beyond the recordings, one fact per test.

// Helpers beside the tests may panic as the tests do.
#![allow(clippy::unwrap_used)]

mod common;

use cobbler_sim::{CobblerSim, Release, SimFault, SimSpec};
use common::{Session, b, client, fault, is_false, is_true, map, post, request, s, text_of};
use std::time::Duration;

const MAC: &str = "52:54:00:ab:cd:01";
const EL9: &str = "el9-x86_64";

async fn lab(release: Release) -> (CobblerSim, Session) {
    let sim = CobblerSim::start(SimSpec::of(release)).await.unwrap();
    let session = Session::open(&sim).await;
    (sim, session)
}

#[tokio::test]
async fn every_call_of_2_8_ends_old_tokens() {
    let sim = CobblerSim::start(SimSpec {
        token_ttl: Duration::ZERO,
        ..SimSpec::of(Release::V2_8_5)
    })
    .await
    .unwrap();
    let session = Session::open(&sim).await;
    assert!(fault(&session.with_token("new_system", &[]).await).contains("invalid token"));
}

#[tokio::test]
async fn a_replaced_object_gives_its_mac_free_before_3_3_10() {
    for release in [Release::V2_8_5, Release::V3_1_2, Release::V3_2_3] {
        let (sim, session) = lab(release).await;
        sim.add_foreign_system("n", EL9, MAC);
        let second = session.new_system("n", EL9).await;
        assert!(is_true(&session.save(&second, "bypass").await));
        let other = session.new_system("other", EL9).await;
        assert!(is_true(&session.set_mac(&other, MAC).await), "{release}");
    }
}

#[tokio::test]
async fn an_interface_of_3_3_0_is_set_by_the_one_call_only() {
    let (sim, session) = lab(Release::V3_3_0).await;
    let handle = session.new_system("n", EL9).await;
    assert!(is_false(&session.set_mac(&handle, MAC).await));
    assert!(is_true(&session.save(&handle, "new").await));
    let fields = [("interface", s("eth0")), ("mac_address", s(MAC))];
    let call = [s("system"), s("n"), s("edit"), map(&fields)];
    assert!(is_true(
        &session.with_token("xapi_object_edit", &call).await
    ));
    let macs = sim.system("n").unwrap().macs;
    assert_eq!((macs["eth0"].as_str(), macs["default"].as_str()), (MAC, ""));
    let again = fault(&session.with_token("xapi_object_edit", &call).await);
    assert!(again.contains("MAC address duplicated"), "{again}");
}

#[tokio::test]
async fn a_record_given_up_spoils_every_save_of_3_3_0() {
    let (_sim, session) = lab(Release::V3_3_0).await;
    let _given_up = session.new_system("a", EL9).await;
    let handle = session.new_system("b", EL9).await;
    let text = fault(&session.save(&handle, "new").await);
    assert!(text.contains("Child with the name \"a\""), "{text}");
}

#[tokio::test]
async fn a_template_of_2_8_is_ascii_and_in_no_new_directory() {
    let (sim, session) = lab(Release::V2_8_5).await;
    let write = async |name: &str, text: &str| {
        let path = format!("/var/lib/cobbler/kickstarts/{name}");
        let call = [s(&path), b(false), s(text)];
        session
            .with_token("read_or_write_kickstart_template", &call)
            .await
    };
    assert!(is_true(&write("a.ks", "text\n").await));
    assert!(fault(&write("new/a.ks", "text\n").await).contains("No such file"));
    assert!(fault(&write("a.ks", "für\n").await).contains("UnicodeEncodeError"));
    assert_eq!(sim.templates()["a.ks"], "", "emptied before it was refused");
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_work_was_done() {
    for release in Release::ALL {
        let (sim, session) = lab(release).await;
        let handle = session.new_system("n", EL9).await;
        sim.inject(SimFault::AnswerLost, Some(1));
        let params = [s(&handle), s(&session.token), s("new")];
        let sent = client()
            .post(&session.url)
            .body(request("save_system", &params))
            .send();
        assert_eq!(sent.await.unwrap().status().as_u16(), 502);
        assert!(sim.system("n").is_some());
    }
}

#[tokio::test]
async fn settings_that_are_flags_are_numbers_in_old_releases() {
    for (release, form) in [
        (Release::V2_8_5, "<int>1</int>"),
        (Release::V3_1_2, "<int>1</int>"),
        (Release::V3_2_3, "<boolean>1</boolean>"),
        (Release::V3_3_10, "<boolean>1</boolean>"),
    ] {
        let sim = CobblerSim::start(SimSpec {
            manage_dhcp: true,
            ..SimSpec::of(release)
        })
        .await
        .unwrap();
        let settings = post(&sim.api_url(), &request("get_settings", &[])).await;
        let (_, rest) = settings.split_once("<name>manage_dhcp</name>\n").unwrap();
        let expected = format!("<value>{form}");
        assert!(rest.starts_with(&expected), "{release}: {}", &rest[..60]);
        assert!(text_of(&settings).is_some());
    }
}
