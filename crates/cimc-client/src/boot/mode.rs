//! Legacy or UEFI: what is configured, and what the BIOS last used.

use super::BootMode;
use super::precision::list;
use crate::dialect::{Feature, Support};
use crate::error::CimcError;
use crate::session::{SERVER, Session, absent_as_none};
use crate::xml::Element;

/// The two readings of the boot mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootModes {
    /// What the next boot will use (`configuredBootMode`).
    pub configured: Option<BootMode>,
    /// What the last boot used (`actualBootMode`).
    pub actual: Option<BootMode>,
}

impl BootMode {
    /// From the firmware's word.
    pub(super) fn read(word: &str) -> Self {
        match word {
            "Legacy" => Self::Legacy,
            "Uefi" => Self::Uefi,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The firmware's word.
    fn word(&self) -> &str {
        match self {
            Self::Legacy => "Legacy",
            Self::Uefi => "Uefi",
            Self::Other(word) => word,
        }
    }
}

impl Session {
    /// Reads the boot mode. Firmware below 2.0(1a) boots by its BIOS alone.
    ///
    /// # Errors
    ///
    /// Any failure of a read, but not that the firmware has no such thing.
    pub async fn boot_modes(&mut self) -> Result<BootModes, CimcError> {
        if self.dialect().await?.support(Feature::BootMode) == Support::No {
            return Ok(BootModes {
                configured: Some(BootMode::Legacy),
                actual: None,
            });
        }
        let configured = absent_as_none(self.resolve_dn(&list()).await)?.flatten();
        let actual = self
            .resolve_dn(&format!("{SERVER}/bios/bdgep/boot-mode"))
            .await;
        let actual = absent_as_none(actual)?.flatten();
        let mode = |object: Option<Element>, name| object?.known(name).map(BootMode::read);
        Ok(BootModes {
            configured: mode(configured, "configuredBootMode"),
            actual: mode(actual, "actualBootMode"),
        })
    }

    /// Configures the boot mode for the next boot and those after it, and reads it back. Writes
    /// nothing where it is so already, and never restarts the server.
    ///
    /// # Errors
    ///
    /// [`CimcError::Unsupported`] below 2.0(1a) and on boards that have only UEFI (M8 refuses the
    /// property with 2502); [`CimcError::Operation`] when it was accepted and reads back as
    /// another.
    pub async fn set_boot_mode(&mut self, mode: &BootMode) -> Result<(), CimcError> {
        let action = format!("set the boot mode to {}", mode.word());
        let before = self.boot_modes().await?.configured;
        if before.as_ref() == Some(mode) {
            return Ok(());
        }
        if self.dialect().await?.support(Feature::BootMode) == Support::No {
            return Err(self.unsupported(&action, "boot modes came with 2.0(1a)".to_owned()));
        }
        let list = list();
        let object = Element::new("lsbootDevPrecision")
            .with("configuredBootMode", mode.word())
            .with("rebootOnUpdate", "no")
            .with("status", "modified")
            .with("dn", &list);
        self.write(&list, object).await?;
        let found = self.boot_modes().await?.configured;
        if found.as_ref() == Some(mode) {
            return Ok(());
        }
        let found = found.as_ref().map_or("nothing", BootMode::word).to_owned();
        Err(self.operation_error(
            &action,
            format!("it was accepted but reads back as {found}"),
        ))
    }
}
