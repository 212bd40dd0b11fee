//! Evidence of running installs: written once, never changed.

use uuid::Uuid;

use super::db::{on_read, on_write};
use super::{Store, StoreError};
use crate::model::{Evidence, Time};

/// A row of `evidence`.
#[derive(Debug, sqlx::FromRow)]
struct EvidenceRow {
    node_uuid: Uuid,
    job_id: Uuid,
    source: String,
    kind: String,
    message: String,
    seen_at: Time,
}

impl Store {
    /// Keeps a piece of evidence.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_evidence(&self, evidence: &Evidence) -> Result<(), StoreError> {
        on_write!(self, pool => {
            sqlx::query("INSERT INTO evidence (node_uuid, job_id, source, kind, message, seen_at) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(evidence.node_uuid)
                .bind(evidence.job_id)
                .bind(evidence.source.to_string())
                .bind(evidence.kind.to_string())
                .bind(evidence.message.clone())
                .bind(evidence.seen_at)
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// What has been seen of one job, in the order in which it came.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn evidence(&self, node: Uuid, job: Uuid) -> Result<Vec<Evidence>, StoreError> {
        let rows = on_read!(self, pool => {
            sqlx::query_as::<_, EvidenceRow>("SELECT * FROM evidence WHERE node_uuid = $1 AND job_id = $2 ORDER BY id")
                .bind(node)
                .bind(job)
                .fetch_all(pool)
                .await
        })?;
        read(rows)
    }

    /// What has been seen of the newest of a node's jobs of which anything was seen.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn newest_evidence(&self, node: Uuid) -> Result<Vec<Evidence>, StoreError> {
        let rows = on_read!(self, pool => {
            sqlx::query_as::<_, EvidenceRow>(
                "SELECT * FROM evidence WHERE node_uuid = $1 AND job_id = \
                 (SELECT job_id FROM evidence WHERE node_uuid = $1 ORDER BY id DESC LIMIT 1) ORDER BY id",
            )
            .bind(node)
            .fetch_all(pool)
            .await
        })?;
        read(rows)
    }
}

fn read(rows: Vec<EvidenceRow>) -> Result<Vec<Evidence>, StoreError> {
    rows.into_iter()
        .map(|row| {
            Ok(Evidence {
                node_uuid: row.node_uuid,
                job_id: row.job_id,
                kind: row.kind.parse().map_err(|_| StoreError::Corrupt {
                    what: "evidence",
                    detail: row.kind.clone(),
                })?,
                source: row.source.parse().map_err(|_| StoreError::Corrupt {
                    what: "evidence",
                    detail: row.source.clone(),
                })?,
                message: row.message,
                seen_at: row.seen_at,
            })
        })
        .collect()
}
