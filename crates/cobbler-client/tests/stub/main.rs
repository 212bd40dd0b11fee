//! How the client behaves towards answers that a healthy server does not give on demand.

mod doubt;
mod server;

use std::collections::BTreeMap;

use cobbler_client::{Cobbler, CobblerConfig, CobblerError, Ensured, SystemSpec, Taken};
use server::{Answer, Calls, Stub, flag, names, settings, string};

const STALE: &str =
    "<class 'cobbler.cexceptions.CX'>:'invalid token: 1M4dbYdmeGWgjNvf6/9qtM+Rp2rUvwDrIA=='";
const TOKEN: &str = "1M4dbYdmeGWgjNvf6/9qtM+Rp2rUvwDrIA==";

/// The system of `answers/get_system.xml`, as read from Cobbler 3.3.10.
pub(crate) fn node_1() -> SystemSpec {
    let metadata = "{\"uuid\": \"11111111-2222-3333-4444-555555555555\", \"name\": \"node one\", \
                    \"keys\": [\"ssh-ed25519 AAAA user@example\"]}";
    SystemSpec {
        name: "node-1".to_owned(),
        profile: "svc-web".to_owned(),
        hostname: "node-1.example.test".to_owned(),
        mac: "52-54-00-AB-CD-01".to_owned(),
        interface: "eth0".to_owned(),
        address: Some([192, 0, 2, 11].into()),
        netmask: Some([255, 255, 255, 0].into()),
        gateway: None,
        name_servers: vec![],
        autoinstall_meta: BTreeMap::from([
            ("metadata".to_owned(), metadata.to_owned()),
            ("user_data_b64".to_owned(), "aGVsbG8gd29ybGQK".to_owned()),
        ]),
        netboot_enabled: true,
        comment: "ferric: node 1".to_owned(),
    }
}

fn called(calls: &Calls, method: &str) -> bool {
    calls.iter().any(|(name, _)| name == method)
}

/// The stored system, once it has been saved and until it is removed.
fn stored(calls: &Calls, save: &str) -> Option<Answer> {
    let there = called(calls, save) && !called(calls, "remove_system");
    there.then(|| Answer::Raw(include_str!("answers/get_system.xml").to_owned()))
}

#[tokio::test]
async fn a_system_is_created_with_editmode_new_and_found_as_wanted() {
    let stub = Stub::start(|method, _, calls| match method {
        "get_system" => stored(calls, "save_system"),
        _ => None,
    })
    .await;
    assert_eq!(
        stub.cobbler.ensure_system(&node_1()).await.expect("made"),
        Ensured::Created
    );
    let calls = stub.calls();
    let (_, save) = calls
        .iter()
        .find(|(name, _)| name == "save_system")
        .expect("a save");
    assert!(
        save.contains("<value><string>new</string></value>"),
        "{save}"
    );
    assert_eq!(
        stub.cobbler.ensure_system(&node_1()).await.expect("there"),
        Ensured::Unchanged
    );
    assert_eq!(
        (stub.count("save_system"), stub.count("xapi_object_edit")),
        (1, 0)
    );
    assert!(!called(&calls, "sync"));
}

