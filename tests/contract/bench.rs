//! One simulated controller, and the interfaces of a node that has it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cimc_sim::{Controller, ControllerSpec, Personality, Rack, RackSpec, Timing};
use ferric::drivers::cobbler::Cobblers;
use ferric::drivers::interfaces::NodeInterfaces;
use ferric::drivers::{HARDWARE_TYPES, Registry};
use ferric::model::{InterfaceKind, Interfaces, Node, now};
use ferric::states::PowerState;
use serde_json::json;
use strum::IntoEnumIterator as _;

pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// All implementations, without any Cobbler.
pub(crate) fn registry() -> Registry {
    let controllers = Arc::new(cimc_client::Controllers::new());
    let cobblers = Cobblers::new(Vec::new(), BTreeMap::new());
    Registry::new(controllers, Duration::from_secs(10), cobblers)
}

/// A rack of one, and its node.
pub(crate) struct Bench {
    rack: Rack,
    pub(crate) node: Node,
    pub(crate) interfaces: NodeInterfaces,
}

impl Bench {
    pub(crate) async fn start(personality: &str) -> Self {
        let personality = Personality::by_name(personality).unwrap();
        let mut spec = RackSpec::new(vec![ControllerSpec {
            ssh: Some(0),
            ..ControllerSpec::new(personality)
        }]);
        spec.timing = Timing::default().scaled(0.02);
        let rack = Rack::start(spec).await.unwrap();
        let hardware = &HARDWARE_TYPES[0];
        let mut node = Node::new(hardware.name, Interfaces::default(), now());
        for kind in InterfaceKind::iter() {
            node.interfaces.set(kind, hardware.default(kind));
        }
        let info = json!({
            "cimc_address": rack.controllers()[0].address(), "cimc_username": "admin",
            "cimc_password": "password", "cimc_protocol": "http",
            "cimc_ssh_port": rack.controllers()[0].ssh_address().unwrap().port(),
            "cimc_ssh_fingerprint": rack.controllers()[0].ssh_fingerprint(),
        });
        node.driver_info = serde_json::from_value(info).unwrap();
        let interfaces = registry().interfaces(&node).unwrap();
        let mut bench = Self {
            rack,
            node,
            interfaces,
        };
        bench.probe().await;
        bench
    }

    /// As verification does.
    pub(crate) async fn probe(&mut self) {
        let found = self.interfaces.inspect.capabilities(&self.node).await;
        self.node.driver_internal_info.extend(found.unwrap());
    }

    pub(crate) fn controller(&self) -> &Controller {
        &self.rack.controllers()[0]
    }

    pub(crate) fn address(&self) -> String {
        self.controller().address()
    }

    /// Whether the probe has chosen the command line for an operation.
    pub(crate) fn goes_by_cli(&self, operation: &str) -> bool {
        let found = &self.node.driver_internal_info["cimc_capabilities"]["operations"];
        let all = found.as_array().unwrap();
        all.iter()
            .any(|one| one["operation"] == operation && one["way"] == "cli")
    }

    /// Waits until the controller says so.
    pub(crate) async fn reads(&self, wanted: PowerState) {
        let what = format!("{wanted} on {}", self.controller().personality().firmware());
        let seen = testkit::until(&what, LIMIT, || async {
            let state = self.interfaces.power.state(&self.node).await.unwrap();
            (state == wanted).then_some(())
        });
        seen.await.unwrap();
    }
}
