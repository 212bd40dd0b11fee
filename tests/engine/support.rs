//! A conductor on a lab, and what tests ask of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cimc_client::{BreakerPolicy, Controllers, Policy};
use cobbler_client::{Cobbler, CobblerConfig};
use ferric::conductor::{Conductor, Options, PowerSync, ProvisionRequest};
use ferric::drivers::cobbler::Cobblers;
use ferric::drivers::{Registry, Settings};
use ferric::model::{HistoryEntry, Interfaces, JsonMap, Node, now};
use ferric::states::{ProvisionState as State, Verb};
use ferric::store::{Page, Store, Vault};
use serde_json::{Value, json};
use testkit::{CIMC_PASSWORD, CIMC_USER, COBBLER_PASSWORD, COBBLER_USER, DISTRO, Lab};
use tokio_util::sync::CancellationToken;

pub(crate) const LIMIT: Duration = Duration::from_secs(60);

pub(crate) fn map(value: Value) -> JsonMap {
    serde_json::from_value(value).unwrap()
}

/// The database file below a folder.
pub(crate) async fn sqlite(folder: &Path) -> Store {
    Store::open(
        &format!("sqlite:{}/ferric.sqlite", folder.display()),
        Vault::new("a key"),
    )
    .await
    .unwrap()
}

/// A conductor on that lab; the password is for its Cobbler.
pub(crate) fn conductor(
    store: Store,
    lab_api: &str,
    public_url: &str,
    password: &str,
) -> Conductor {
    let sync = PowerSync::default();
    conductor_with(
        store,
        lab_api,
        public_url,
        password,
        settings(),
        options("ferric", sync),
    )
}

/// A conductor of this name that looks for work often.
fn options(hostname: &str, power_sync: PowerSync) -> Options {
    Options {
        poll_interval: Duration::from_millis(50),
        hostname: hostname.to_owned(),
        power_sync,
        ..Options::default()
    }
}

/// Limits that fit the simulated hardware's pace.
fn settings() -> Settings {
    Settings {
        power_poll: Duration::from_millis(50),
        soft_power_off_grace: Duration::from_secs(2),
        ..Settings::default()
    }
}

pub(crate) fn conductor_with(
    store: Store,
    lab_api: &str,
    public_url: &str,
    password: &str,
    settings: Settings,
    options: Options,
) -> Conductor {
    let config = CobblerConfig::new("lab", lab_api, COBBLER_USER, password.into());
    let servers = vec![(
        "lab".to_owned(),
        lab_api.to_owned(),
        Cobbler::new(config).unwrap(),
    )];
    let drivers = Registry::new(
        Arc::new(Controllers::with(policy())),
        Duration::from_secs(10),
        Cobblers::new(servers, BTreeMap::new()),
    );
    let settings = Settings {
        public_url: public_url.to_owned(),
        ..settings
    };
    Conductor::new(store, drivers, settings, options)
}

/// A controller that fails, or whose sessions are all taken, is tried again soon: the simulated
/// ones are quick, their lost sessions too.
fn policy() -> Policy {
    Policy {
        session_backoff: [Duration::from_secs(1); 4],
        breaker: BreakerPolicy {
            first_pause: Duration::from_millis(20),
            longest_pause: Duration::from_millis(100),
            ..BreakerPolicy::default()
        },
        ..Policy::default()
    }
}

/// A running conductor with its API, which installers report to.
pub(crate) struct Running {
    pub(crate) conductor: Conductor,
    /// Where its API listens.
    pub(crate) url: String,
    stop: CancellationToken,
    engine: tokio::task::JoinHandle<()>,
    _server: tokio::task::JoinHandle<()>,
}

impl Running {
    pub(crate) async fn start(store: Store, lab: &Lab) -> Self {
        Self::named(store, lab, "ferric").await
    }

    pub(crate) async fn with_password(store: Store, lab: &Lab, password: &str) -> Self {
        let sync = PowerSync::default();
        Self::with(store, lab, password, settings(), "ferric", sync).await
    }

    /// One that loses patience within seconds.
    pub(crate) async fn impatient(store: Store, lab: &Lab) -> Self {
        let settings = Settings {
            power_wait: Duration::from_secs(4),
            install_silence_limit: Duration::from_secs(4),
            session_wait: Duration::from_secs(8),
            ..settings()
        };
        let sync = PowerSync::default();
        Self::with(store, lab, COBBLER_PASSWORD, settings, "ferric", sync).await
    }

