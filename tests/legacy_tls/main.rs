//! The legacy TLS profile against controllers that speak the TLS of their age; firmware below 2.0
//! speaks TLS 1.0 alone.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimc_client::{
    CimcError, ControllerSettings, Controllers, Operation, PowerState, TlsProfile, TlsVerify,
    TransportKind, Way,
};
use cimc_sim::{Controller, ControllerSpec, Personality, Rack, RackSpec, Timing, Tls};
use ferric::drivers::cobbler::Cobblers;
use ferric::drivers::{HARDWARE_TYPES, Registry};
use ferric::model::{InterfaceKind, Interfaces, Node, now};
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

const LIMIT: Duration = Duration::from_secs(20);

async fn rack(personality: &str) -> Rack {
    let personality = Personality::by_name(personality).unwrap();
    let mut spec = RackSpec::new(vec![ControllerSpec {
        tls: Tls::Aged,
        ..ControllerSpec::new(personality)
    }]);
    spec.timing = Timing::default().scaled(0.02);
    Rack::start(spec).await.unwrap()
}

fn settings(controller: &Controller, tls: TlsProfile, verify: TlsVerify) -> ControllerSettings {
    let mut settings =
        ControllerSettings::new(&controller.address(), "admin", "password".to_owned().into());
    settings.tls = tls;
    settings.verify = verify;
    settings
}

async fn power(settings: &ControllerSettings) -> Result<PowerState, CimcError> {
    let controller = Controllers::new().get(settings)?;
    controller.run(async |s| s.power_state().await).await
}

/// The error and its causes, as a person reads them.
fn words(error: &CimcError) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

fn kind(error: &CimcError) -> Option<TransportKind> {
    match error {
        CimcError::Transport { kind, .. } => Some(*kind),
        _ => None,
    }
}

/// The fingerprint that a refusal tells.
async fn shown_fingerprint(controller: &Controller) -> String {
    let wrong = TlsVerify::Fingerprint([0; 32]);
    let refused = power(&settings(controller, TlsProfile::Legacy, wrong)).await;
    let refused = refused.unwrap_err();
    assert_eq!(kind(&refused), Some(TransportKind::Certificate));
    let words = words(&refused);
    let (_, shown) = words.split_once("the SHA-256 fingerprint ").unwrap();
    shown[..64].to_owned()
}

#[tokio::test]
async fn a_modern_login_at_a_controller_of_tls_1_0_fails_and_names_the_profile_to_try() {
    let rack = rack("1.5").await;
    let controller = &rack.controllers()[0];
    let settings = settings(controller, TlsProfile::Modern, TlsVerify::Off);
    let error = power(&settings).await.unwrap_err();
    assert_eq!(kind(&error), Some(TransportKind::Tls), "{}", words(&error));
    let words = words(&error);
    assert!(words.contains("set cimc_tls to legacy"), "{words}");
    assert_eq!(controller.sessions().logins, 0);
}

#[tokio::test]
async fn a_wrong_pin_is_refused_before_the_password_is_sent_and_the_right_one_is_told() {
    let rack = rack("1.5").await;
    let controller = &rack.controllers()[0];
    let shown = shown_fingerprint(controller).await;
    assert_eq!(controller.sessions().logins, 0);
    let pinned = TlsVerify::fingerprint(&shown).unwrap();
    let settings = settings(controller, TlsProfile::Legacy, pinned);
    assert_eq!(power(&settings).await.unwrap(), PowerState::Off);
}

#[tokio::test]
async fn the_legacy_profile_takes_the_certificate_of_a_file_and_any_when_told_so() {
    let rack = rack("1.4").await;
    let controller = &rack.controllers()[0];
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("cimc.pem");
    std::fs::write(&file, controller.certificate().unwrap()).unwrap();
    for verify in [TlsVerify::CaFile(file), TlsVerify::Off] {
        let settings = settings(controller, TlsProfile::Legacy, verify);
        assert_eq!(power(&settings).await.unwrap(), PowerState::Off);
    }
    let sessions = controller.sessions();
    assert_eq!((sessions.open, sessions.logins), (0, 2));
}

#[tokio::test]
async fn the_certificate_of_another_controller_is_refused() {
    let (one, other) = (rack("1.5").await, rack("1.5").await);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("other.pem");
    std::fs::write(&file, other.controllers()[0].certificate().unwrap()).unwrap();
    let controller = &one.controllers()[0];
    let settings = settings(controller, TlsProfile::Legacy, TlsVerify::CaFile(file));
    let error = power(&settings).await.unwrap_err();
    assert_eq!(kind(&error), Some(TransportKind::Certificate));
    assert_eq!(controller.sessions().logins, 0);
}

