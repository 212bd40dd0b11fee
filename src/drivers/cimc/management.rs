//! `cimc` management: the boot order, legacy or precision as the firmware has it.

use async_trait::async_trait;
use cimc_client::BootKind;

use super::access::{Access, PROPERTIES, from_cimc, settings};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{BootDevice, BootSetting, ManagementInterface, Property};
use crate::model::Node;

/// Boot order through the CIMC's XML API.
#[derive(Debug)]
pub struct CimcManagement {
    access: Access,
}

impl CimcManagement {
    /// On these controllers.
    pub fn new(access: Access) -> Self {
        Self { access }
    }
}

#[async_trait]
impl ManagementInterface for CimcManagement {
    fn properties(&self) -> &'static [Property] {
        PROPERTIES
    }

    fn validate(&self, node: &Node) -> Result<(), DriverError> {
        settings(node, std::time::Duration::ZERO).map(drop)
    }

    fn supported_boot_devices(&self) -> &'static [BootDevice] {
        &[BootDevice::Pxe, BootDevice::Disk, BootDevice::Cdrom]
    }

    async fn boot_device(&self, node: &Node) -> Result<BootSetting, DriverError> {
        let controller = self.access.controller(node)?;
        let order = controller
            .run(async |s| s.boot_order().await)
            .await
            .map_err(|e| from_cimc(&e))?;
        Ok(BootSetting {
            device: order.next().and_then(|device| match device.kind {
                BootKind::Network => Some(BootDevice::Pxe),
                BootKind::Disk => Some(BootDevice::Disk),
                BootKind::Cdrom => Some(BootDevice::Cdrom),
                BootKind::Floppy => Some(BootDevice::Floppy),
                BootKind::Usb | BootKind::Other => None,
            }),
            persistent: Some(order.one_time.is_none()),
        })
    }

    async fn set_boot_device(
        &self,
        node: &Node,
        device: BootDevice,
        persistent: bool,
        pxe_mac: Option<&str>,
    ) -> Result<BootSetting, DriverError> {
        let kind = match device {
            BootDevice::Pxe => BootKind::Network,
            BootDevice::Disk => BootKind::Disk,
            BootDevice::Cdrom => BootKind::Cdrom,
            other => {
                return Err(DriverError::invalid(format!(
                    "Invalid boot device {other} specified."
                )));
            }
        };
        let controller = self.access.controller(node)?;
        let change = controller
            .run(async |s| s.set_boot_device(kind, !persistent, pxe_mac).await)
            .await
            .map_err(|e| from_cimc(&e))?;
        Ok(BootSetting {
            device: Some(device),
            persistent: Some(change.persistent),
        })
    }
}
