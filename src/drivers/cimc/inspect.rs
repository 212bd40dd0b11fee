//! `cimc` inspection: who the server is and which network interfaces it has.

use async_trait::async_trait;
use cimc_client::CimcError;

use super::access::{Access, PROPERTIES, from_cimc, settings};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{Identity, InspectInterface, Nic, Property};
use crate::model::Node;

/// Inventory through the CIMC's XML API.
#[derive(Debug)]
pub struct CimcInspect {
    access: Access,
}

impl CimcInspect {
    /// On these controllers.
    pub fn new(access: Access) -> Self {
        Self { access }
    }
}

#[async_trait]
impl InspectInterface for CimcInspect {
    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        settings(node, std::time::Duration::ZERO).map(drop)
    }

    async fn identity(&self, node: &Node) -> Result<Identity, DriverError> {
        let controller = self.access.controller(node)?;
        let seen = controller
            .run(async |s| s.identity().await)
            .await
            .map_err(|e| from_cimc(&e))?;
        Ok(Identity {
            vendor: Some("Cisco".to_owned()),
            model: seen.model,
            serial: seen.serial,
            firmware: seen.firmware.map(|version| version.to_string()),
        })
    }

    async fn nics(&self, node: &Node) -> Result<Vec<Nic>, DriverError> {
        let controller = self.access.controller(node)?;
        match controller.run(async |s| s.host_nics().await).await {
            Ok(nics) => Ok(nics
                .into_iter()
                .map(|nic| Nic {
                    mac: nic.mac,
                    name: nic.name,
                    pxe: nic.pxe_boot.unwrap_or(true),
                })
                .collect()),
            Err(error @ CimcError::Unsupported { .. }) => Err(DriverError::Unsupported {
                driver: node.driver.clone(),
                feature: format!("reading MAC addresses: {error}"),
            }),
            Err(error) => Err(from_cimc(&error)),
        }
    }
}