#[tokio::test]
async fn a_full_probe_goes_by_the_legacy_profile_on_every_generation() {
    for (personality, modern) in [
        ("1.4", false),
        ("1.5a", false),
        ("2.0", true),
        ("4.3", true),
    ] {
        let rack = rack(personality).await;
        let controller = &rack.controllers()[0];
        let legacy = settings(controller, TlsProfile::Legacy, TlsVerify::Off);
        let found = Controllers::new().get(&legacy).unwrap();
        let found = found.run(async |s| s.probe().await).await.unwrap();
        assert_eq!(found.way(Operation::Power), Some(Way::Xml), "{personality}");
        let sessions = controller.sessions();
        assert_eq!((sessions.open, sessions.most_open), (0, 1), "{personality}");
        let also = settings(controller, TlsProfile::Modern, TlsVerify::Off);
        assert_eq!(power(&also).await.is_ok(), modern, "{personality}");
    }
}

#[tokio::test]
async fn work_that_is_dropped_logs_out() {
    let rack = rack("1.5").await;
    let controller = &rack.controllers()[0];
    let controllers = Controllers::new();
    let settings = settings(controller, TlsProfile::Legacy, TlsVerify::Off);
    let client = controllers.get(&settings).unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let work = client.run(async move |session| {
        session.power_state().await?;
        let _ = tell.send(());
        std::future::pending::<Result<(), CimcError>>().await
    });
    tokio::select! {
        _ = work => unreachable!("it never ends by itself"),
        told = told => told.unwrap(),
    }
    tokio::time::timeout(LIMIT, controllers.drain())
        .await
        .unwrap();
    let sessions = controller.sessions();
    assert_eq!((sessions.open, sessions.logins), (0, 1));
}

#[tokio::test]
async fn a_port_without_tls_is_told_apart_from_one_that_is_closed() {
    let plain = RackSpec::new(vec![ControllerSpec::new(
        Personality::by_name("1.5").unwrap(),
    )]);
    let rack = Rack::start(plain).await.unwrap();
    let mut settings = settings(&rack.controllers()[0], TlsProfile::Legacy, TlsVerify::Off);
    let error = power(&settings).await.unwrap_err();
    assert_eq!(kind(&error), Some(TransportKind::LegacyTls));
    rack.shutdown().await;
    settings.connect_timeout = LIMIT;
    let error = power(&settings).await.unwrap_err();
    assert_eq!(kind(&error), Some(TransportKind::Unreachable));
}

/// Log lines as text.
#[derive(Clone, Default)]
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_login_by_old_tls_is_in_the_log_and_the_first_is_a_warning() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _log = tracing::subscriber::set_default(subscriber);
    let rack = rack("1.5").await;
    let controllers = Controllers::new();
    let settings = settings(&rack.controllers()[0], TlsProfile::Legacy, TlsVerify::Off);
    let controller = controllers.get(&settings).unwrap();
    for _ in 0..2 {
        controller
            .run(async |s| s.power_state().await)
            .await
            .unwrap();
    }
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let told: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("by the legacy TLS profile"))
        .collect();
    assert_eq!(told.len(), 2, "{log}");
    assert!(
        told[0].contains("WARN") && told[1].contains("INFO"),
        "{log}"
    );
    assert!(
        !log.contains("password=") && !log.contains("\"password\""),
        "{log}"
    );
}

fn node(address: &str, more: Value) -> Node {
    let hardware = &HARDWARE_TYPES[0];
    let mut node = Node::new(hardware.name, Interfaces::default(), now());
    for kind in InterfaceKind::iter() {
        node.interfaces.set(kind, hardware.default(kind));
    }
    let mut info = json!({
        "cimc_address": address, "cimc_username": "admin", "cimc_password": "password",
    });
    info.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    node.driver_info = serde_json::from_value(info).unwrap();
    node
}

#[tokio::test]
async fn a_node_reaches_its_controller_by_the_profile_and_the_pin_in_its_driver_info() {
    let rack = rack("1.5").await;
    let controller = &rack.controllers()[0];
    let shown = shown_fingerprint(controller).await;
    let cobblers = Cobblers::new(Vec::new(), BTreeMap::new());
    let registry = Registry::new(Arc::new(Controllers::new()), LIMIT, cobblers);
    let pinned = json!({"cimc_tls": "legacy", "cimc_verify_ca": shown});
    let node = node(&controller.address(), pinned);
    let power = registry.interfaces(&node).unwrap().power;
    power.validate(&node).unwrap();
    let state = power.state(&node).await.unwrap();
    assert_eq!(state, ferric::states::PowerState::Off);
}

#[tokio::test]
async fn a_node_with_the_profile_and_no_known_certificate_is_told_what_to_set() {
    let cobblers = Cobblers::new(Vec::new(), BTreeMap::new());
    let registry = Registry::new(Arc::new(Controllers::new()), LIMIT, cobblers);
    let node = node("192.0.2.1", json!({"cimc_tls": "legacy"}));
    let power = registry.interfaces(&node).unwrap().power;
    let words = power.validate(&node).unwrap_err().to_string();
    assert!(words.contains("fingerprint"), "{words}");
}
