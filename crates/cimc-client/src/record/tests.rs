//! What goes into a transcript, and what does not.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use super::Recorder;
use crate::error::TransportKind;
use crate::settings::ControllerSettings;
use crate::transport::TransportError;
use crate::xml::{Element, parse};

const PASSWORD: &str = "Canary-pa55&word";
const COOKIE: &str = "1498902428/9de6dc36-417c-157c-106c-139efe2dc02a";

fn settings() -> ControllerSettings {
    ControllerSettings::new(
        "canaryhost.lab:8443",
        "canaryuser",
        PASSWORD.to_owned().into(),
    )
}

fn element(text: &str) -> Element {
    parse(text.as_bytes()).unwrap()
}

struct Desk {
    directory: tempfile::TempDir,
    recorder: Recorder,
}

impl Desk {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let recorder = Recorder::create(&directory.path().join("t.jsonl")).unwrap();
        Self {
            directory,
            recorder,
        }
    }

    fn note(&self, request: &str, answer: &str) {
        let answer = Ok(answer.as_bytes().to_vec());
        let elapsed = Duration::from_millis(7);
        self.recorder
            .note(&settings(), &element(request), &answer, elapsed);
    }

    fn log_in(&self) {
        let request = Element::new("aaaLogin")
            .with("inName", "canaryuser")
            .with("inPassword", PASSWORD)
            .to_string();
        let answer = format!(
            "<aaaLogin cookie=\"\" response=\"yes\" outCookie=\"{COOKIE}\" outPriv=\"admin\" \
             outVersion=\"4.1(3i)\"> </aaaLogin>\0\0"
        );
        self.note(&request, &answer);
    }

    fn read(&self) -> String {
        self.recorder.finish().unwrap();
        std::fs::read_to_string(self.directory.path().join("t.jsonl")).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        let lines = self.read();
        let lines = lines.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn object(attributes: &str) -> String {
    format!(
        "<configResolveDn cookie=\"{COOKIE}\" response=\"yes\" dn=\"sys/rack-unit-1\"><outConfig>\
         <computeRackUnit dn=\"sys/rack-unit-1\" {attributes}/></outConfig></configResolveDn>"
    )
}

const READ: &str = "<configResolveDn cookie=\"1498902428/9de6dc36-417c-157c-106c-139efe2dc02a\" \
                    dn=\"sys/rack-unit-1\" inHierarchical=\"false\" />";

#[test]
fn the_first_line_tells_what_was_recorded_and_the_others_how_it_went() {
    let desk = Desk::new();
    desk.log_in();
    desk.note(READ, &object("model=\"UCSC-C220-M5SX\" operPower=\"on\""));
    let lines = desk.lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["ferric_cimc_transcript"], 1);
    assert_eq!(lines[0]["firmware"], "4.1(3i)");
    assert_eq!(lines[0]["model"], "UCSC-C220-M5SX");
    assert_eq!(lines[2]["method"], "configResolveDn");
    assert_eq!(lines[2]["status"], 200);
    assert_eq!(lines[2]["elapsed_ms"], 7);
    let answer = lines[2]["answer"].as_str().unwrap();
    assert!(answer.contains("operPower=\"on\""), "{answer}");
}