#[tokio::test]
async fn a_duplicate_mac_fault_stops_before_the_save() {
    let stub = Stub::start(|method, body, _| {
        (method == "modify_system" && body.contains("modify_interface")).then_some(Answer::Fault(
            "<class 'ValueError'>:MAC address duplicate found \"52:54:00:ab:cd:01\". Object with \
             the conflict has the name \"node-7\"",
        ))
    })
    .await;
    match stub.cobbler.ensure_system(&node_1()).await {
        Err(CobblerError::Duplicate {
            what: Taken::Mac(mac),
            owner,
            ..
        }) => {
            assert_eq!(
                (mac.as_str(), owner.as_deref()),
                ("52:54:00:ab:cd:01", Some("node-7"))
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        (stub.count("save_system"), stub.count("remove_system")),
        (0, 0)
    );
}

#[tokio::test]
async fn a_refused_field_is_an_error_and_nothing_is_saved() {
    let stub = Stub::start(|method, body, _| {
        (method == "modify_system" && body.contains("<string>hostname<")).then(|| flag(false))
    })
    .await;
    match stub.cobbler.ensure_system(&node_1()).await {
        Err(CobblerError::Refused { field, .. }) => assert_eq!(field, "hostname"),
        other => panic!("{other:?}"),
    }
    assert_eq!(stub.count("save_system"), 0);
}

#[tokio::test]
async fn a_release_that_refuses_interfaces_gets_them_the_other_way() {
    let stub = Stub::start(|method, body, calls| match method {
        "modify_system" if body.contains("modify_interface") => Some(flag(false)),
        "get_system" => stored(calls, "xapi_object_edit"),
        _ => None,
    })
    .await;
    assert_eq!(
        stub.cobbler.ensure_system(&node_1()).await.expect("made"),
        Ensured::Created
    );
    assert_eq!(
        (stub.count("save_system"), stub.count("xapi_object_edit")),
        (0, 1)
    );
}

#[tokio::test]
async fn a_system_that_lost_its_mac_is_reported_and_taken_back() {
    let stub = Stub::start(|method, _, calls| match method {
        "get_system" => stored(calls, "save_system").map(|answer| match answer {
            Answer::Raw(xml) => Answer::Raw(xml.replace("52:54:00:ab:cd:01", "")),
            other => other,
        }),
        _ => None,
    })
    .await;
    match stub.cobbler.ensure_system(&node_1()).await {
        Err(CobblerError::Mismatch { fields, .. }) => assert!(fields.contains("mac_address")),
        other => panic!("{other:?}"),
    }
    assert_eq!(stub.count("remove_system"), 1);
}

#[tokio::test]
async fn a_save_that_failed_after_storing_is_taken_back() {
    let stub = Stub::start(|method, _, calls| match method {
        "get_system" => stored(calls, "save_system"),
        "save_system" => Some(Answer::Fault(
            "<class 'cobbler.cexceptions.CX'>:'Cobbler trigger failed: \
             cobbler.modules.sync_post_restart_services'",
        )),
        _ => None,
    })
    .await;
    let error = stub
        .cobbler
        .ensure_system(&node_1())
        .await
        .expect_err("failed");
    assert!(
        matches!(error, CobblerError::Trigger { .. }) && error.is_transient(),
        "{error:?}"
    );
    assert_eq!(stub.count("remove_system"), 1);
}

#[tokio::test]
async fn a_change_that_failed_is_noted_so_that_it_is_saved_again() {
    let stub = Stub::start(|method, _, _| match method {
        "get_system" => Some(Answer::Raw(
            include_str!("answers/get_system.xml").to_owned(),
        )),
        "xapi_object_edit" => Some(Answer::Fault(
            "<class 'FileNotFoundError'>:[Errno 2] No such file: 'x'",
        )),
        _ => None,
    })
    .await;
    let changed = SystemSpec {
        hostname: "other".to_owned(),
        ..node_1()
    };
    let error = stub
        .cobbler
        .ensure_system(&changed)
        .await
        .expect_err("failed");
    assert!(matches!(error, CobblerError::Fault { .. }), "{error:?}");
    let calls = stub.calls();
    let (_, edit) = calls
        .iter()
        .find(|(name, _)| name == "xapi_object_edit")
        .expect("an edit");
    assert!(
        edit.contains("<name>hostname</name>") && !edit.contains("mac_address"),
        "{edit}"
    );
    let (_, note) = calls.last().expect("a call");
    assert!(note.contains("ferric: node 1 [unfinished]"), "{note}");
}

#[tokio::test]
async fn a_swept_token_is_renewed_and_the_one_call_repeated() {
    let stub = Stub::start(|method, _, calls| {
        (method == "write_autoinstall_template" && !called(calls, method))
            .then_some(Answer::Fault(STALE))
    })
    .await;
    stub.cobbler
        .write_template("a.ks", "text\n")
        .await
        .expect("written");
    assert_eq!(
        (
            stub.count("login"),
            stub.count("write_autoinstall_template")
        ),
        (2, 2)
    );
}

#[tokio::test]
async fn a_token_refused_twice_is_an_error_that_hides_it() {
    let stub = Stub::start(|method, _, _| {
        (method == "write_autoinstall_template").then_some(Answer::Fault(STALE))
    })
    .await;
    let error = stub
        .cobbler
        .write_template("a.ks", "text\n")
        .await
        .expect_err("refused");
    assert_eq!(stub.count("write_autoinstall_template"), 2);
    let shown = format!("{error} {error:?} {:?}", stub.cobbler);
    assert!(
        !shown.contains(TOKEN) && !shown.contains("pass-w0rd"),
        "{shown}"
    );
    assert!(shown.contains("write template a.ks") && shown.contains("stub (http://127."));
}

#[tokio::test]
async fn a_token_past_a_third_of_its_life_is_checked_first() {
    let stub = Stub::start(|method, _, calls| match method {
        "get_settings" => Some(settings(false, 0)),
        "token_check" => Some(flag(!called(calls, "token_check"))),
        _ => None,
    })
    .await;
    for _ in 0..3 {
        stub.cobbler
            .write_template("a.ks", "text\n")
            .await
            .expect("written");
    }
    // Logged in, checked and kept, checked and lost.
    assert_eq!((stub.count("login"), stub.count("token_check")), (2, 2));
}

#[tokio::test]
async fn managed_dhcp_leaves_one_writer_at_a_time() {
    for (manage_dhcp, most) in [(true, 1), (false, 4)] {
        let stub = Stub::start(move |method, _, _| match method {
            "get_settings" => Some(settings(manage_dhcp, 3600)),
            // Without a list of children, which stands for one writer as well.
            "get_profile" => Some(Answer::Raw(
                include_str!("answers/get_profile.xml").to_owned(),
            )),
            _ => None,
        })
        .await;
        let writes: Vec<_> = (0..16)
            .map(|n| {
                let cobbler = stub.cobbler.clone();
                tokio::spawn(async move { cobbler.write_template(&format!("{n}.ks"), "x").await })
            })
            .collect();
        for write in writes {
            write.await.expect("no panic").expect("written");
        }
        assert_eq!(stub.most_at_once(), most);
    }
}

#[tokio::test]
async fn a_crowd_of_readers_is_let_in_a_few_at_a_time() {
    let stub = Stub::start(|_, _, _| None).await;
    let reads: Vec<_> = (0..100)
        .map(|n| {
            let cobbler = stub.cobbler.clone();
            tokio::spawn(async move { cobbler.distro(&format!("d{n}")).await })
        })
        .collect();
    for read in reads {
        let _ = read.await.expect("no panic");
    }
    assert!(
        (2..=8).contains(&stub.most_at_once()),
        "{}",
        stub.most_at_once()
    );
}

#[tokio::test]
async fn strange_answers_are_protocol_errors() {
    let long = format!("<methodResponse>{}", " ".repeat(17 * 1024 * 1024));
    for raw in [
        "<!DOCTYPE x [<!ENTITY a \"b\">]><methodResponse><params><param><value>&a;</value></param>\
         </params></methodResponse>"
            .to_owned(),
        "<html><body>It works!</body></html>".to_owned(),
        String::new(),
        long,
    ] {
        let stub = Stub::start(move |_, _, _| Some(Answer::Raw(raw.clone()))).await;
        let error = stub.cobbler.version().await.expect_err("refused");
        assert!(matches!(error, CobblerError::Protocol { .. }), "{error:?}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn a_busy_web_server_is_transient_and_a_wrong_path_is_not() {
    for (status, transient) in [(503, true), (502, true), (404, false), (401, false)] {
        let stub = Stub::start(move |_, _, _| Some(Answer::Status(status))).await;
        let error = stub.cobbler.version().await.expect_err("refused");
        assert!(matches!(error, CobblerError::Http { status: s, .. } if s == status));
        assert_eq!(error.is_transient(), transient, "{status}");
    }
}

#[tokio::test]
async fn nobody_listening_is_unreachable_and_names_the_server_without_credentials() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let url = format!("http://me:s3cret@{address}/cobbler_api");
    let config = CobblerConfig::new("lab", url, "user", "pass-w0rd".to_owned().into());
    let cobbler = Cobbler::new(config).expect("a usable configuration");
    let error = cobbler.version().await.expect_err("refused");
    assert!(matches!(error, CobblerError::Unreachable { .. }) && error.is_transient());
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains(&format!("lab (http://{address}/cobbler_api)")),
        "{shown}"
    );
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn release_four_is_refused_before_anything_is_written() {
    let stub = Stub::start(|method, _, _| {
        (method == "extended_version").then(|| {
            Answer::Value(
                "<struct><member><name>version</name><value><string>4.0.0</string></value>\
                 </member></struct>"
                    .to_owned(),
            )
        })
    })
    .await;
    match stub.cobbler.ensure_system(&node_1()).await {
        Err(CobblerError::Unsupported { release, .. }) => assert_eq!(release, "4.0.0"),
        other => panic!("{other:?}"),
    }
    assert_eq!(stub.count("login"), 0);
}

#[tokio::test]
async fn the_main_branch_is_recognised_whatever_it_calls_itself() {
    let stub = Stub::start(|method, _, _| match method {
        "extended_version" => Some(Answer::Value(
            "<struct><member><name>version</name><value><string>3.4.0</string></value>\
             </member></struct>"
                .to_owned(),
        )),
        "xapi_object_edit" => Some(Answer::Fault(
            "<class 'cobbler.cexceptions.CX'>:\"unknown remote method 'xapi_object_edit'\"",
        )),
        _ => None,
    })
    .await;
    let error = stub
        .cobbler
        .ensure_system(&node_1())
        .await
        .expect_err("refused");
    assert!(
        matches!(error, CobblerError::Unsupported { .. }) && !error.is_transient(),
        "{error:?}"
    );
    let said = error.to_string();
    assert!(
        said.contains("3.4.0 has another interface") && said.contains("2.2 to 3.3"),
        "{said}"
    );
    assert_eq!(stub.count("login"), 0);
}

#[tokio::test]
async fn a_kickstart_that_is_an_error_text_is_an_error() {
    let stub = Stub::start(|method, _, _| match method {
        "generate_autoinstall" => Some(string(
            "# This automatic OS installation file had errors that prevented it from being \
             rendered correctly.\n# The cobbler.log should have information.",
        )),
        _ => None,
    })
    .await;
    let error = stub
        .cobbler
        .render_system("node-1")
        .await
        .expect_err("refused");
    assert!(matches!(error, CobblerError::Render { .. }), "{error:?}");
}

#[tokio::test]
async fn a_taken_address_is_refused_before_anything_is_written() {
    let stub = Stub::start(|method, body, _| {
        (method == "find_system" && body.contains("ip_address")).then(|| names(&["node-9"]))
    })
    .await;
    match stub.cobbler.ensure_system(&node_1()).await {
        Err(CobblerError::Duplicate {
            what: Taken::Address(_),
            owner,
            ..
        }) => {
            assert_eq!(owner.as_deref(), Some("node-9"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(stub.count("login"), 0);
}
