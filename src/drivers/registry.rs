//! The explicit list of implementations.

use std::sync::Arc;

use super::cimc::{CimcBios, CimcFirmware, CimcInspect, CimcManagement, CimcPower};
use super::cobbler::{CobblerDeploy, CobblerPxeBoot, CobblerRescue, Cobblers};
use super::fake::{
    FakeBios, FakeBoot, FakeConsole, FakeDeploy, FakeFirmware, FakeInspect, FakeManagement,
    FakePower, FakeRaid, FakeRescue, FakeVendor,
};
use super::interfaces::VendorPassthru;
use super::interfaces::{
    BiosInterface, BootInterface, ConsoleInterface, DeployInterface, FirmwareInterface,
    InspectInterface, ManagementInterface, NodeInterfaces, PowerInterface, Property, RaidInterface,
    RescueInterface, SharedObject, VendorInterface,
};
use super::noop::{NoBios, NoConsole, NoFirmware, NoInspect, NoRaid, NoRescue, NoVendor};
use super::{DriverError, HARDWARE_TYPES, HardwareType};
use crate::model::{InterfaceKind, Node};

/// Finds the hardware types and the implementations of a node's interfaces.
#[derive(Debug)]
pub struct Registry {
    power: Vec<(&'static str, Arc<dyn PowerInterface>)>,
    management: Vec<(&'static str, Arc<dyn ManagementInterface>)>,
    inspect: Vec<(&'static str, Arc<dyn InspectInterface>)>,
    boot: Vec<(&'static str, Arc<dyn BootInterface>)>,
    console: Vec<(&'static str, Arc<dyn ConsoleInterface>)>,
    deploy: Vec<(&'static str, Arc<dyn DeployInterface>)>,
    bios: Vec<(&'static str, Arc<dyn BiosInterface>)>,
    firmware: Vec<(&'static str, Arc<dyn FirmwareInterface>)>,
    raid: Vec<(&'static str, Arc<dyn RaidInterface>)>,
    rescue: Vec<(&'static str, Arc<dyn RescueInterface>)>,
    vendor: Vec<(&'static str, Arc<dyn VendorInterface>)>,
}

impl Registry {
    /// All implementations, on the given controllers and Cobbler servers.
    pub fn new(
        controllers: Arc<cimc_client::Controllers>,
        cimc_timeout: std::time::Duration,
        cobblers: Cobblers,
    ) -> Self {
        let access = super::cimc::Access::new(controllers, cimc_timeout);
        Self {
            power: vec![
                ("cimc", Arc::new(CimcPower::new(access.clone()))),
                ("fake", Arc::new(FakePower)),
            ],
            management: vec![
                ("cimc", Arc::new(CimcManagement::new(access.clone()))),
                ("fake", Arc::new(FakeManagement)),
            ],
            inspect: vec![
                ("cimc", Arc::new(CimcInspect::new(access.clone()))),
                ("fake", Arc::new(FakeInspect)),
                ("no-inspect", Arc::new(NoInspect)),
            ],
            boot: vec![
                (
                    "cobbler-pxe",
                    Arc::new(CobblerPxeBoot::new(cobblers.clone())),
                ),
                ("fake", Arc::new(FakeBoot)),
            ],
            console: vec![
                ("fake", Arc::new(FakeConsole)),
                ("no-console", Arc::new(NoConsole)),
            ],
            deploy: vec![
                ("cobbler", Arc::new(CobblerDeploy::new(cobblers.clone()))),
                ("fake", Arc::new(FakeDeploy)),
            ],
            bios: vec![
                ("cimc", Arc::new(CimcBios::new(access.clone()))),
                ("fake", Arc::new(FakeBios)),
                ("no-bios", Arc::new(NoBios)),
            ],
            firmware: vec![
                ("cimc", Arc::new(CimcFirmware::new(access))),
                ("fake", Arc::new(FakeFirmware)),
                ("no-firmware", Arc::new(NoFirmware)),
            ],
            raid: vec![("fake", Arc::new(FakeRaid)), ("no-raid", Arc::new(NoRaid))],
            rescue: vec![
                ("cobbler", Arc::new(CobblerRescue::new(cobblers))),
                ("fake", Arc::new(FakeRescue)),
                ("no-rescue", Arc::new(NoRescue)),
            ],
            vendor: vec![
                ("fake", Arc::new(FakeVendor)),
                ("no-vendor", Arc::new(NoVendor)),
            ],
        }
    }

    /// All hardware types.
    pub fn hardware_types(&self) -> &'static [HardwareType] {
        HARDWARE_TYPES
    }

    /// The hardware type of that name.
    pub fn hardware_type(&self, name: &str) -> Option<&'static HardwareType> {
        HARDWARE_TYPES.iter().find(|t| t.name == name)
    }

    /// The implementations that a node has chosen.
    ///
    /// # Errors
    /// [`DriverError::InvalidParameter`] where one of them doesn't exist.
    pub fn interfaces(&self, node: &Node) -> Result<NodeInterfaces, DriverError> {
        Ok(NodeInterfaces {
            power: find(&self.power, node, InterfaceKind::Power)?,
            management: find(&self.management, node, InterfaceKind::Management)?,
            inspect: find(&self.inspect, node, InterfaceKind::Inspect)?,
            boot: find(&self.boot, node, InterfaceKind::Boot)?,
            console: find(&self.console, node, InterfaceKind::Console)?,
            deploy: find(&self.deploy, node, InterfaceKind::Deploy)?,
            bios: find(&self.bios, node, InterfaceKind::Bios)?,
            firmware: find(&self.firmware, node, InterfaceKind::Firmware)?,
            raid: find(&self.raid, node, InterfaceKind::Raid)?,
            rescue: find(&self.rescue, node, InterfaceKind::Rescue)?,
            vendor: find(&self.vendor, node, InterfaceKind::Vendor)?,
        })
    }

    /// The own methods of the vendor whose interface a node has chosen, where it has any.
    pub fn passthru(&self, node: &Node) -> Option<&'static dyn VendorPassthru> {
        match node.interfaces.get(InterfaceKind::Vendor) {
            "fake" => Some(&super::fake::FakePassthru),
            _ => None,
        }
    }

    /// The keys of a logical disk that a hardware type's default RAID interface knows.
    pub fn logical_disk_properties(&self, hardware: &HardwareType) -> &'static [Property] {
        let default = hardware.default(InterfaceKind::Raid);
        self.raid
            .iter()
            .find(|(name, _)| *name == default)
            .map_or(&[], |(_, raid)| raid.logical_disk_properties())
    }

    /// The keys of `driver_info` that a hardware type's default interfaces read, with what they
    /// mean.
    pub fn properties(&self, hardware: &HardwareType) -> Vec<Property> {
        let mut node = Node::new(
            hardware.name,
            crate::model::Interfaces::default(),
            crate::model::now(),
        );
        for kind in <InterfaceKind as strum::IntoEnumIterator>::iter() {
            node.interfaces.set(kind, hardware.default(kind));
        }
        let Ok(interfaces) = self.interfaces(&node) else {
            return Vec::new();
        };
        let mut all: Vec<Property> = [
            interfaces.power.properties(),
            interfaces.management.properties(),
            interfaces.inspect.properties(),
            interfaces.boot.properties(),
            interfaces.deploy.properties(),
            interfaces.rescue.properties(),
        ]
        .concat();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// See [`DeployInterface::shared_objects`].
    ///
    /// # Errors
    /// Those of the server.
    pub async fn shared_objects(
        &self,
        server: &str,
        nodes: &[Node],
    ) -> Result<Option<Vec<SharedObject>>, DriverError> {
        for (_, deploy) in &self.deploy {
            if let Some(found) = deploy.shared_objects(server, nodes).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The Cobbler servers: name and URL.
    pub fn cobblers(&self) -> Vec<(String, String)> {
        self.deploy
            .iter()
            .flat_map(|(_, deploy)| deploy.servers())
            .collect()
    }
}

fn find<T: ?Sized>(
    list: &[(&'static str, Arc<T>)],
    node: &Node,
    kind: InterfaceKind,
) -> Result<Arc<T>, DriverError> {
    let name = node.interfaces.get(kind);
    list.iter().find(|(n, _)| *n == name).map(|(_, implementation)| implementation.clone()).ok_or_else(|| {
        DriverError::invalid(format!(
            "Node {} has the {kind} interface {name:?}, which does not exist; choose one of {}.",
            node.display_name(),
            list.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ")
        ))
    })
}
