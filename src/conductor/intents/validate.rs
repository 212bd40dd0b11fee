//! `GET /v1/nodes/{node}/validate`.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::conductor::{Conductor, planning, preflight};
use crate::drivers::DriverError;
use crate::model::{InterfaceKind as K, Node};
use crate::store::StoreError;

/// How long somebody who asks by the API waits for the servers; the stock clients wait for 60 s.
const PATIENCE: Duration = Duration::from_secs(10);

impl Conductor {
    /// Whether each interface has what it needs, and whether a deploy would begin; touches no
    /// hardware, and reads from the servers that a deploy needs.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn validate(
        &self,
        node: &Node,
    ) -> Result<BTreeMap<K, Result<(), String>>, StoreError> {
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
        let mut results: BTreeMap<K, Result<(), String>> = kinds
            .into_iter()
            .map(|kind| {
                (
                    kind,
                    self.validate_one(node, kind).map_err(|e| e.to_string()),
                )
            })
            .collect();
        if results.get(&K::Deploy) == Some(&Ok(()))
            && let Ok(interfaces) = self.inner.drivers.interfaces(node)
        {
            let templates = self.deploy_templates().await?;
            let passed = match planning::deploy(node, &interfaces, None, &templates) {
                Err(wrong) => Err(wrong),
                Ok(_) => {
                    let ports = self.inner.store.ports_of(node.uuid).await?;
                    let passed = preflight::run(&interfaces, node, &ports, PATIENCE).await;
                    passed.map_err(|error| error.to_string())
                }
            };
            results.insert(K::Deploy, passed);
        }
        Ok(results)
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
            K::Rescue => interfaces.rescue.validate(node),
            _ => Ok(()),
        }
    }
}
