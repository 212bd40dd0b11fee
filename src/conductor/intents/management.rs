//! `/v1/nodes/{node}/management/boot_device`: the calls that Ironic answers at once, with the
//! hardware's own word.

use crate::conductor::{Conductor, ConductorError};
use crate::drivers::interfaces::{BootDevice, BootSetting};
use crate::store::StoreError;

impl Conductor {
    /// What may be set.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn supported_boot_devices(
        &self,
        ident: &str,
    ) -> Result<Vec<BootDevice>, ConductorError> {
        let node = self.inner.store.node(ident).await?;
        Ok(self
            .inner
            .drivers
            .interfaces(&node)?
            .management
            .supported_boot_devices()
            .to_vec())
    }

    /// What is set.
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn boot_device(&self, ident: &str) -> Result<BootSetting, ConductorError> {
        let node = self.inner.store.node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        management.validate(&node)?;
        Ok(management.boot_device(&node).await?)
    }

    /// Sets it. The node is held meanwhile, so that no step sets another.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`], [`ConductorError::InvalidParameter`] for a device that
    /// can't be set, those of the driver.
    pub async fn set_boot_device(
        &self,
        ident: &str,
        device: BootDevice,
        persistent: bool,
    ) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        management.validate(&node)?;
        if !management.supported_boot_devices().contains(&device) {
            return Err(ConductorError::InvalidParameter(format!(
                "Invalid boot device {device} specified."
            )));
        }
        let held = match self
            .inner
            .store
            .claim_node(&node, self.hostname(), self.inner.options.lease)
            .await
        {
            Err(StoreError::Stale) => return Err(super::locked(&node)),
            other => other?,
        };
        let result = management
            .set_boot_device(&held, device, persistent, None)
            .await;
        let mut free = held;
        free.reservation = None;
        free.reserved_until = None;
        self.inner.store.save_node(&free).await?;
        self.wake();
        result?;
        Ok(())
    }
}
