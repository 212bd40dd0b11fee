//! Choosing the boot device, whatever the style.

use super::precision::NetworkDevice;
use super::{BootDevice, BootKind, BootOrder, BootStyle};
use crate::dialect::Feature;
use crate::error::CimcError;
use crate::nics::valid_mac;
use crate::session::Session;

/// What [`Session::set_boot_device`] found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootChange {
    /// Whether anything was written; `false` when all was right already.
    pub changed: bool,
    /// Whether it holds beyond the next boot. Also `true` when one boot was asked for and this
    /// firmware can't do that: the caller has to set the order back.
    pub persistent: bool,
    /// The name of the device that the next boot will try first.
    pub device: String,
    /// The first device of the order before.
    pub previous_first: Option<BootDevice>,
    /// Which of the two lists is in force.
    pub style: BootStyle,
}

impl Session {
    /// Puts a device first, for good or for one boot, and reads back that it is.
    ///
    /// All other devices of the operator stay, in their order. Nothing is written when the order
    /// is right already, and the server is never restarted by it. For the network the device of
    /// the interface with the given MAC address is preferred. Where one boot only is not
    /// possible (below 3.0(1c)) the order is changed for good, and the result says so. A
    /// one-time device that somebody set before is cleared by a change for good.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] for kinds that this style can't have;
    /// [`CimcError::Operation`] when the controller accepted the order and shows another one;
    /// any failure of a read or write. After a time-out the order may have been taken: call
    /// again, it looks first.
    pub async fn set_boot_device(
        &mut self,
        kind: BootKind,
        one_time: bool,
        mac: Option<&str>,
    ) -> Result<BootChange, CimcError> {
        let order = self.boot_order().await?;
        if order.style == BootStyle::Legacy {
            return self.set_legacy_first(order, kind).await;
        }
        let target = self.boot_target(&order, kind, mac).await?;
        if one_time
            && self.dialect().await?.may_have(Feature::OneTimeBoot)
            && let Some(change) = self.set_one_time(&order, &target).await?
        {
            return Ok(change);
        }
        self.set_precision_first(order, target).await
    }

    /// The device to put first: the best one of that kind, or a new one.
    async fn boot_target(
        &mut self,
        order: &BootOrder,
        kind: BootKind,
        mac: Option<&str>,
    ) -> Result<BootDevice, CimcError> {
        let suitable: Vec<&BootDevice> = order
            .devices
            .iter()
            .filter(|device| device.kind == kind)
            .collect();
        let best = match mac
            .and_then(valid_mac)
            .filter(|_| kind == BootKind::Network)
        {
            Some(mac) => match self.network_device(&suitable, &mac).await? {
                NetworkDevice::Found(device) => Some(device),
                NetworkDevice::Any => None,
                // The server would try a port that isn't the node's.
                NetworkDevice::AllOthers => return self.new_device(kind, Some(&mac)).await,
            },
            None => None,
        };
        let enabled = || suitable.iter().find(|device| device.enabled);
        match best.or_else(|| enabled().or_else(|| suitable.first()).map(|d| (*d).clone())) {
            Some(device) => Ok(device),
            None => self.new_device(kind, mac).await,
        }
    }
}
