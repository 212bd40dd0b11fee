//! `/v1/nodes/{node}/management/…`: the calls that Ironic answers at once, with the
//! hardware's own word.

use crate::conductor::{Conductor, ConductorError};
use crate::drivers::DriverError;
use crate::drivers::interfaces::{
    BootDevice, BootMode, BootSetting, Condition, Indicator, IndicatorState, SensorReading,
};
use crate::model::{JsonMap, Node};
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
            .supported_boot_devices(&node))
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
        if !management.supported_boot_devices(&node).contains(&device) {
            return Err(ConductorError::InvalidParameter(format!(
                "Invalid boot device {device} specified."
            )));
        }
        self.holding(&node, async |held| {
            management
                .set_boot_device(held, device, persistent, None)
                .await
        })
        .await?;
        Ok(())
    }

    /// Sets the boot mode of the next boot, and notes it.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`], those of the driver.
    pub async fn set_boot_mode(&self, ident: &str, mode: BootMode) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        management.validate(&node)?;
        self.holding(&node, async |held| {
            management.set_boot_mode(held, mode).await?;
            held.boot_mode = Some(mode.to_string());
            Ok(())
        })
        .await
    }

    /// Switches secure boot, and notes it.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`], those of the driver.
    pub async fn set_secure_boot(&self, ident: &str, on: bool) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        management.validate(&node)?;
        self.holding(&node, async |held| {
            management.set_secure_boot(held, on).await?;
            held.secure_boot = Some(on);
            Ok(())
        })
        .await
    }

    /// Sends a non-maskable interrupt.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`], those of the driver.
    pub async fn inject_nmi(&self, ident: &str) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        management.validate(&node)?;
        self.holding(&node, async |held| management.inject_nmi(held).await)
            .await
    }

    /// The indicators that a node's driver has.
    ///
    /// # Errors
    /// [`ConductorError::Unsupported`] where it has none.
    pub fn indicators(&self, node: &Node) -> Result<&'static [Indicator], ConductorError> {
        let indicators = self.inner.drivers.interfaces(node)?.management.indicators();
        if indicators.is_empty() {
            return Err(ConductorError::Unsupported {
                driver: node.driver.clone(),
                feature: "get_supported_indicators".to_owned(),
            });
        }
        Ok(indicators)
    }

    /// What the locator LED does.
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn indicator(&self, ident: &str) -> Result<IndicatorState, ConductorError> {
        let node = self.inner.store.node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        Ok(management.indicator(&node).await?)
    }

    /// Switches the locator LED.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`], those of the driver.
    pub async fn set_indicator(&self, ident: &str, on: bool) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        self.holding(&node, async |held| management.set_indicator(held, on).await)
            .await
    }

    /// How the node's console is reached; `None` while it is closed.
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn console(&self, node: &Node) -> Result<Option<JsonMap>, ConductorError> {
        if !node.console_enabled {
            return Ok(None);
        }
        let console = self.inner.drivers.interfaces(node)?.console;
        Ok(Some(console.info(node).await?))
    }

    /// Opens or closes the console, and notes it.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`], those of the driver.
    pub async fn set_console(&self, ident: &str, enabled: bool) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        let console = self.inner.drivers.interfaces(&node)?.console;
        console.validate(&node)?;
        self.holding(&node, async |held| {
            console.set(held, enabled).await?;
            held.console_enabled = enabled;
            Ok(())
        })
        .await
    }

    /// Keeps the wish for arrays, which a cleaning step builds.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`], [`ConductorError::Unsupported`].
    pub async fn set_target_raid(&self, ident: &str, wish: JsonMap) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        self.inner.drivers.interfaces(&node)?.raid.validate(&node)?;
        self.holding(&node, async |held| {
            held.target_raid_config = wish;
            Ok(())
        })
        .await
    }

    /// Temperatures, power, fans, as the hardware tells them now.
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn sensors(&self, ident: &str) -> Result<Vec<SensorReading>, ConductorError> {
        let node = self.inner.store.node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        Ok(management.sensors(&node).await?)
    }

    /// Health and faults, as the hardware tells them now.
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn condition(&self, ident: &str) -> Result<Condition, ConductorError> {
        let node = self.inner.store.node(ident).await?;
        let management = self.inner.drivers.interfaces(&node)?.management;
        Ok(management.condition(&node).await?)
    }

    /// Holds a node while something acts on its hardware, so that no step does at the same time.
    async fn holding<T, F>(&self, node: &Node, act: F) -> Result<T, ConductorError>
    where
        F: AsyncFnOnce(&mut Node) -> Result<T, DriverError>,
    {
        let claimed = self
            .inner
            .store
            .claim_node(node, self.hostname(), self.inner.options.lease)
            .await;
        let mut held = match claimed {
            Err(StoreError::Stale) => return Err(super::locked(node)),
            other => other?,
        };
        let result = act(&mut held).await;
        held.reservation = None;
        held.reserved_until = None;
        self.inner.store.save_node(&held).await?;
        self.wake();
        Ok(result?)
    }
}
