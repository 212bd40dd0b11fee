//! What server this is: `show chassis detail` and `show cimc detail`.

use super::parse::Record;
use super::shell::Shell;
use crate::error::CimcError;
use crate::identity::Identity;
use crate::inventory::FirmwareComponent;
use crate::version::FirmwareVersion;

impl Shell {
    /// Reads what server this is. Memory and processors are part of [`Shell::inventory`].
    ///
    /// # Errors
    ///
    /// [`CimcError::NotUnderstood`] when it prints another form; any failure of a command.
    pub async fn identity(&mut self) -> Result<Identity, CimcError> {
        let chassis = self.chassis().await?;
        let firmware = self.firmware().await?;
        let text = |name| chassis.get(name).map(str::to_owned);
        Ok(Identity {
            model: text("PID"),
            serial: text("Serial Number"),
            name: text("Product Name"),
            uuid: text("UUID"),
            firmware,
            memory_mb: None,
            cpus: None,
            cores: None,
            threads: None,
        })
    }

    /// The versions of controller and BIOS.
    ///
    /// # Errors
    ///
    /// As for [`Shell::identity`].
    pub async fn firmware_components(&mut self) -> Result<Vec<FirmwareComponent>, CimcError> {
        let controller = self.firmware().await?.map(|version| version.to_string());
        let bios = self.bios().await?;
        // "C460M1.1.2.2a.0 (Build Date: 01/12/2011)", with or without quotes.
        let bios = bios.get("BIOS Version").and_then(|version| {
            let version = version.trim_matches('"').split(" (").next()?;
            (!version.is_empty()).then(|| version.to_owned())
        });
        let component = |name: &str, version: Option<String>| {
            Some(FirmwareComponent {
                component: name.to_owned(),
                version: version?,
                ..FirmwareComponent::default()
            })
        };
        let known = [component("bmc", controller), component("bios", bios)];
        Ok(known.into_iter().flatten().collect())
    }

    pub(super) async fn chassis(&mut self) -> Result<Record, CimcError> {
        self.enter(&[]).await?;
        self.record("show chassis detail").await
    }

    pub(super) async fn firmware(&mut self) -> Result<Option<FirmwareVersion>, CimcError> {
        self.enter(&[]).await?;
        let cimc = self.record("show cimc detail").await?;
        Ok(cimc
            .get("Firmware Version")
            .and_then(FirmwareVersion::parse))
    }

    pub(super) async fn bios(&mut self) -> Result<Record, CimcError> {
        self.enter(&["bios"]).await?;
        self.record("show detail").await
    }
}
