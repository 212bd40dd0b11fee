//! Records of nodes.

use strum::IntoEnumIterator as _;

use super::locked;
use crate::conductor::{Conductor, ConductorError};
use crate::drivers::HardwareType;
use crate::model::{InterfaceKind, MAX_TRAITS_PER_NODE, Node, ResourceKind, is_valid_trait};
use crate::store::StoreError;

impl Conductor {
    /// Makes a node. Interfaces that it leaves open become the hardware type's defaults.
    ///
    /// # Errors
    /// [`ConductorError::NoConductor`] for an unknown driver, [`ConductorError::InvalidParameter`]
    /// for an interface it can't have, [`StoreError::Duplicate`].
    pub async fn create_node(&self, mut node: Node) -> Result<Node, ConductorError> {
        let hardware = self.hardware(&node)?;
        fill_interfaces(&mut node, hardware);
        check_interfaces(&node, hardware)?;
        self.check_chassis(&node).await?;
        node.conductor = Some(self.hostname().to_owned());
        Ok(self.inner.store.create_node(&node).await?)
    }

    /// Writes a changed node, if nobody has changed it since `before` was read.
    /// `reset_interfaces` gives it the defaults of a new driver.
    ///
    /// # Errors
    /// As [`Conductor::create_node`]; [`ConductorError::NodeLocked`].
    pub async fn update_node(
        &self,
        before: &Node,
        mut after: Node,
        reset_interfaces: bool,
    ) -> Result<Node, ConductorError> {
        let hardware = self.hardware(&after)?;
        if reset_interfaces {
            for kind in InterfaceKind::iter() {
                if before.interfaces.get(kind) == after.interfaces.get(kind) {
                    after.interfaces.set(kind, hardware.default(kind));
                }
            }
        }
        fill_interfaces(&mut after, hardware);
        if before.interfaces != after.interfaces || before.driver != after.driver {
            check_interfaces(&after, hardware)?;
        }
        if before.maintenance && !after.maintenance {
            after.maintenance_reason = None;
            after.fault = None;
        }
        if before.chassis_uuid != after.chassis_uuid {
            self.check_chassis(&after).await?;
        }
        if before.owner != after.owner {
            self.check_owner(before).await?;
        }
        if after.instance_uuid.is_none() {
            // The store drops the allocation with it.
            after.allocation_uuid = None;
        }
        // An instance without a name gets the one that its creator gave it (API 1.104, Ironic 39.0.0).
        if after.instance_name.is_none() && before.instance_info != after.instance_info {
            after.instance_name = after
                .instance_info
                .get("display_name")
                .and_then(|name| name.as_str())
                .filter(|name| !name.is_empty())
                .map(str::to_owned);
        }
        match self.inner.store.save_node(&after).await {
            Err(StoreError::Stale) => Err(locked(before)),
            other => Ok(other?),
        }
    }

    /// Deletes a node.
    ///
    /// # Errors
    /// [`ConductorError::CannotDelete`], [`ConductorError::Associated`],
    /// [`ConductorError::Protected`], [`ConductorError::NodeLocked`].
    pub async fn delete_node(&self, ident: &str) -> Result<(), ConductorError> {
        let node = self.unlocked_node(ident).await?;
        if node.protected {
            return Err(ConductorError::Protected { node: node.uuid });
        }
        if let (Some(instance), false) = (node.instance_uuid, node.maintenance) {
            return Err(ConductorError::Associated {
                node: node.uuid,
                instance,
            });
        }
        if !node.provision_state.allows_delete() && !node.maintenance {
            return Err(ConductorError::CannotDelete {
                node: node.uuid,
                state: node.provision_state,
            });
        }
        match self.inner.store.delete_node(&node).await {
            Err(StoreError::Stale) => Err(locked(&node)),
            other => Ok(other?),
        }
    }

