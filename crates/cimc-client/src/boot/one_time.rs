//! One boot from another device (`oneTimePrecisionBootDevice`, 3.0(1c) and later).

use super::{BootChange, BootDevice, BootOrder, BootStyle};
use crate::dialect::Feature;
use crate::error::CimcError;
use crate::session::{SERVER, Session, absent_as_none};
use crate::xml::Element;

fn setting() -> String {
    format!("{SERVER}/one-time-precision-boot")
}

impl Session {
    /// The name of the device for the next boot only, if one is set.
    pub(super) async fn one_time_device(&mut self) -> Result<Option<String>, CimcError> {
        if !self.dialect().await?.may_have(Feature::OneTimeBoot) {
            return Ok(None);
        }
        let object = absent_as_none(self.resolve_dn(&setting()).await)?.flatten();
        let device = object.as_ref().and_then(|object| object.known("device"));
        Ok(device
            .filter(|name| !name.eq_ignore_ascii_case("none"))
            .map(str::to_owned))
    }

    /// Sets the device for the next boot only; `None` when this firmware can't after all.
    ///
    /// The device has to be in the order and enabled; if it is not, it is put at the end.
    pub(super) async fn set_one_time(
        &mut self,
        order: &BootOrder,
        target: &BootDevice,
    ) -> Result<Option<BootChange>, CimcError> {
        let mut change = BootChange {
            changed: false,
            persistent: false,
            device: target.name.clone(),
            previous_first: order.first().cloned(),
            style: BootStyle::Precision,
        };
        if order.one_time.as_ref() == Some(&target.name) && target.enabled {
            return Ok(Some(change));
        }
        let is_known = order.devices.iter().any(|device| device.dn == target.dn);
        if !is_known || !target.enabled {
            let mut devices = order.devices.clone();
            if !is_known {
                devices.push(target.clone());
            }
            self.write_precision(&devices, &target.dn, false).await?;
        }
        let object = Element::new("oneTimePrecisionBootDevice")
            .with("device", &target.name)
            .with("rebootOnUpdate", "no")
            .with("status", "modified")
            .with("dn", &setting());
        if absent_as_none(self.write(&setting(), object).await)?.is_none() {
            return Ok(None);
        }
        match self.one_time_device().await? {
            Some(found) if found == target.name => {
                change.changed = true;
                Ok(Some(change))
            }
            found => Err(self.operation_error(
                &format!("boot once from {}", target.name),
                format!(
                    "the one-time device was accepted but reads back as {}",
                    found.as_deref().unwrap_or("nothing")
                ),
            )),
        }
    }

    /// Takes the device for the next boot back.
    pub(super) async fn clear_one_time(&mut self) -> Result<(), CimcError> {
        let object = Element::new("oneTimePrecisionBootDevice")
            .with("adminAction", "clear-one-time-boot-device")
            .with("status", "modified")
            .with("dn", &setting());
        self.write(&setting(), object).await
    }
}
