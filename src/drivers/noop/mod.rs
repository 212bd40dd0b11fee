//! Interfaces that do nothing and say so.

use std::sync::Arc;

use async_trait::async_trait;

use super::DriverError;
use super::interfaces::{
    BiosInterface, BiosSetting, ConsoleInterface, FirmwareComponent, FirmwareInterface, Identity,
    InspectInterface, Inspection, Nics, Property, RaidInterface, RescueInterface, Step,
    VendorInterface,
};
use crate::model::{JsonMap, Node};

/// `no-inspect`: the operator's ports and properties stand.
#[derive(Debug)]
pub struct NoInspect;

/// `no-bios`: there are no settings.
#[derive(Debug)]
pub struct NoBios;

/// `no-firmware`: there are no components.
#[derive(Debug)]
pub struct NoFirmware;

/// `no-console`: there is no way to the screen.
#[derive(Debug)]
pub struct NoConsole;

/// `no-raid`: no arrays can be built.
#[derive(Debug)]
pub struct NoRaid;

/// `no-rescue`: there is no rescue system.
#[derive(Debug)]
pub struct NoRescue;

/// `no-vendor`: nothing beyond the other interfaces.
#[derive(Debug)]
pub struct NoVendor;

impl VendorInterface for NoVendor {}

fn unsupported(node: &Node, feature: &str) -> DriverError {
    DriverError::Unsupported {
        driver: node.driver.clone(),
        feature: feature.to_owned(),
    }
}

#[async_trait]
impl InspectInterface for NoInspect {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        Err(unsupported(node, "inspect"))
    }

    async fn identity(&self, node: &Node) -> Result<Identity, DriverError> {
        Err(unsupported(node, "inspect"))
    }

    async fn nics(&self, node: &Node) -> Result<Nics, DriverError> {
        Err(unsupported(node, "inspect"))
    }

    async fn inspect(&self, node: &Node) -> Result<Inspection, DriverError> {
        Err(unsupported(node, "inspect"))
    }
}

#[async_trait]
impl BiosInterface for NoBios {
    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        Err(unsupported(node, "bios"))
    }

    async fn settings(&self, node: &Node) -> Result<Vec<BiosSetting>, DriverError> {
        Err(unsupported(node, "bios"))
    }
}

#[async_trait]
impl FirmwareInterface for NoFirmware {
    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        Err(unsupported(node, "firmware"))
    }

    async fn components(&self, node: &Node) -> Result<Vec<FirmwareComponent>, DriverError> {
        Err(unsupported(node, "firmware"))
    }
}

#[async_trait]
impl ConsoleInterface for NoConsole {
    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        Err(unsupported(node, "console"))
    }

    async fn info(&self, node: &Node) -> Result<JsonMap, DriverError> {
        Err(unsupported(node, "console"))
    }

    async fn set(&self, node: &Node, _: bool) -> Result<(), DriverError> {
        Err(unsupported(node, "console"))
    }
}

impl RaidInterface for NoRaid {
    fn logical_disk_properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        Err(unsupported(node, "raid"))
    }
}

impl RescueInterface for NoRescue {
    fn properties(&self) -> &'static [Property] {
        &[]
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        Err(unsupported(node, "rescue"))
    }

    fn rescue_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    fn unrescue_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }

    fn clean_up_steps(&self) -> Vec<Arc<dyn Step>> {
        Vec::new()
    }
}
