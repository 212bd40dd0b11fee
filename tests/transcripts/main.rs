//! Recording a controller, and serving what was recorded: a second probe finds the same.

#![allow(clippy::unwrap_used, reason = "a test that can not go on shall fail")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cimc_client::{
    BootOrder, Capabilities, CimcError, Controller, ControllerSettings, Controllers, HostNic,
    Identity, LedState, PowerState, PowerTarget, Protocol, Recorder, Sensor, Session,
};
use cimc_sim::{
    ControllerSpec, Personality, Rack, RackSpec, Replay, ReplaySpec, Timing, Transcript,
};

const USER: &str = "canaryuser";
const PASSWORD: &str = "canary-pa55&word";

/// What `ferric probe --record` reads.
#[derive(Debug)]
struct Found {
    identity: Identity,
    power: PowerState,
    boot: BootOrder,
    nics: Result<Vec<HostNic>, CimcError>,
    capabilities: Capabilities,
    disks: Option<usize>,
    sensors: Option<Vec<Sensor>>,
    led: Option<LedState>,
}

async fn look(session: &mut Session) -> Result<Found, CimcError> {
    Ok(Found {
        identity: session.identity().await?,
        power: session.power_state().await?,
        boot: session.boot_order().await?,
        nics: session.host_nics().await,
        capabilities: session.probe().await?,
        disks: session.inventory().await.ok().map(|all| all.disks.len()),
        sensors: session.sensors().await.ok(),
        led: session.locator_led().await.ok(),
    })
}

fn settings(address: &str) -> ControllerSettings {
    let mut settings = ControllerSettings::new(address, USER, PASSWORD.to_owned().into());
    settings.protocol = Protocol::Http;
    settings.request_timeout = Duration::from_secs(20);
    settings
}

fn controller(address: &str) -> Arc<Controller> {
    Controllers::new().get(&settings(address)).unwrap()
}

async fn rack(personality: &str) -> Rack {
    let personality = Personality::by_name(personality).unwrap();
    let mut spec = RackSpec::new(vec![ControllerSpec::new(personality)]);
    spec.timing = Timing::default().scaled(0.02);
    spec.user = USER.to_owned();
    spec.password = PASSWORD.to_owned().into();
    Rack::start(spec).await.unwrap()
}

/// Probes a simulated controller and writes a transcript of it.
async fn record(rack: &Rack, file: &Path) -> Result<Found, CimcError> {
    let recorder = Arc::new(Recorder::create(file).unwrap());
    let controllers = Controllers::new().recording(recorder.clone());
    let controller = controllers.get(&settings(&rack.controllers()[0].address()))?;
    let found = controller.run(look).await;
    controllers.drain().await;
    recorder.finish().unwrap();
    found
}

async fn replay(file: &Path) -> Replay {
    let transcript = Transcript::read(file).unwrap();
    Replay::start(ReplaySpec {
        transcript,
        listen: "127.0.0.1:0".parse().unwrap(),
        user: USER.to_owned(),
        password: PASSWORD.to_owned().into(),
    })
    .await
    .unwrap()
}

fn with_xml_api() -> impl Iterator<Item = &'static str> {
    Personality::names().filter(|name| *name != "1.3")
}

#[tokio::test]
async fn a_probe_of_a_replay_finds_what_the_recorded_probe_found() {
    let directory = tempfile::tempdir().unwrap();
    for name in with_xml_api() {
        let file = directory.path().join(name);
        let rack = rack(name).await;
        let was = record(&rack, &file).await.unwrap();
        let replay = replay(&file).await;
        let is = controller(&replay.address()).run(look).await.unwrap();

        let without_serial = |found: &Found| Capabilities {
            serial: None,
            ..found.capabilities.clone()
        };
        assert_eq!(without_serial(&is), without_serial(&was), "{name}");
        let same = Identity {
            serial: is.identity.serial.clone(),
            uuid: is.identity.uuid.clone(),
            ..was.identity.clone()
        };
        assert_eq!(is.identity, same, "{name}");
        let serial = |found: &Found| found.identity.serial.clone().unwrap();
        assert_eq!(serial(&is).len(), serial(&was).len(), "{name}");
        assert_ne!(serial(&is), serial(&was), "{name}");
        assert_eq!((is.power, is.boot), (was.power, was.boot), "{name}");
        assert_eq!((is.disks, is.led), (was.disks, was.led), "{name}");
        assert_eq!(is.sensors, was.sensors, "{name}");
        let names = |nics: &Result<Vec<HostNic>, CimcError>| {
            let nics = nics.as_ref().ok()?.iter();
            Some(nics.map(|nic| nic.name.clone()).collect::<Vec<_>>())
        };
        assert_eq!(names(&is.nics), names(&was.nics), "{name}");
        let sessions = replay.sessions();
        assert_eq!((sessions.open, sessions.logins), (0, 1), "{name}");
    }
}

