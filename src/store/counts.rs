//! How many there are of what.

use super::db::on_read;
use super::{Store, StoreError};

impl Store {
    /// Nodes by provision state, in the words of the database; states without nodes are left out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn nodes_by_state(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(on_read!(self, pool => {
            sqlx::query_as("SELECT provision_state, COUNT(*) FROM nodes GROUP BY provision_state")
                .fetch_all(pool)
                .await
        })?)
    }

    /// Shards, those with the most nodes first; nodes without one are counted too.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn shards(&self) -> Result<Vec<(Option<String>, i64)>, StoreError> {
        Ok(on_read!(self, pool => {
            sqlx::query_as("SELECT shard, COUNT(*) FROM nodes GROUP BY shard ORDER BY COUNT(*) DESC, shard")
                .fetch_all(pool)
                .await
        })?)
    }
}
