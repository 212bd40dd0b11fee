//! `cimc` BIOS settings and firmware versions: read only.

use std::sync::Arc;

use async_trait::async_trait;
use cimc_client::{Operation, WayIn};

use super::access::Access;
use super::steps;
use crate::drivers::DriverError;
use crate::drivers::interfaces::{
    BiosInterface, BiosSetting, FirmwareComponent, FirmwareInterface, Step,
};
use crate::model::{Node, StepKind};

/// BIOS tokens through the CIMC's XML API.
#[derive(Debug)]
pub struct CimcBios {
    access: Access,
}

impl CimcBios {
    /// On these controllers.
    pub fn new(access: Access) -> Self {
        Self { access }
    }
}

#[async_trait]
impl BiosInterface for CimcBios {
    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        self.access.validate(node)
    }

    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        steps::bios(kind)
    }

    async fn settings(&self, node: &Node) -> Result<Vec<BiosSetting>, DriverError> {
        let work = async |s: &mut WayIn| s.xml("read the BIOS settings")?.bios_settings().await;
        let settings = self
            .access
            .perform(node, Operation::BiosSettings, work)
            .await?;
        let settings = settings.into_iter().map(|one| BiosSetting {
            name: one.name,
            value: one.value,
        });
        Ok(settings.collect())
    }
}

/// Firmware versions through the CIMC's XML API.
#[derive(Debug)]
pub struct CimcFirmware {
    access: Access,
}

impl CimcFirmware {
    /// On these controllers.
    pub fn new(access: Access) -> Self {
        Self { access }
    }
}

#[async_trait]
impl FirmwareInterface for CimcFirmware {
    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        self.access.validate(node)
    }

    async fn components(&self, node: &Node) -> Result<Vec<FirmwareComponent>, DriverError> {
        let work = async |s: &mut WayIn| s.firmware_components().await;
        let components = self
            .access
            .perform(node, Operation::FirmwareComponents, work)
            .await?;
        let components = components.into_iter().map(|one| FirmwareComponent {
            component: one.component,
            version: one.version,
            vendor: one.vendor,
            model: one.model,
            serial: one.serial,
        });
        Ok(components.collect())
    }
}
