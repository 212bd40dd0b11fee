//! Nodes: records, and the engine's claims on them.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::db::{Db, in_transaction, on_read, on_write};
use super::history::insert_history;
use super::node_row::{INSERT, NodeRow, UPDATE, bind_node};
use super::sql::{is_dangling, unique_violation};
use super::{Store, StoreError};
use crate::model::{HistoryEntry, Node, Time, now};

impl Store {
    /// Writes a new node.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where its UUID, name or instance is taken.
    pub async fn create_node(&self, node: &Node) -> Result<Node, StoreError> {
        let row = NodeRow::new(node, &self.vault)?;
        let result = in_transaction!(self, connection => {
            bind_node!(sqlx::query_as::<_, NodeRow>(AssertSqlSafe(INSERT.as_str())), &row).fetch_one(connection).await
        });
        result
            .map_err(|error| duplicate(error, node))?
            .into_node(&self.vault)
    }

    /// Writes a node back if nobody has changed it since it was read, and gives it as it is now.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`StoreError::Duplicate`].
    pub async fn save_node(&self, node: &Node) -> Result<Node, StoreError> {
        self.save_outcome(node, &[]).await
    }

    /// The same, with what is to stand in the node's history: both or neither.
    ///
    /// # Errors
    /// [`StoreError::Stale`], [`StoreError::Duplicate`].
    pub async fn save_outcome(
        &self,
        node: &Node,
        history: &[HistoryEntry],
    ) -> Result<Node, StoreError> {
        let mut row = NodeRow::new(node, &self.vault)?;
        let (seen, present) = (row.version, now());
        row.version += 1;
        row.updated_at = Some(present);
        let saved = on_write!(self, pool => {
            let mut transaction = pool.begin().await?;
            let saved = bind_node!(sqlx::query_as::<_, NodeRow>(AssertSqlSafe(UPDATE.as_str())), &row)
                .bind(seen)
                .bind(present)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(|error| duplicate(error, node))?
                .ok_or(StoreError::Stale)?;
            if node.allocation_uuid.is_none() {
                // An allocation ends when its node lets go of it.
                sqlx::query("DELETE FROM resources WHERE node_uuid = $1 AND kind = 'allocation'")
                    .bind(node.uuid)
                    .execute(&mut *transaction)
                    .await?;
            }
            for entry in history {
                insert_history!(entry).execute(&mut *transaction).await?;
            }
            transaction.commit().await.map_err(|error| duplicate(error, node))?;
            saved
        });
        saved.into_node(&self.vault)
    }

    /// Deletes a node, with its ports and history, if nobody has changed it since it was read.
    ///
    /// # Errors
    /// [`StoreError::Stale`].
    pub async fn delete_node(&self, node: &Node) -> Result<(), StoreError> {
        let gone = on_write!(self, pool => {
            sqlx::query("DELETE FROM nodes WHERE uuid = $1 AND version = $2")
                .bind(node.uuid)
                .bind(node.version)
                .execute(pool)
                .await
                .map(|done| done.rows_affected())
        })?;
        if gone == 0 {
            Err(StoreError::Stale)
        } else {
            Ok(())
        }
    }

    /// Claims the node that has been due for longest and that nobody holds, for `lease`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn claim_due(&self, host: &str, lease: Duration) -> Result<Option<Node>, StoreError> {
        const CLAIM: &str = "UPDATE nodes SET reservation = $1, reserved_until = $2, conductor = $1, \
             woken = FALSE, version = version + 1 \
             WHERE id = (SELECT id FROM nodes WHERE next_run_at <= $3 \
             AND (reservation IS NULL OR reserved_until < $3) ORDER BY next_run_at, id LIMIT 1";
        const SQLITE: &str = ") RETURNING *";
        const POSTGRES: &str = " FOR UPDATE SKIP LOCKED) RETURNING *";
        let present = now();
        let end = match &self.db {
            Db::Sqlite { .. } => SQLITE,
            Db::Postgres(_) => POSTGRES,
        };
        let row = on_write!(self, pool => {
            sqlx::query_as::<_, NodeRow>(AssertSqlSafe(format!("{CLAIM}{end}")))
                .bind(host)
                .bind(present + lease)
                .bind(present)
                .fetch_optional(pool)
                .await
        })?;
        row.map(|row| row.into_node(&self.vault)).transpose()
    }

    /// Claims that node for `lease`, due or not, if nobody holds it.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where it is held, or has changed since it was read.
    pub async fn claim_node(
        &self,
        node: &Node,
        host: &str,
        lease: Duration,
    ) -> Result<Node, StoreError> {
        let present = now();
        let row = on_write!(self, pool => {
            sqlx::query_as::<_, NodeRow>(
                "UPDATE nodes SET reservation = $1, reserved_until = $2, version = version + 1 \
                 WHERE uuid = $3 AND version = $4 AND (reservation IS NULL OR reserved_until < $5) RETURNING *",
            )
            .bind(host)
            .bind(present + lease)
            .bind(node.uuid)
            .bind(node.version)
            .bind(present)
            .fetch_optional(pool)
            .await
        })?;
        row.ok_or(StoreError::Stale)?.into_node(&self.vault)
    }

    /// Makes the engine look at a node soon. A node that is being worked on is looked at again
    /// right after; one without work is left alone.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn wake_node(&self, uuid: Uuid) -> Result<(), StoreError> {
        on_write!(self, pool => {
            sqlx::query("UPDATE nodes SET woken = TRUE, next_run_at = $2 WHERE uuid = $1 AND next_run_at IS NOT NULL")
                .bind(uuid)
                .bind(now())
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// Lets go of all nodes that `host` holds: it says so itself at its start, when it can't be
    /// working on any.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn release_all(&self, host: &str) -> Result<u64, StoreError> {
        let freed = on_write!(self, pool => {
            sqlx::query(
                "UPDATE nodes SET reservation = NULL, reserved_until = NULL, version = version + 1 WHERE reservation = $1",
            )
            .bind(host)
            .execute(pool)
            .await
            .map(|done| done.rows_affected())
        })?;
        Ok(freed)
    }

    /// When the engine has something to do next.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_due(&self) -> Result<Option<Time>, StoreError> {
        let due: Option<Time> = on_read!(self, pool => {
            sqlx::query_scalar(
                "SELECT next_run_at FROM nodes WHERE next_run_at IS NOT NULL AND reservation IS NULL \
                 ORDER BY next_run_at LIMIT 1",
            )
            .fetch_optional(pool)
            .await
        })?;
        Ok(due)
    }
}

/// Says which value was taken, or that the chassis is gone, where a write failed for that.
pub(super) fn duplicate(error: sqlx::Error, node: &Node) -> StoreError {
    if is_dangling(&error) {
        return StoreError::NotFound {
            what: "Chassis",
            ident: node.chassis_uuid.unwrap_or_default().to_string(),
        };
    }
    let Some(text) = unique_violation(&error) else {
        return error.into();
    };
    let (what, value) = if text.contains("instance_uuid") {
        (
            "instance uuid",
            node.instance_uuid
                .map(|u| u.to_string())
                .unwrap_or_default(),
        )
    } else if text.contains("name") {
        ("node name", node.name.clone().unwrap_or_default())
    } else {
        ("node uuid", node.uuid.to_string())
    };
    StoreError::Duplicate { what, value }
}
