//! `cobbler`: the deploy interface.

use std::sync::Arc;

use async_trait::async_trait;

use super::adopt::FindSystem;
use super::request::InstallRequest;
use super::tear_down::{Disarm, RemoveCobblerSystem, RemoveProfile, RemoveSystem};
use super::{Cobblers, autoinstall, claim, drift, script, sequence, steps};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{DeployInterface, Property, SharedObject, Step};
use crate::model::{Node, Port, StepKind};

/// The keys that are read here.
pub(super) const PROPERTIES: &[Property] = &[(
    "cobbler",
    "Name of a configured Cobbler server. Required where there are several.",
)];

/// Installs by kickstart from a Cobbler server.
#[derive(Debug)]
pub struct CobblerDeploy {
    cobblers: Cobblers,
}

impl CobblerDeploy {
    /// On these servers.
    pub fn new(cobblers: Cobblers) -> Self {
        Self { cobblers }
    }
}

#[async_trait]
impl DeployInterface for CobblerDeploy {
    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        self.cobblers.of(node)?;
        InstallRequest::read(node, &self.cobblers).map(drop)
    }

    async fn preflight(&self, node: &Node, ports: &[Port]) -> Result<(), DriverError> {
        claim::need_free(node, ports, &self.cobblers).await?;
        drift::need_as_made(node, &self.cobblers).await
    }

    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        match kind {
            StepKind::Deploy => sequence(&self.cobblers),
            StepKind::Clean => vec![Arc::new(RemoveCobblerSystem::new(self.cobblers.clone()))],
            StepKind::Service | StepKind::Verify => Vec::new(),
        }
    }

    fn tear_down_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![
            Arc::new(steps::PowerOff),
            Arc::new(RemoveSystem::new(self.cobblers.clone())),
            Arc::new(RemoveProfile::new(self.cobblers.clone())),
            Arc::new(steps::RestoreBootOrder),
        ]
    }

    fn abandon_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![
            Arc::new(Disarm::new(self.cobblers.clone())),
            Arc::new(RemoveProfile::new(self.cobblers.clone())),
        ]
    }

    fn adopt_steps(&self) -> Vec<Arc<dyn Step>> {
        vec![Arc::new(FindSystem::new(self.cobblers.clone()))]
    }

    fn install_script(&self, node: &Node, _: &[Port]) -> Result<String, DriverError> {
        Ok(script::for_node(
            node,
            &InstallRequest::read(node, &self.cobblers)?,
        ))
    }

    fn install_hooks(&self) -> Result<String, DriverError> {
        autoinstall::hooks()
    }

    async fn shared_objects(
        &self,
        server: &str,
        nodes: &[Node],
    ) -> Result<Option<Vec<SharedObject>>, DriverError> {
        match self.cobblers.named(server) {
            Some(cobbler) => drift::shared_objects(cobbler, nodes, &self.cobblers)
                .await
                .map(Some),
            None => Ok(None),
        }
    }

    fn servers(&self) -> Vec<(String, String)> {
        self.cobblers.list()
    }
}
