//! `cimc` inspection: who the server is, what it is made of, and which network interfaces it has.

use async_trait::async_trait;
use cimc_client::{HostNic, Operation, WayIn, choose_pxe_port, complete_nics};

use super::access::Access;
use super::driver_info::PROPERTIES;
use super::inventory;
use super::ways::CAPABILITIES;
use crate::drivers::DriverError;
use crate::drivers::interfaces::{
    BootNic, Identity, InspectInterface, Inspection, Nic, Nics, Property,
};
use crate::model::{JsonMap, Node};

/// Inventory through the CIMC.
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
        self.access.validate(node)
    }

    async fn identity(&self, node: &Node) -> Result<Identity, DriverError> {
        let work = async |s: &mut WayIn| s.identity().await;
        let seen = self.access.perform(node, Operation::Identity, work).await?;
        Ok(Identity {
            vendor: Some("Cisco".to_owned()),
            model: seen.model,
            serial: seen.serial,
            firmware: seen.firmware.map(|version| version.to_string()),
        })
    }

    async fn capabilities(&self, node: &Node) -> Result<JsonMap, DriverError> {
        let found = self.access.probe(node).await?;
        let mut info = JsonMap::new();
        if let Ok(found) = serde_json::to_value(found) {
            info.insert(CAPABILITIES.to_owned(), found);
        }
        Ok(info)
    }

    async fn nics(&self, node: &Node) -> Result<Nics, DriverError> {
        let work = async |way: &mut WayIn| {
            let found = way.host_nics().await?;
            // The order only helps to choose: without it the choice is made by links.
            Ok((found, way.boot_order().await.ok()))
        };
        let (mut found, order) = self.access.perform(node, Operation::HostNics, work).await?;
        complete_nics(&mut found, self.access.more_nics(node).await?);
        let boots = choose_pxe_port(&found, order.as_ref()).map(|(nic, why)| BootNic {
            mac: nic.mac.clone(),
            why,
        });
        Ok(Nics {
            all: found.into_iter().map(nic).collect(),
            boots,
        })
    }

    async fn inspect(&self, node: &Node) -> Result<Inspection, DriverError> {
        let work = async |s: &mut WayIn| {
            let identity = s.identity().await?;
            let hardware = s.inventory().await?;
            let firmware = s.firmware_components().await.unwrap_or_default();
            Ok((identity, hardware, firmware))
        };
        let (identity, hardware, firmware) = self
            .access
            .perform(node, Operation::Inventory, work)
            .await?;
        // A server whose firmware can't tell its MAC addresses is inspected all the same.
        let (nics, problem) = match self.nics(node).await {
            Ok(nics) => (nics, None),
            Err(DriverError::Unsupported { feature, .. }) => (Nics::default(), Some(feature)),
            Err(error) => return Err(error),
        };
        let address = node.driver_text("cimc_address").unwrap_or_default();
        let mut inspection = inventory::document(address, &identity, &hardware, &firmware, nics);
        if let Some(problem) = problem {
            let advice = "make its ports by hand (openstack baremetal port create --node NODE MAC)";
            inspection.notes.push(format!(
                "no network interfaces were found: {problem}; {advice}"
            ));
        }
        Ok(inspection)
    }
}

fn nic(nic: HostNic) -> Nic {
    Nic {
        mac: nic.mac,
        name: nic.name,
        pxe: nic.pxe_boot.unwrap_or(true),
        link: nic.link,
    }
}