#[tokio::test]
async fn nothing_that_names_the_machine_or_lets_anybody_in_is_in_a_transcript() {
    let directory = tempfile::tempdir().unwrap();
    for name in with_xml_api() {
        let file = directory.path().join(name);
        let rack = rack(name).await;
        record(&rack, &file).await.unwrap();
        let text = std::fs::read_to_string(&file).unwrap().to_lowercase();
        let simulated = &rack.controllers()[0];
        let mut canaries = vec![USER, "canary-pa55", simulated.serial(), simulated.name()];
        canaries.extend(simulated.macs().iter().map(String::as_str));
        // The front of every UUID of the simulator, and of its addresses.
        canaries.extend(["4A42480B-345D", "00:25:b5"]);
        for canary in canaries {
            assert!(!text.contains(&canary.to_lowercase()), "{name}: {canary}");
        }
    }
}

#[tokio::test]
async fn firmware_without_the_api_replays_as_that() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("1.3.jsonl");
    let was = record(&rack("1.3").await, &file).await.unwrap_err();
    let replay = replay(&file).await;
    let is = controller(&replay.address()).run(look).await.unwrap_err();
    for error in [was, is] {
        assert!(
            matches!(error, CimcError::NoXmlApi { status: 404, .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_was_never_asked_is_refused_with_words_that_say_so() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("t.jsonl");
    record(&rack("4.1").await, &file).await.unwrap();
    let replay = replay(&file).await;
    let asked = controller(&replay.address())
        .run(async |session| session.ensure_power(PowerTarget::On).await)
        .await;
    let error = asked.unwrap_err();
    assert!(matches!(error, CimcError::Operation { .. }), "{error:?}");
    assert!(
        error.to_string().contains("not in the transcript"),
        "{error}"
    );
    assert_eq!(replay.sessions().open, 0);
}

#[tokio::test]
async fn a_replay_has_four_sessions_and_knows_its_password() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("t.jsonl");
    record(&rack("2.0").await, &file).await.unwrap();
    let replay = replay(&file).await;
    let mut wrong = settings(&replay.address());
    wrong.password = "other".to_owned().into();
    let refused = Controllers::new().get(&wrong).unwrap().session().await;
    assert!(matches!(refused, Err(CimcError::Auth { .. })));
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(controller(&replay.address()).session().await.unwrap());
    }
    let fifth = controller(&replay.address()).session().await;
    assert!(matches!(fifth, Err(CimcError::SessionLimit { .. })));
    for session in open {
        session.close().await;
    }
    assert_eq!(replay.sessions().open, 0);
}

#[tokio::test]
async fn a_directory_gets_a_transcript_of_each_controller() {
    let directory = tempfile::tempdir().unwrap();
    let racks = [rack("1.5").await, rack("4.3").await];
    let controllers = Controllers::new().recording_in(directory.path().to_owned());
    let mut expected = Vec::new();
    for rack in &racks {
        let address = rack.controllers()[0].address();
        let controller = controllers.get(&settings(&address)).unwrap();
        controller.run(look).await.unwrap();
        expected.push(format!("{}.jsonl", address.replace(':', "_")));
    }
    controllers.drain().await;
    for (name, rack) in expected.iter().zip(&racks) {
        let transcript = Transcript::read(&directory.path().join(name)).unwrap();
        let personality = rack.controllers()[0].personality();
        assert_eq!(transcript.model(), Some(personality.model()));
    }
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/transcripts")
}

/// Set `UPDATE_TRANSCRIPTS` to record those of the personalities again.
#[tokio::test]
async fn every_kept_transcript_can_be_probed() {
    if std::env::var_os("UPDATE_TRANSCRIPTS").is_some() {
        for name in with_xml_api() {
            let file = corpus().join(format!("{name}.jsonl"));
            let _ = std::fs::remove_file(&file);
            record(&rack(name).await, &file).await.unwrap();
        }
    }
    let mut probed = 0;
    for entry in std::fs::read_dir(corpus()).unwrap() {
        let file = entry.unwrap().path();
        if file
            .extension()
            .is_none_or(|extension| extension != "jsonl")
        {
            continue;
        }
        let name = file.display();
        let transcript = Transcript::read(&file).unwrap();
        let replay = replay(&file).await;
        let found = controller(&replay.address()).run(look).await;
        let found = found.unwrap_or_else(|error| {
            panic!("{name}: {error} (record the transcripts again with UPDATE_TRANSCRIPTS=1)")
        });
        assert_eq!(found.identity.model.as_deref(), transcript.model());
        let firmware = found.identity.firmware.map(|version| version.to_string());
        assert_eq!(firmware.as_deref(), transcript.firmware(), "{name}");
        probed += 1;
    }
    assert!(probed >= 10, "only {probed} transcripts are kept");
}
