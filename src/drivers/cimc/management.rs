//! `cimc` management: the boot order, legacy or precision as the firmware has it; boot mode,
//! locator LED, sensors, health.

use std::sync::Arc;

use async_trait::async_trait;
use cimc_client::{
    BootKind, BootMode as Mode, Health, LedState, Operation, PowerCommand, SavedBootOrder, Way,
    WayIn,
};
use serde_json::Value;

use super::access::Access;
use super::driver_info::PROPERTIES;
use super::steps;
use super::ways::Choice;
use crate::drivers::DriverError;
use crate::drivers::interfaces::{
    BootDevice, BootMode, BootSetting, Condition, Indicator, IndicatorState, ManagementInterface,
    Property, RaisedFault, SensorReading, Step,
};
use crate::model::{Node, StepKind};

/// Management through the CIMC.
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
        self.access.validate(node)
    }

    fn steps(&self, kind: StepKind) -> Vec<Arc<dyn Step>> {
        steps::management(kind)
    }

    fn supported_boot_devices(&self, node: &Node) -> Vec<BootDevice> {
        let mut devices = vec![BootDevice::Pxe, BootDevice::Disk, BootDevice::Cdrom];
        let set_up = self.access.choose(node, Operation::BiosSetup);
        if set_up == Choice::By(Way::Xml) {
            devices.push(BootDevice::Bios);
        }
        devices
    }

    async fn boot_device(&self, node: &Node) -> Result<BootSetting, DriverError> {
        let work = async |s: &mut WayIn| s.boot_order().await;
        let order = self
            .access
            .perform(node, Operation::BootOrder, work)
            .await?;
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
            // The set-up is entered once, whatever was asked for: Cisco's firmware knows no other.
            BootDevice::Bios => {
                let work = async |s: &mut WayIn| {
                    s.xml("enter the BIOS set-up at the next boot")?
                        .enter_bios_setup()
                        .await
                };
                self.access
                    .perform(node, Operation::BiosSetup, work)
                    .await?;
                return Ok(BootSetting {
                    device: Some(device),
                    persistent: Some(false),
                });
            }
            other => {
                return Err(DriverError::invalid(format!(
                    "Invalid boot device {other} specified."
                )));
            }
        };
        let work = async |s: &mut WayIn| s.set_boot_device(kind, !persistent, pxe_mac).await;
        let change = self
            .access
            .perform(node, Operation::SetBootDevice, work)
            .await?;
        Ok(BootSetting {
            device: Some(device),
            persistent: Some(change.persistent),
        })
    }

    async fn keep_boot_order(&self, node: &Node) -> Result<Option<Value>, DriverError> {
        let work = async |s: &mut WayIn| s.boot_order().await;
        let order = self
            .access
            .perform(node, Operation::BootOrder, work)
            .await?;
        Ok(serde_json::to_value(order.save()).ok())
    }

    async fn restore_boot_order(&self, node: &Node, kept: &Value) -> Result<(), DriverError> {
        let kept: SavedBootOrder = serde_json::from_value(kept.clone()).map_err(|error| {
            DriverError::Refused(format!(
                "the boot order that was kept can't be read ({error}); set it by hand"
            ))
        })?;
        let work = async |s: &mut WayIn| s.restore_boot_order(&kept).await;
        self.access
            .perform(node, Operation::SetBootDevice, work)
            .await
            .map(drop)
    }

    async fn boot_mode(&self, node: &Node) -> Result<Option<BootMode>, DriverError> {
        let work = async |s: &mut WayIn| s.boot_modes().await;
        let modes = self.access.perform(node, Operation::BootMode, work).await?;
        Ok(match modes.configured.or(modes.actual) {
            Some(Mode::Legacy) => Some(BootMode::Bios),
            Some(Mode::Uefi) => Some(BootMode::Uefi),
            Some(Mode::Other(_)) | None => None,
        })
    }

    async fn set_boot_mode(&self, node: &Node, mode: BootMode) -> Result<(), DriverError> {
        let mode = match mode {
            BootMode::Bios => Mode::Legacy,
            BootMode::Uefi => Mode::Uefi,
        };
        let work = async |s: &mut WayIn| s.xml("set the boot mode")?.set_boot_mode(&mode).await;
        self.access
            .perform(node, Operation::SetBootMode, work)
            .await
    }

    async fn inject_nmi(&self, node: &Node) -> Result<(), DriverError> {
        let work = async |s: &mut WayIn| s.set_power(PowerCommand::DiagnosticInterrupt).await;
        self.access.perform(node, Operation::InjectNmi, work).await
    }

    async fn reset_bmc(&self, node: &Node) -> Result<(), DriverError> {
        let work = async |s: &mut WayIn| {
            let xml = s.xml("restart the CIMC")?;
            xml.set_power(PowerCommand::BmcReset).await
        };
        self.access.perform(node, Operation::Power, work).await
    }

    fn indicators(&self) -> &'static [Indicator] {
        &[Indicator {
            name: "led@chassis",
            readonly: false,
            states: &[IndicatorState::Off, IndicatorState::On],
        }]
    }

    async fn indicator(&self, node: &Node) -> Result<IndicatorState, DriverError> {
        let work = async |s: &mut WayIn| s.locator_led().await;
        let led = self
            .access
            .perform(node, Operation::LocatorLed, work)
            .await?;
        Ok(match led {
            LedState::On => IndicatorState::On,
            LedState::Off => IndicatorState::Off,
            LedState::Blinking => IndicatorState::Blinking,
            LedState::Unknown => IndicatorState::Unknown,
        })
    }

    async fn set_indicator(&self, node: &Node, on: bool) -> Result<(), DriverError> {
        let work = async |s: &mut WayIn| s.set_locator_led(on).await;
        self.access.perform(node, Operation::LocatorLed, work).await
    }

    async fn sensors(&self, node: &Node) -> Result<Vec<SensorReading>, DriverError> {
        let work = async |s: &mut WayIn| s.xml("read the sensors")?.sensors().await;
        let sensors = self.access.perform(node, Operation::Sensors, work).await?;
        let readings = sensors.into_iter().map(|one| SensorReading {
            group: one.group,
            name: one.name,
            value: one.value,
            unit: one.unit,
            status: one.status,
        });
        Ok(readings.collect())
    }

    async fn condition(&self, node: &Node) -> Result<Condition, DriverError> {
        let work = async |s: &mut WayIn| s.xml("list the faults")?.faults().await;
        let faults = self.access.perform(node, Operation::Faults, work).await?;
        Ok(Condition {
            health: Health::of(&faults).to_string(),
            faults: faults
                .into_iter()
                .map(|one| RaisedFault {
                    code: one.code,
                    severity: one.severity,
                    description: one.description,
                    affected: one.affected,
                    created: one.created,
                })
                .collect(),
        })
    }
}
