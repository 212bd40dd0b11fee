//! What reading a node's power needs of its row: a third of the columns, and none of the long
//! ones but the driver's.

use sqlx::types::Json;
use uuid::Uuid;

use super::node_row::parse;
use super::{StoreError, Vault};
use crate::model::{Interfaces, JsonMap, Node, Time};

/// The columns.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct SyncRow {
    pub(super) id: i64,
    pub(super) uuid: Uuid,
    name: Option<String>,
    driver: String,
    interfaces: Json<Interfaces>,
    driver_info: Json<JsonMap>,
    driver_internal_info: Json<JsonMap>,
    provision_state: String,
    power_state: Option<String>,
    maintenance: bool,
    fault: Option<String>,
    reservation: Option<String>,
    reserved_until: Option<Time>,
    has_job: bool,
    created_at: Time,
}

impl SyncRow {
    /// Without what the rows must fulfil.
    pub(super) const SELECT: &str = "SELECT id, uuid, name, driver, interfaces, driver_info, driver_internal_info, \
         provision_state, power_state, maintenance, fault, reservation, reserved_until, job IS NOT NULL AS has_job, \
         created_at FROM nodes WHERE ";

    /// The node, and whether it has work in hand or somebody holds it.
    pub(super) fn into_node(self, vault: &Vault, now: Time) -> Result<(Node, bool), StoreError> {
        let mut node = Node::new(self.driver, self.interfaces.0, self.created_at);
        node.id = self.id;
        node.uuid = self.uuid;
        node.name = self.name;
        node.driver_info = vault.open(self.driver_info.0)?;
        node.driver_internal_info = vault.open(self.driver_internal_info.0)?;
        node.provision_state = parse(&self.provision_state)?;
        node.power_state = self.power_state.as_deref().map(parse).transpose()?;
        node.maintenance = self.maintenance;
        node.fault = self.fault;
        node.reservation = self.reservation;
        node.reserved_until = self.reserved_until;
        let is_busy = self.has_job || node.is_reserved(now);
        Ok((node, is_busy))
    }
}
