//! The deploy of one server gone through on simulated hardware and a simulated Cobbler, by the
//! steps that a real deploy runs; what these were asked is what a plan shows. A change of the
//! clients or the steps changes the plan, since there is no second list of calls.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimc_client::{Controllers, Policy};
use cimc_sim::{ControllerSpec, Personality, Phase, Rack, RackSpec, Timing};
use cobbler_client::CobblerConfig;
use cobbler_sim::{CobblerSim, DistroSeed, SimSpec};
use serde::Serialize;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::facts::Facts;
use super::names::Names;
use crate::batch::{Batch, BatchNode, DRIVER};
use crate::cli::exit::{Exit, Failure};
use crate::conductor::rehearse;
use crate::config::{Config, ImageTarget};
use crate::drivers::cobbler::{Cobblers, INSTALL_TOKEN};
use crate::drivers::{HARDWARE_TYPES, Registry, Settings};
use crate::model::{InterfaceKind, Interfaces, Node, Port, now};

/// The name of the Cobbler among the drivers' servers.
pub(super) const COBBLER: &str = "plan";
/// The password of the simulated ones; the real ones are not used here.
const PASSWORD: &str = "simulated";
/// How fast the simulated hardware is: a thousandth of a server's times.
const PACE: f64 = 0.001;
/// How long simulated hardware may take to come up.
const START_LIMIT: Duration = Duration::from_secs(10);

/// What is asked in one part of a deploy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Part {
    pub(super) step: &'static str,
    pub(super) purpose: &'static str,
    pub(super) calls: Vec<Asked>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "to", rename_all = "lowercase")]
pub(super) enum Asked {
    /// A request of the XML API, or a line of the command line.
    Cimc { request: String },
    /// An XML-RPC call.
    Cobbler {
        method: String,
        arguments: Vec<Value>,
    },
}

/// A deploy that was gone through.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rehearsal {
    pub(super) parts: Vec<Part>,
    /// The file that the installer gets; empty if it did not come so far.
    pub(super) autoinstall: String,
    /// The name of the shared profile; empty if it did not come so far.
    pub(super) profile: String,
    /// What it would fail with.
    pub(super) error: Option<String>,
}

/// The node of a batch's server and the ports that the file names.
pub(super) fn node_of(wanted: &BatchNode, address: &str) -> (Node, Vec<Port>) {
    let mut node = Node::new(DRIVER, Interfaces::default(), now());
    if let Some(hardware) = HARDWARE_TYPES.iter().find(|known| known.name == DRIVER) {
        for kind in InterfaceKind::iter() {
            node.interfaces.set(kind, hardware.default(kind));
        }
    }
    node.name = Some(wanted.name.clone());
    node.driver_info = wanted.driver_info(COBBLER);
    let info = [
        ("cimc_address", json!(address)),
        ("cimc_protocol", json!("http")),
        ("cimc_password", json!(PASSWORD)),
        ("cimc_cli", json!("off")),
    ];
    node.driver_info
        .extend(info.map(|(key, value)| (key.to_owned(), value)));
    node.driver_info.remove("cimc_port");
    node.driver_info.remove("cimc_tls");
    node.instance_info = wanted.instance_info();
    let ports = wanted.macs.iter().enumerate().map(|(index, mac)| {
        let mut port = Port::new(node.uuid, mac.clone(), now());
        port.pxe_enabled = index == 0;
        port
    });
    let ports = ports.collect();
    (node, ports)
}

/// Goes through the deploy of a server of the batch.
pub(super) async fn go_through(
    batch: &Batch,
    wanted: &BatchNode,
    facts: &Facts,
    personality: &'static Personality,
    config: &Config,
) -> Result<Rehearsal, Failure> {
    let cobbler = start_cobbler(batch, wanted, facts).await?;
    let rack = start_rack(wanted, personality).await?;
    let played = play(batch, wanted, &cobbler, &rack, config).await;
    rack.shutdown().await;
    cobbler.shutdown().await;
    played
}

