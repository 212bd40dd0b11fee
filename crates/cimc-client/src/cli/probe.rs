//! What can be done over the command line, and what says so: by reads alone.

use super::shell::Shell;
use crate::capability::{Capabilities, Operation, Way};
use crate::error::CimcError;

/// The operations that have commands here. Of the others the guides of 1.3 and 1.4 have none that
/// is known to be of one form.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation::Identity,
    Operation::PowerState,
    Operation::Power,
    Operation::SoftPowerOff,
    Operation::BootOrder,
    Operation::SetBootDevice,
    Operation::BootMode,
    Operation::HostNics,
    Operation::Inventory,
    Operation::FirmwareComponents,
    Operation::LocatorLed,
];

impl Shell {
    /// Finds out which of some operations work over the command line.
    ///
    /// # Errors
    ///
    /// Any failure but that a command is missing or prints another form: that is the answer.
    pub async fn probe(&mut self, wanted: &[Operation]) -> Result<Capabilities, CimcError> {
        let mut found = Capabilities::default();
        for operation in wanted {
            let seen = match operation {
                Operation::Identity => self.probe_identity(&mut found).await,
                Operation::PowerState => {
                    let state = self.power_state().await;
                    state.map(|state| {
                        format!("`show chassis detail`: power {state:?}").to_lowercase()
                    })
                }
                Operation::Power | Operation::SoftPowerOff => {
                    let seen = self.enter(&["chassis"]).await;
                    seen.map(|()| {
                        "`scope chassis` is there; `power` is not tried, as it would act".to_owned()
                    })
                }
                Operation::BootOrder | Operation::SetBootDevice | Operation::BootMode => {
                    self.boot_order().await.map(|order| {
                        found.boot_order = Some("legacy".to_owned());
                        format!("`show detail` of the BIOS: {} devices", order.devices.len())
                    })
                }
                Operation::HostNics => self.probe_nics().await,
                Operation::Inventory => {
                    let inventory = self.inventory().await;
                    inventory.map(|seen| {
                        let (cpus, disks) = (seen.processors.len(), seen.disks.len());
                        format!("`show cpu`, `show dimm`, `show storageadapter`: {cpus} processors, {disks} disks")
                    })
                }
                Operation::FirmwareComponents => {
                    let components = self.firmware_components().await;
                    components.map(|seen| {
                        format!("`show cimc detail` and the BIOS: {} versions", seen.len())
                    })
                }
                Operation::LocatorLed => {
                    let led = self.locator_led().await;
                    led.map(|led| format!("`show chassis detail`: locator LED {led}"))
                }
                _ => Err(self.unsupported(
                    &format!("do {operation} over its command line"),
                    "no command for it is documented for this generation",
                )),
            };
            match seen {
                Ok(words) => found.note(*operation, Some(Way::Cli), words),
                Err(error @ (CimcError::Unsupported { .. } | CimcError::NotUnderstood { .. })) => {
                    found.note(*operation, None, error.to_string());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn probe_identity(&mut self, found: &mut Capabilities) -> Result<String, CimcError> {
        let identity = self.identity().await?;
        found.model.clone_from(&identity.model);
        found.serial.clone_from(&identity.serial);
        found.firmware = identity.firmware.as_ref().map(ToString::to_string);
        let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "not told".to_owned());
        Ok(format!(
            "`show chassis detail`, `show cimc detail`: model {}, firmware {}",
            told(&found.model),
            told(&found.firmware)
        ))
    }

    async fn probe_nics(&mut self) -> Result<String, CimcError> {
        let nics = self.host_nics().await?;
        if nics.is_empty() {
            let why = "`show adapter` and `show network-adapter` have no MAC address";
            return Err(self.unsupported("tell the host's MAC addresses", why));
        }
        let ports = nics
            .iter()
            .filter(|nic| nic.kind == crate::nics::NicKind::Vic);
        let vics = ports.count();
        Ok(format!(
            "`show adapter`: {vics} MAC addresses; `show network-adapter`: {}",
            nics.len() - vics
        ))
    }
}
