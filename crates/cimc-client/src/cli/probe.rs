//! What can be done over the command line, and what says so: by reads alone.

use super::shell::Shell;
use crate::capability::{Capabilities, Operation, Way};
use crate::error::CimcError;
use crate::nics::NicKind;
use crate::power::PowerState;

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

/// Why an operation that is not among them doesn't work.
const NOT_DOCUMENTED: &str =
    "it has no XML API, and for its command line no command is documented that does it";

/// What came of a look: words that prove an operation, or words that say why it doesn't work.
type Seen = Result<String, String>;

impl Shell {
    /// Finds out which of some operations work over the command line. Each page is read once.
    ///
    /// # Errors
    ///
    /// Any failure but that a command is missing or prints another form: that is the answer.
    pub async fn probe(&mut self, wanted: &[Operation]) -> Result<Capabilities, CimcError> {
        let mut found = Capabilities::default();
        let mut boot: Option<Seen> = None;
        for operation in wanted {
            let seen = match operation {
                Operation::Identity => sorted(self.look_at_identity(&mut found).await)?,
                Operation::PowerState => sorted(self.look_at_power().await)?,
                Operation::Power | Operation::SoftPowerOff => sorted(self.look_at_scope().await)?,
                Operation::BootOrder | Operation::SetBootDevice | Operation::BootMode => {
                    if boot.is_none() {
                        boot = Some(sorted(self.look_at_boot_order(&mut found).await)?);
                    }
                    boot.clone().unwrap_or_else(|| Ok(String::new()))
                }
                Operation::HostNics => sorted(self.look_at_nics().await)?,
                Operation::Inventory => sorted(self.look_at_inventory().await)?,
                Operation::FirmwareComponents => sorted(self.look_at_versions().await)?,
                Operation::LocatorLed => sorted(self.look_at_led().await)?,
                _ => Err(NOT_DOCUMENTED.to_owned()),
            };
            match seen {
                Ok(words) => found.note(*operation, Some(Way::Cli), words),
                Err(words) => found.note(*operation, None, words),
            }
        }
        Ok(found)
    }

    async fn look_at_identity(&mut self, found: &mut Capabilities) -> Result<String, CimcError> {
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

    async fn look_at_power(&mut self) -> Result<String, CimcError> {
        let word = match self.power_state().await? {
            PowerState::On => "on".to_owned(),
            PowerState::Off => "off".to_owned(),
            PowerState::Unknown(word) => format!("{word:?}"),
        };
        Ok(format!("`show chassis detail`: Power is {word}"))
    }

    async fn look_at_scope(&mut self) -> Result<String, CimcError> {
        self.enter(&["chassis"]).await?;
        Ok("`scope chassis` is there; `power` is not tried, as it would act".to_owned())
    }

    async fn look_at_boot_order(&mut self, found: &mut Capabilities) -> Result<String, CimcError> {
        let order = self.boot_order().await?;
        found.boot_order = Some("legacy".to_owned());
        let devices = order.devices.len();
        Ok(format!(
            "`scope bios`, `show detail`: Boot Order of {devices} types"
        ))
    }

    async fn look_at_nics(&mut self) -> Result<String, CimcError> {
        let nics = self.host_nics().await?;
        if nics.is_empty() {
            let why = "`show adapter` and `show network-adapter` have no MAC address";
            return Err(self.unsupported("tell the host's MAC addresses", why));
        }
        let vics = nics.iter().filter(|nic| nic.kind == NicKind::Vic).count();
        Ok(format!(
            "MAC addresses: {vics} of `show adapter`, {} of `show network-adapter`",
            nics.len() - vics
        ))
    }

    async fn look_at_inventory(&mut self) -> Result<String, CimcError> {
        let seen = self.inventory().await?;
        Ok(format!(
            "`show cpu`, `show dimm`, `show storageadapter`: {} processors, {} modules, {} disks",
            seen.processors.len(),
            seen.modules.len(),
            seen.disks.len()
        ))
    }

    async fn look_at_versions(&mut self) -> Result<String, CimcError> {
        let seen = self.firmware_components().await?;
        let versions: Vec<_> = seen
            .iter()
            .map(|one| format!("{} {}", one.component, one.version))
            .collect();
        Ok(format!(
            "`show cimc detail`, `scope bios`: {}",
            versions.join(", ")
        ))
    }

    async fn look_at_led(&mut self) -> Result<String, CimcError> {
        let led = self.locator_led().await?;
        Ok(format!("`show chassis detail`: Locator LED is {led}"))
    }
}

/// That a command is missing, or prints another form, is an answer.
fn sorted(seen: Result<String, CimcError>) -> Result<Seen, CimcError> {
    match seen {
        Ok(words) => Ok(Ok(words)),
        Err(CimcError::Unsupported { action, answer, .. }) => {
            Ok(Err(format!("can't {action}: {answer}")))
        }
        Err(error @ CimcError::NotUnderstood { .. }) => Ok(Err(error.to_string())),
        Err(error) => Err(error),
    }
}