#[test]
fn what_must_not_leave_the_house_is_not_in_the_file() {
    let canaries = [
        ("serial", "FCH1752V07Z"),
        ("driveSerialNumber", "S3Z7NX0K"),
        ("chassisSerial", "FOX1928G0XX"),
        ("uuid", "4A42480B-345D-4CD0-8824-A399795E279C"),
        ("assetTag", "inv 4711 canary"),
        ("usrLbl", "canary's lab, row 7"),
        ("mac", "3C:08:F6:D9:8F:00"),
        ("wwpn", "20:00:00:25:B5:00:00:0F"),
        ("extIp", "10.9.1.11"),
        ("v6Addr", "2001:420:27:1::5"),
        ("hostName", "canary-bmc"),
        ("dnsDomain", "canary.example"),
        ("ntpServer1", "ntp.canary.example"),
        ("ldapServer2", "dc2.canary.example"),
        ("rootDn", "cn=canaries,dc=canary"),
        ("user", "canaryperson"),
        ("password", "canarypassword"),
        ("pwd", "canarypwd1"),
        ("snmpCommunity", "canarycommunity"),
        ("outTokens", "1804289383,846930886"),
    ];
    let desk = Desk::new();
    desk.log_in();
    let attributes: String = canaries
        .iter()
        .map(|(name, value)| format!(" {name}=\"{value}\""))
        .collect();
    desk.note(READ, &object(&attributes));
    // And again where no name tells: in the sentence of a fault, and in the name of an object.
    let sentence: Vec<&str> = canaries
        .iter()
        .filter(|(name, _)| *name != "outTokens")
        .map(|(_, value)| *value)
        .collect();
    let sentence = sentence.join(" / ");
    desk.note(
        READ,
        &object(&format!(
            "descr=\"{sentence} {COOKIE} canaryuser canaryhost.lab\" dn=\"sys/x-FCH1752V07Z\""
        )),
    );
    let text = desk.read();
    for (name, canary) in canaries {
        assert!(!text.contains(canary), "{name}: {text}");
    }
    for canary in [
        "Canary-pa55",
        COOKIE,
        "canaryuser",
        "canaryhost",
        "9de6dc36",
    ] {
        assert!(!text.contains(canary), "{canary}: {text}");
    }
}

#[test]
fn a_mail_address_is_taken_out_and_the_clock_of_a_processor_is_not() {
    let desk = Desk::new();
    desk.log_in();
    let cpu = "model=\"Intel(R) Xeon(R) CPU E5-2660 0 @ 2.20GHz\"";
    desk.note(
        READ,
        &object(&format!("email=\"canary@lab.example\" {cpu}")),
    );
    let text = desk.read().replace('\\', "");
    assert!(
        text.contains("email=\"label-1\"") && text.contains(cpu),
        "{text}"
    );
}

#[test]
fn the_same_value_has_the_same_stand_in_of_the_same_form() {
    let desk = Desk::new();
    desk.log_in();
    desk.note(
        READ,
        &object("serial=\"FCH1752V07Z\" mac=\"3C:08:F6:D9:8F:00\""),
    );
    desk.note(
        READ,
        &object("descr=\"FCH1752V07Z: 3c08.f6d9.8f00 is down\""),
    );
    let text = desk.read();
    assert!(text.contains("serial=\\\"X0000000001\\\""), "{text}");
    assert!(text.contains("mac=\\\"02:00:00:00:00:01\\\""), "{text}");
    assert!(
        text.contains("X0000000001: 0200.0000.0001 is down"),
        "{text}"
    );
}

#[test]
fn what_tells_nothing_about_anybody_stays() {
    let desk = Desk::new();
    desk.log_in();
    let stays = "adminPower=\"policy\" usrLbl=\"\" assetTag=\"Unknown\" mac=\"N/A\" \
                 version=\"4.1.2.33\" mask=\"255.255.255.0\" vpSerialPortAEnable=\"enabled\" \
                 outPriv=\"admin\" id=\"1\" dhcpServer=\"yes\"";
    desk.note(READ, &object(stays));
    let text = desk.read().replace('\\', "");
    assert!(text.contains(stays), "{text}");
}

#[test]
fn what_came_instead_of_an_answer_is_told_without_its_text() {
    let desk = Desk::new();
    let note = |answer| {
        desk.recorder
            .note(&settings(), &element(READ), &answer, Duration::ZERO);
    };
    note(Ok(b"<html>10.9.1.11</html>".to_vec()));
    note(Ok(b"<configResolveDn><a serial=\"FCH1752V07Z\">".to_vec()));
    note(Err(TransportError::Status(reqwest::StatusCode::NOT_FOUND)));
    note(Err(TransportError::Failed(TransportKind::Timeout, None)));
    let lines = desk.lines();
    assert_eq!(lines[1]["outcome"], "web page");
    assert_eq!(lines[2]["outcome"], "41 bytes: the answer is cut off");
    assert_eq!(lines[3]["status"], 404);
    assert_eq!(lines[4]["status"], Value::Null);
    assert!(lines.iter().skip(1).all(|line| line["answer"].is_null()));
}