async fn play(
    batch: &Batch,
    wanted: &BatchNode,
    cobbler: &CobblerSim,
    rack: &Rack,
    config: &Config,
) -> Result<Rehearsal, Failure> {
    let Some(controller) = rack.controllers().first() else {
        return Err(Failure::cannot_start("the simulated rack is empty"));
    };
    let (mut node, mut ports) = node_of(wanted, &controller.address());
    if let (Some(address), Some(fingerprint)) =
        (controller.ssh_address(), controller.ssh_fingerprint())
    {
        let info = [
            ("cimc_cli", json!("auto")),
            ("cimc_ssh_port", json!(address.port())),
            ("cimc_ssh_fingerprint", json!(fingerprint)),
        ];
        node.driver_info
            .extend(info.map(|(key, value)| (key.to_owned(), value)));
    }
    // The simulated server has addresses of its own; they are named by the file's in what is shown.
    for (port, mac) in ports.iter_mut().zip(controller.macs()) {
        port.address.clone_from(mac);
    }
    let client = cobbler_client::Cobbler::new(CobblerConfig::new(
        COBBLER,
        cobbler.api_url(),
        batch.cobbler.username.as_str(),
        PASSWORD.into(),
    ))
    .map_err(|error| Failure::of(Exit::CannotStart, &error))?;
    let controllers = Arc::new(Controllers::with(Policy::default()));
    let servers = vec![(COBBLER.to_owned(), cobbler.api_url(), client.clone())];
    let drivers = Registry::new(
        controllers.clone(),
        Duration::from_secs(10),
        Cobblers::new(servers, BTreeMap::new()),
    );
    // As verification does, long before a deploy: which way each operation goes.
    if let Ok(interfaces) = drivers.interfaces(&node) {
        let known = interfaces.inspect.capabilities(&node).await;
        node.driver_internal_info.extend(known.unwrap_or_default());
    }
    let public_url = config.api.public_url.as_deref().unwrap_or("http://FERRIC");
    let settings = Settings {
        power_poll: Duration::from_millis(5),
        soft_power_off_grace: Duration::from_secs(5),
        public_url: public_url.trim_end_matches('/').to_owned(),
        ..Settings::default()
    };
    let mut names = Names::of(batch, wanted, cobbler, rack, &node);
    let uuid = node.uuid.to_string();
    let (mut heard, mut token, mut profile) = (Vec::new(), None, String::new());
    cobbler.keep_calls();
    controller.keep_requests();
    let done = rehearse(&drivers, &settings, node, ports, |part, node| {
        let text = |key: &str| node.internal_text(key).map(str::to_owned);
        token = text(INSTALL_TOKEN).or(token.take());
        profile = text("cobbler_profile").unwrap_or_default();
        let asked = (cobbler.take_calls(), controller.take_requests());
        heard.push((part, asked));
    })
    .await;
    let rendered = client.render_system(&uuid).await.unwrap_or_default();
    controllers.shut_down().await;
    if let Some(token) = token {
        names.add(&token, "<one-time token>");
    }
    Ok(Rehearsal {
        parts: heard
            .into_iter()
            .map(|(part, (calls, requests))| Part {
                step: part.step,
                purpose: part.purpose,
                calls: names.calls(calls, requests),
            })
            .collect(),
        autoinstall: names.put(&rendered),
        profile,
        error: done.err().map(|error| names.put(&error.to_string())),
    })
}

async fn start_cobbler(
    batch: &Batch,
    wanted: &BatchNode,
    facts: &Facts,
) -> Result<CobblerSim, Failure> {
    let cobbler = CobblerSim::start(SimSpec {
        username: batch.cobbler.username.clone(),
        password: PASSWORD.into(),
        distros: vec![DistroSeed::new(
            &facts.distro,
            &facts.breed,
            &facts.os_version,
        )],
        ..SimSpec::of(facts.release)
    })
    .await
    .map_err(|error| Failure::of(Exit::CannotStart, &error))?;
    if let Some((name, text)) = &facts.template {
        cobbler.add_template(name, text);
        if let ImageTarget::Profile(profile) = &wanted.target {
            cobbler.add_foreign_profile(profile, &facts.distro, name);
        }
    }
    Ok(cobbler)
}

/// A server that runs: what a deploy finds most often.
async fn start_rack(
    wanted: &BatchNode,
    personality: &'static Personality,
) -> Result<Rack, Failure> {
    // Before 1.5 the XML API lacks something, and the command line has it.
    let needs_ssh = personality.firmware().starts_with("1.");
    let rack = Rack::start(RackSpec {
        user: wanted.cimc.username.clone(),
        password: PASSWORD.into(),
        installed: true,
        timing: Timing::default().scaled(PACE),
        ..RackSpec::new(vec![ControllerSpec {
            ssh: needs_ssh.then_some(0),
            ..ControllerSpec::new(personality)
        }])
    })
    .await
    .map_err(|error| Failure::of(Exit::CannotStart, &error))?;
    for controller in rack.controllers() {
        controller.press_power_button();
        // The soft way off is one for a running system.
        let up = async {
            while controller.machine().phase != Phase::OsUp {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(START_LIMIT, up).await.map_err(|_| {
            Failure::cannot_start("the simulated server does not start; run the plan again")
        })?;
    }
    Ok(rack)
}
