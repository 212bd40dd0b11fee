//! Management: boot devices.

use async_trait::async_trait;

use super::Property;
use crate::drivers::DriverError;
use crate::model::Node;

/// What a node boots from, in Ironic's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
#[allow(missing_docs)]
pub enum BootDevice {
    Pxe,
    Disk,
    Cdrom,
    Bios,
    Safe,
    Wanboot,
    Iscsiboot,
    Floppy,
    Uefihttp,
}

/// What is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BootSetting {
    /// The first device, or `None` where it has no name in Ironic.
    pub device: Option<BootDevice>,
    /// Whether it stays after the next boot; `None` where the hardware doesn't say.
    pub persistent: Option<bool>,
}

/// Sets what a node boots from.
#[async_trait]
pub trait ManagementInterface: Send + Sync + std::fmt::Debug {
    /// The keys of `driver_info` that it reads.
    fn properties(&self) -> &'static [Property];

    /// Whether the node's record has what is needed; touches no hardware.
    fn validate(&self, node: &Node) -> Result<(), DriverError>;

    /// The devices that may be set.
    fn supported_boot_devices(&self) -> &'static [BootDevice];

    /// The device that is set.
    async fn boot_device(&self, node: &Node) -> Result<BootSetting, DriverError>;

    /// Puts a device first, for the next boot or for good, and reads it back. `pxe_mac` says
    /// which network interface, where there are several. Gives what was set: hardware without a
    /// one-time boot sets it for good.
    async fn set_boot_device(
        &self,
        node: &Node,
        device: BootDevice,
        persistent: bool,
        pxe_mac: Option<&str>,
    ) -> Result<BootSetting, DriverError>;
}