    /// One whose limits a test sets.
    pub(crate) async fn tuned(store: Store, lab: &Lab, tune: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        tune(&mut settings);
        let sync = PowerSync::default();
        Self::with(store, lab, COBBLER_PASSWORD, settings, "ferric", sync).await
    }

    /// One of several on a database.
    pub(crate) async fn named(store: Store, lab: &Lab, hostname: &str) -> Self {
        let sync = PowerSync::default();
        Self::with(store, lab, COBBLER_PASSWORD, settings(), hostname, sync).await
    }

    /// One that watches the power of all nodes.
    pub(crate) async fn watching(store: Store, lab: &Lab, sync: PowerSync) -> Self {
        let settings = Settings {
            power_wait: Duration::from_secs(4),
            ..settings()
        };
        Self::with(store, lab, COBBLER_PASSWORD, settings, "ferric", sync).await
    }

    async fn with(
        store: Store,
        lab: &Lab,
        password: &str,
        settings: Settings,
        hostname: &str,
        sync: PowerSync,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let conductor = conductor_with(
            store,
            &lab.cobbler.api_url(),
            &url,
            password,
            settings,
            options(hostname, sync),
        );
        let router = ferric::api::router(ferric::api::ApiState::new(conductor.clone(), None));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let stop = CancellationToken::new();
        let engine = tokio::spawn({
            let (conductor, stop) = (conductor.clone(), stop.clone());
            async move { conductor.run(stop).await }
        });
        Self {
            conductor,
            url,
            stop,
            engine,
            _server: server,
        }
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.engine.await.unwrap();
    }

    /// Enrols the lab's server of that number under the name `node-N`.
    pub(crate) async fn enrol(&self, lab: &Lab, number: usize) -> Node {
        let info = json!({"cimc_address": lab.rack.controllers()[number].address().to_string()});
        self.enrol_with(number, info).await
    }

    /// The same, with other `driver_info`.
    pub(crate) async fn enrol_with(&self, number: usize, info: Value) -> Node {
        let mut node = Node::new("cisco-ucs-standalone", Interfaces::default(), now());
        node.name = Some(format!("node-{number}"));
        node.driver_info = map(json!({
            "cimc_username": CIMC_USER, "cimc_password": CIMC_PASSWORD, "cimc_protocol": "http", "cobbler": "lab",
        }));
        node.driver_info.extend(map(info));
        node.instance_info = map(json!({
            "cobbler_distro": DISTRO, "packages": ["chrony"], "service": "web", "ssh_keys": ["ssh-ed25519 AAAA ops"],
        }));
        self.conductor.create_node(node).await.unwrap()
    }

    pub(crate) async fn say(&self, node: &Node, verb: Verb) {
        self.conductor
            .provision(&node.uuid.to_string(), verb, ProvisionRequest::default())
            .await
            .unwrap();
    }

    pub(crate) async fn node(&self, node: &Node) -> Node {
        self.conductor
            .store()
            .node(&node.uuid.to_string())
            .await
            .unwrap()
    }

    /// What its history tells.
    pub(crate) async fn history(&self, node: &Node) -> Vec<HistoryEntry> {
        let store = self.conductor.store();
        store.history(node.uuid, &Page::all()).await.unwrap()
    }

    /// Waits until the node has no work in hand and is in that state.
    pub(crate) async fn rests(&self, node: &Node, state: State) -> Node {
        let what = format!("node {} in {state}", node.display_name());
        let found = testkit::until(&what, LIMIT, || async {
            let node = self.node(node).await;
            (node.provision_state == state && node.job.is_none() && node.reservation.is_none())
                .then_some(node)
        })
        .await;
        match found {
            Ok(node) => node,
            Err(error) => panic!("{error}; it is {:#?}", self.node(node).await),
        }
    }

    /// From `enroll` to `available`.
    pub(crate) async fn make_available(&self, node: &Node) {
        self.say(node, Verb::Manage).await;
        self.rests(node, State::Manageable).await;
        self.say(node, Verb::Provide).await;
        self.rests(node, State::Available).await;
    }
}
