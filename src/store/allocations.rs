//! Allocations: they and the nodes that they take change together, or not at all.

use sqlx::AssertSqlSafe;

use super::db::on_write;
use super::node_row::{NodeRow, UPDATE, bind_node};
use super::nodes::duplicate;
use super::resources::update_resource;
use super::{Store, StoreError};
use crate::model::{Node, Resource, now};

impl Store {
    /// Writes an allocation together with the node that it takes, if nobody has changed either
    /// since they were read.
    ///
    /// # Errors
    /// [`StoreError::Stale`]; [`StoreError::Duplicate`] where another node has the instance. Nothing is
    /// written then.
    pub async fn save_allocation(
        &self,
        allocation: &Resource,
        node: &Node,
    ) -> Result<Resource, StoreError> {
        let document = self.vault.seal(&allocation.fields)?;
        let mut row = NodeRow::new(node, &self.vault)?;
        let (seen, present) = (row.version, now());
        row.version += 1;
        row.updated_at = Some(present);
        let saved = on_write!(self, pool => {
            let mut transaction = pool.begin().await?;
            bind_node!(sqlx::query_as::<_, NodeRow>(AssertSqlSafe(UPDATE.as_str())), &row)
                .bind(seen)
                .bind(present)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(|error| duplicate(error, node))?
                .ok_or(StoreError::Stale)?;
            let saved = update_resource!(allocation, &document, allocation.version)
                .fetch_optional(&mut *transaction)
                .await?
                .ok_or(StoreError::Stale)?;
            transaction.commit().await.map_err(|error| duplicate(error, node))?;
            saved
        });
        saved.into_resource(&self.vault)
    }
}