    /// Sets or clears maintenance. Clearing it clears the reason and the fault too.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`].
    pub async fn set_maintenance(
        &self,
        ident: &str,
        on: bool,
        reason: Option<String>,
    ) -> Result<(), ConductorError> {
        self.change(ident, |node| {
            node.maintenance = on;
            node.maintenance_reason = reason.clone().filter(|_| on);
            if !on {
                node.fault = None;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Notes that something which was asked for came to nothing.
    ///
    /// # Errors
    /// [`ConductorError::NodeLocked`].
    pub async fn note_error(&self, ident: &str, error: String) -> Result<(), ConductorError> {
        self.change(ident, |node| {
            node.last_error = Some(error.clone());
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Replaces a node's traits.
    ///
    /// # Errors
    /// [`ConductorError::InvalidParameter`] for names that are none, and for too many.
    pub async fn set_traits(
        &self,
        ident: &str,
        mut traits: Vec<String>,
    ) -> Result<(), ConductorError> {
        if let Some(bad) = traits.iter().find(|name| !is_valid_trait(name)) {
            return Err(ConductorError::InvalidParameter(format!(
                "Invalid trait {bad}: it must be a standard trait or CUSTOM_ followed by letters A to Z, digits and \"_\", \
                 at most 255 characters in all."
            )));
        }
        traits.sort_unstable();
        traits.dedup();
        self.change(ident, |node| {
            if traits.len() > MAX_TRAITS_PER_NODE {
                return Err(ConductorError::InvalidParameter(format!(
                    "Error setting traits on node {}: a node can have at most {MAX_TRAITS_PER_NODE} traits",
                    node.uuid
                )));
            }
            node.traits.clone_from(&traits);
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Whether a node's chassis is there.
    async fn check_chassis(&self, node: &Node) -> Result<(), ConductorError> {
        if let Some(uuid) = node.chassis_uuid {
            let chassis = uuid.to_string();
            self.inner
                .store
                .resource(ResourceKind::Chassis, &chassis)
                .await?;
        }
        Ok(())
    }

    /// Whether a node may change its owner: not while it is allocated to somebody by name.
    async fn check_owner(&self, node: &Node) -> Result<(), ConductorError> {
        let Some(uuid) = node.allocation_uuid else {
            return Ok(());
        };
        let uuid = uuid.to_string();
        let allocation = self.inner.store.resource(ResourceKind::Allocation, &uuid);
        match allocation.await {
            Ok(allocation) if allocation.text("owner").is_some() => {
                Err(ConductorError::Conflict(format!(
                    "Cannot update owner of node \"{}\" while it is allocated to an allocation with an owner.",
                    node.uuid
                )))
            }
            Ok(_) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn hardware(&self, node: &Node) -> Result<&'static HardwareType, ConductorError> {
        self.inner
            .drivers
            .hardware_type(&node.driver)
            .ok_or_else(|| ConductorError::NoConductor {
                driver: node.driver.clone(),
                group: node.conductor_group.clone(),
            })
    }
}

fn fill_interfaces(node: &mut Node, hardware: &HardwareType) {
    for kind in InterfaceKind::iter() {
        if node.interfaces.get(kind).is_empty() {
            node.interfaces.set(kind, hardware.default(kind));
        }
    }
}

fn check_interfaces(node: &Node, hardware: &HardwareType) -> Result<(), ConductorError> {
    for kind in InterfaceKind::iter() {
        let (chosen, supported) = (node.interfaces.get(kind), hardware.supported(kind));
        if !supported.contains(&chosen) {
            let list = supported
                .iter()
                .map(|name| format!("'{name}'"))
                .collect::<Vec<_>>()
                .join(", ");
            return Err(ConductorError::InvalidParameter(format!(
                "Could not find the following interface in the 'ironic.hardware.interfaces.{kind}' entrypoint: {chosen}. \
                 Valid interfaces are [{list}]."
            )));
        }
    }
    Ok(())
}
