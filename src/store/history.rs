//! The history of nodes: written once, never changed.

use uuid::Uuid;

use super::page::read_page;
use super::{Page, Store, StoreError};
use crate::model::{HistoryEntry, Time};

/// What lists of entries may be sorted by.
const SORT_KEYS: &[&str] = &[
    "id",
    "uuid",
    "created_at",
    "severity",
    "event_type",
    "conductor",
    "state",
    "target_provision_state",
    "duration_seconds",
];

/// A row of `node_history`.
#[derive(Debug, sqlx::FromRow)]
struct HistoryRow {
    uuid: Uuid,
    node_uuid: Uuid,
    event_type: String,
    severity: String,
    event: String,
    conductor: String,
    created_at: Time,
    state: Option<String>,
    target_provision_state: Option<String>,
    duration_seconds: Option<i64>,
}

/// The statement that adds an entry.
macro_rules! insert_history {
    ($entry:expr) => {
        sqlx::query(
            "INSERT INTO node_history (uuid, node_uuid, event_type, severity, event, conductor, created_at, state, \
             target_provision_state, duration_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind($entry.uuid)
        .bind($entry.node_uuid)
        .bind($entry.event_type.clone())
        .bind($entry.severity.to_string())
        .bind($entry.event.clone())
        .bind($entry.conductor.clone())
        .bind($entry.created_at)
        .bind($entry.state.clone())
        .bind($entry.target_provision_state.clone())
        .bind($entry.duration_seconds)
    };
}
pub(super) use insert_history;

impl Store {
    /// A page of a node's history.
    ///
    /// # Errors
    /// [`StoreError::BadSortKey`]; [`StoreError::NotFound`] for a marker that is no entry.
    pub async fn history(&self, node: Uuid, page: &Page) -> Result<Vec<HistoryEntry>, StoreError> {
        if !SORT_KEYS.contains(&page.sort_key.as_str()) {
            return Err(StoreError::BadSortKey(page.sort_key.clone()));
        }
        let marker = self
            .marker("node_history", "Node history record", page)
            .await?;
        let rows = read_page!(
            self,
            "node_history",
            page,
            marker,
            "SELECT * FROM node_history WHERE TRUE" as HistoryRow,
            |sql| {
                sql.push(" AND node_uuid = ").push_bind(node);
            }
        );
        rows.into_iter()
            .map(|row| {
                Ok(HistoryEntry {
                    uuid: row.uuid,
                    node_uuid: row.node_uuid,
                    event_type: row.event_type,
                    severity: row.severity.parse().map_err(|_| StoreError::Corrupt {
                        what: "a severity",
                        detail: row.severity.clone(),
                    })?,
                    event: row.event,
                    conductor: row.conductor,
                    created_at: row.created_at,
                    state: row.state,
                    target_provision_state: row.target_provision_state,
                    duration_seconds: row.duration_seconds,
                })
            })
            .collect()
    }
}
