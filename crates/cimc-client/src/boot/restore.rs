//! Keeping the operator's boot order, and putting it back.

use serde::{Deserialize, Serialize};

use super::{BootDevice, BootOrder, BootStyle};
use crate::error::CimcError;
use crate::session::Session;
use crate::xml::Element;

/// What the names of devices that this crate makes begin with.
const OURS: &str = "ferric-";

/// A boot order as it was once read: the devices' DNs in their order, and whether each was on.
/// Serialisable, so that it can wait for a tear-down that comes months later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedBootOrder {
    /// `legacy` or `precision`.
    style: String,
    /// DN and whether it was enabled.
    devices: Vec<(String, bool)>,
}

impl BootOrder {
    /// The order, to be kept. Devices of ours are not part of it.
    pub fn save(&self) -> SavedBootOrder {
        SavedBootOrder {
            style: style(self.style).to_owned(),
            devices: self
                .devices
                .iter()
                .filter(|device| !is_ours(device))
                .map(|device| (device.dn.clone(), device.enabled))
                .collect(),
        }
    }
}

impl SavedBootOrder {
    /// The DNs in their order.
    pub fn devices(&self) -> impl Iterator<Item = &str> {
        self.devices.iter().map(|(dn, _)| dn.as_str())
    }

    /// Whether it was kept from a list of this style.
    pub(crate) fn is_of(&self, kept: BootStyle) -> bool {
        self.style == style(kept)
    }
}

const fn style(style: BootStyle) -> &'static str {
    match style {
        BootStyle::Legacy => "legacy",
        BootStyle::Precision => "precision",
    }
}

fn is_ours(device: &BootDevice) -> bool {
    device.name.starts_with(OURS)
}

impl Session {
    /// Puts a kept boot order back and reads it back; `false` when it was so already.
    ///
    /// Devices that have gone since are left out, devices that somebody added since stay, behind
    /// the others; those of ours are removed where the firmware lets us, else switched off at the
    /// end. A one-time device is cleared. The server is never restarted.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] when the firmware has changed to the other kind of boot order
    /// since (an upgrade to 2.0 makes a list of its own, and that one stands);
    /// [`CimcError::Operation`] when it was accepted and reads back as another.
    pub async fn restore_boot_order(&mut self, saved: &SavedBootOrder) -> Result<bool, CimcError> {
        let order = self.boot_order().await?;
        if style(order.style) != saved.style {
            let why = format!(
                "it was kept as {}, and the controller has a {} one now",
                saved.style,
                style(order.style)
            );
            return Err(self.unsupported("put the boot order back", why));
        }
        let mut changed = false;
        if order.one_time.is_some() {
            self.clear_one_time().await?;
            changed = true;
        }
        let wanted = arranged(&order.devices, saved);
        if is_as_wanted(&order.devices, &wanted) {
            return Ok(changed);
        }
        match order.style {
            BootStyle::Legacy => self.write_legacy_order(&order.devices, &wanted).await?,
            BootStyle::Precision => self.restore_precision(&wanted).await?,
        }
        Ok(true)
    }

    async fn restore_precision(&mut self, wanted: &[BootDevice]) -> Result<(), CimcError> {
        self.write_precision(wanted, "", false).await?;
        for device in wanted.iter().filter(|device| is_ours(device)) {
            let object = Element::new(&device.object.name)
                .with("status", "deleted")
                .with("dn", &device.dn);
            if let Err(error) = self.write(&device.dn, object).await {
                tracing::info!(%error, device = device.name, "a boot device of ours stays, switched off");
            }
        }
        Ok(())
    }
}

/// The present devices as they shall stand: the kept ones in their order, then those that came
/// since, then ours, switched off.
pub(crate) fn arranged(present: &[BootDevice], saved: &SavedBootOrder) -> Vec<BootDevice> {
    let kept = saved.devices.iter().filter_map(|(dn, enabled)| {
        let device = present.iter().find(|device| device.dn == *dn)?;
        Some(BootDevice {
            enabled: *enabled,
            ..device.clone()
        })
    });
    let is_kept = |device: &BootDevice| saved.devices.iter().any(|(dn, _)| *dn == device.dn);
    let others = present
        .iter()
        .filter(|device| !is_kept(device) && !is_ours(device))
        .cloned();
    let ours = present
        .iter()
        .filter(|device| is_ours(device))
        .map(|device| BootDevice {
            enabled: false,
            ..device.clone()
        });
    kept.chain(others).chain(ours).collect()
}

pub(crate) fn is_as_wanted(present: &[BootDevice], wanted: &[BootDevice]) -> bool {
    let shape = |device: &BootDevice| (device.dn.clone(), device.enabled);
    let distinct = present.windows(2).all(|pair| pair[0].order < pair[1].order);
    distinct
        && present.iter().map(shape).eq(wanted.iter().map(shape))
        && !present.iter().any(is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boot::BootKind;

    fn device(name: &str, order: u16, enabled: bool) -> BootDevice {
        BootDevice {
            kind: BootKind::Other,
            name: name.to_owned(),
            dn: format!("sys/rack-unit-1/boot-precision/{name}"),
            order,
            enabled,
            object: Element::new("lsbootHdd"),
        }
    }

    fn order(devices: Vec<BootDevice>) -> BootOrder {
        BootOrder {
            style: BootStyle::Precision,
            devices,
            one_time: None,
            boot_mode: None,
            set_by_bios: false,
        }
    }

    #[test]
    fn kept_devices_come_first_new_ones_stay_and_ours_are_off_at_the_end() {
        let saved = order(vec![
            device("cd", 1, false),
            device("gone", 2, true),
            device("disk", 3, true),
        ])
        .save();
        let present = [
            device("ferric-pxe", 1, true),
            device("disk", 2, true),
            device("new", 3, true),
            device("cd", 4, true),
        ];
        let wanted = arranged(&present, &saved);
        let names: Vec<_> = wanted
            .iter()
            .map(|d| (d.name.as_str(), d.enabled))
            .collect();
        assert_eq!(
            names,
            [
                ("cd", false),
                ("disk", true),
                ("new", true),
                ("ferric-pxe", false)
            ]
        );
        assert!(!is_as_wanted(&present, &wanted));
    }

    #[test]
    fn an_order_that_is_as_it_was_is_left_alone() {
        let devices = vec![device("disk", 1, true), device("cd", 2, false)];
        let saved = order(devices.clone()).save();
        assert!(is_as_wanted(&devices, &arranged(&devices, &saved)));
        let text = serde_json::to_string(&saved).unwrap();
        assert_eq!(
            serde_json::from_str::<SavedBootOrder>(&text).unwrap(),
            saved
        );
    }
}
