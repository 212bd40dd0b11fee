//! `GET /v1/nodes/{node}/validate`.

use std::collections::BTreeMap;

use crate::conductor::Conductor;
use crate::drivers::DriverError;
use crate::model::{InterfaceKind as K, Node};

impl Conductor {
    /// Whether each interface has what it needs; touches no hardware.
    pub fn validate(&self, node: &Node) -> BTreeMap<K, Result<(), String>> {
        // The twelve that Ironic 39.0.0 lists; `vendor` is not among them.
        let kinds = [
            K::Bios,
            K::Boot,
            K::Console,
            K::Deploy,
            K::Firmware,
            K::Inspect,
            K::Management,
            K::Network,
            K::Power,
            K::Raid,
            K::Rescue,
            K::Storage,
        ];
        kinds
            .into_iter()
            .map(|kind| {
                (
                    kind,
                    self.validate_one(node, kind).map_err(|e| e.to_string()),
                )
            })
            .collect()
    }

    fn validate_one(&self, node: &Node, kind: K) -> Result<(), DriverError> {
        if node.interfaces.get(kind).starts_with("no-") {
            return Err(DriverError::Unsupported {
                driver: node.driver.clone(),
                feature: kind.to_string(),
            });
        }
        let interfaces = self.inner.drivers.interfaces(node)?;
        match kind {
            K::Power => interfaces.power.validate(node),
            K::Management => interfaces.management.validate(node),
            K::Inspect => interfaces.inspect.validate(node),
            K::Boot => interfaces.boot.validate(node),
            K::Deploy => interfaces.deploy.validate(node),
            K::Console => interfaces.console.validate(node),
            K::Raid => interfaces.raid.validate(node),
            _ => Ok(()),
        }
    }
}
