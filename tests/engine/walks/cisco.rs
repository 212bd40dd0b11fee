//! Walks on `cisco-ucs-standalone`: a simulated controller, the machine behind it, and a Cobbler in
//! which somebody else has things too.

use std::time::Duration;

use cimc_sim::{Fault, FaultRule, Quirk};
use cobbler_sim::{ProfileView, SimFault, SystemView};
use ferric::drivers::Settings;
use ferric::model::{Interfaces, Node, now};
use ferric::states::{ProvisionState as State, Verb};
use proptest::sample::select;
use serde_json::{Value, json};
use testkit::{CIMC_PASSWORD, CIMC_USER, COBBLER_PASSWORD, DISTRO, Lab, LabSpec};

use super::plan::ops;
use super::world::{Hardware, World, hurried};
use super::{are_the_usual_ones, walk};
use crate::rescue::{PROFILE, add_rescue_profile};
use crate::support::{conductor_with, map, sqlite};

/// A lab of one server, and what Cobbler held before the walk.
struct Server {
    lab: Lab,
    systems: Vec<SystemView>,
    profiles: Vec<ProfileView>,
}

impl Server {
    /// Enough for a fault to be felt, too few to last.
    const TIMES: u32 = 4;

    fn of(lab: Lab) -> Self {
        let (systems, profiles) = (lab.cobbler.systems(), lab.cobbler.profiles());
        Self {
            lab,
            systems,
            profiles,
        }
    }
}

impl Hardware for Server {
    fn fail(&self, what: u8) {
        let controller = &self.lab.rack.controllers()[0];
        let cimc = |fault| {
            controller
                .faults()
                .add(FaultRule::times(Self::TIMES, fault));
        };
        let cobbler = |fault| self.lab.cobbler.inject(fault, Some(Self::TIMES));
        match what % 14 {
            0 => cimc(Fault::Refuse),
            1 => cimc(Fault::LostAnswer),
            2 => cimc(Fault::PowerIgnored),
            3 => cimc(Fault::SessionLost),
            4 => cimc(Fault::Error {
                code: "2003".to_owned(),
                text: "a walk".to_owned(),
            }),
            5 => cimc(Fault::BootOrderNotStored),
            6 => cobbler(SimFault::Unavailable),
            7 => cobbler(SimFault::WrongLogin),
            8 => cobbler(SimFault::AnswerLost),
            9 => cobbler(SimFault::TriggerFailed),
            10 => controller.set_quirks([Quirk::NoDhcp]),
            11 => controller.set_quirks([Quirk::FailsInPackages]),
            12 => controller.set_quirks([Quirk::CannotReport]),
            _ => controller.set_quirks([Quirk::HangsBeforePre]),
        }
    }

    fn mend(&self) {
        let controller = &self.lab.rack.controllers()[0];
        controller.faults().clear();
        controller.set_quirks([]);
        self.lab.cobbler.clear_faults();
    }

    fn password(&self, right: bool) -> Option<Value> {
        Some(json!(if right { CIMC_PASSWORD } else { "wrong" }))
    }

    fn turns(&self) -> usize {
        3000
    }

    fn takes_time(&self) -> bool {
        true
    }

    fn untouched(&self) -> Result<(), String> {
        let systems = self.lab.cobbler.systems();
        if systems != self.systems {
            return Err(format!("Cobbler's systems are {systems:#?}"));
        }
        let profiles = self.lab.cobbler.profiles();
        if profiles != self.profiles {
            return Err(format!("Cobbler's profiles are {profiles:#?}"));
        }
        Ok(())
    }
}

/// A server that has been led to that state, at a hundredth of a real one's pace and less.
async fn world(beginning: State) -> World {
    let spec = LabSpec {
        pace: 0.002,
        install: Duration::from_millis(30),
        session_idle: Duration::from_millis(500),
        ..LabSpec::default()
    };
    let lab = Lab::start(spec).await.unwrap();
    lab.cobbler
        .add_foreign_system("not-ours", DISTRO, "52:54:00:00:00:01");
    add_rescue_profile(&lab);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = Settings {
        power_poll: Duration::from_millis(2),
        soft_power_off_grace: Duration::from_millis(50),
        power_wait: Duration::from_secs(20),
        install_silence_limit: Duration::from_millis(700),
        install_log_poll: Duration::from_millis(50),
        session_wait: Duration::from_secs(2),
        ..Settings::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let api = lab.cobbler.api_url();
    let conductor = conductor_with(
        sqlite(folder.path()).await,
        &api,
        &url,
        COBBLER_PASSWORD,
        settings,
        hurried(),
    );
    let router = ferric::api::router(ferric::api::ApiState::new(conductor.clone(), None));
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
    node.name = Some("walker".to_owned());
    node.driver_info = map(json!({
        "cimc_address": lab.rack.controllers()[0].address(), "cimc_username": CIMC_USER,
        "cimc_password": CIMC_PASSWORD, "cimc_protocol": "http", "cobbler_rescue_profile": PROFILE,
    }));
    node.instance_info = map(json!({"cobbler_distro": DISTRO, "service": "web"}));
    let node = conductor.create_node(node).await.unwrap();
    let hardware = Box::new(Server::of(lab));
    let mut world = World::new(conductor, &node, hardware, folder, Some(server));
    for verb in way_to(beginning) {
        world.say(*verb, 0).await.unwrap();
        world.rest().await.unwrap();
    }
    world
}

/// From `enroll` to where a walk begins.
fn way_to(state: State) -> &'static [Verb] {
    match state {
        State::Manageable => &[Verb::Manage],
        State::Available => &[Verb::Manage, Verb::Provide],
        State::Active => &[Verb::Manage, Verb::Provide, Verb::Active],
        State::Rescue => &[Verb::Manage, Verb::Provide, Verb::Active, Verb::Rescue],
        _ => &[],
    }
}

#[test]
fn no_walk_on_a_server_leaves_the_table_and_each_has_a_way_out() {
    let beginnings = [
        State::Enroll,
        State::Manageable,
        State::Available,
        State::Active,
        State::Rescue,
    ];
    let walks = (select(beginnings.to_vec()), ops(16));
    let seen = walk(16, walks, |beginning| world(*beginning));
    for state in [
        State::DeployWait,
        State::Active,
        State::Deleting,
        State::Rescue,
    ] {
        assert!(
            seen.contains(&state) || !are_the_usual_ones(),
            "no walk has been in {state}"
        );
    }
}