#[test]
fn only_its_owner_reads_the_file_and_no_other_file_is_overwritten() {
    let desk = Desk::new();
    let path = desk.directory.path().join("t.jsonl");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let again = Recorder::create(&path).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
}

#[test]
fn a_transcript_that_can_not_be_written_is_told_at_the_end() {
    let desk = Desk::new();
    std::fs::remove_dir_all(desk.directory.path()).unwrap();
    desk.log_in();
    for _ in 0..2 {
        let error = desk.recorder.finish().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }
}

#[test]
fn a_thousand_sessions_have_a_stand_in_each() {
    let desk = Desk::new();
    for session in 0..1000 {
        let request = format!("<configResolveDn cookie=\"canary{session}/x\" dn=\"sys\" />");
        desk.note(
            &request,
            &format!("<error errorDescr=\"canary{session}/x\" />"),
        );
    }
    let text = desk.read();
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains("cookie-1000"), "{text}");
}

#[test]
fn a_file_at_its_bound_is_put_aside_and_the_next_one_has_a_header() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.jsonl");
    let file = super::LinesFile::create(&path).unwrap();
    let desk = Desk {
        recorder: Recorder::new(&path, file.with_max_size(2000)),
        directory,
    };
    desk.log_in();
    for _ in 0..20 {
        desk.note(READ, &object("model=\"M\" operPower=\"on\""));
    }
    desk.recorder.finish().unwrap();
    for name in ["t.jsonl", "t.jsonl.1"] {
        let text = std::fs::read_to_string(desk.directory.path().join(name)).unwrap();
        assert!(text.len() <= 2000, "{name}: {}", text.len());
        let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(first["firmware"], "4.1(3i)", "{name}");
    }
    assert_eq!(std::fs::read_dir(desk.directory.path()).unwrap().count(), 2);
}

proptest! {
    #[test]
    fn no_secret_passes_wherever_it_stands(
        password in "[A-Za-z0-9 !&<>\"'/+]{6,24}",
        before in "[ a-zA-Z0-9:./-]{0,8}",
        after in "[ a-zA-Z0-9:./-]{0,8}",
    ) {
        let desk = Desk::new();
        let settings = ControllerSettings {
            password: password.clone().into(),
            ..settings()
        };
        let request = Element::new("configConfMo")
            .with("dn", &format!("{before}{password}{after}"))
            .child(Element::new("x").with("descr", &password));
        let answer = Ok(request.to_string().into_bytes());
        desk.recorder.note(&settings, &request, &answer, Duration::ZERO);
        let written = desk.lines();
        for field in ["request", "answer"] {
            let written = element(written[1][field].as_str().unwrap());
            for (_, value) in written.attributes.iter().chain(&written.children[0].attributes) {
                prop_assert!(!value.contains(&password), "{value}");
            }
        }
    }

    #[test]
    fn no_address_passes_whatever_stands_around_it(
        mac in any::<[u8; 6]>(),
        ip in any::<[u8; 4]>(),
        before in "[ (/=,;\"']{0,3}",
        after in "[ )/=,;\"'.]{0,3}",
    ) {
        prop_assume!(!matches!(ip[0], 0 | 127 | 255) && ip[..3] != [192, 0, 2]);
        prop_assume!(mac[..3] != [2, 0, 0]);
        let mac: Vec<String> = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        let (mac, ip) = (mac.join(":"), std::net::Ipv4Addr::from(ip).to_string());
        let desk = Desk::new();
        let text = format!("{before}{mac}{after} {before}{ip}{after}");
        let answer = Element::new("a").with("descr", &text).to_string();
        desk.note("<a />", &answer);
        let written = desk.read();
        prop_assert!(!written.contains(&mac) && !written.contains(&ip), "{written}");
    }
}
