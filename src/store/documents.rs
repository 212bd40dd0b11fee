//! What was read of nodes' hardware: one document a kind and node, the newest only.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::db::{on_read, on_write};
use super::{Store, StoreError};
use crate::model::{Document, DocumentKind, Time, now};

/// A row of `node_documents`.
#[derive(Debug, sqlx::FromRow)]
struct DocumentRow {
    document: Json<Value>,
    created_at: Time,
    updated_at: Option<Time>,
}

impl Store {
    /// Keeps a document in place of the one before.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn put_document(
        &self,
        node: Uuid,
        kind: DocumentKind,
        document: &Value,
    ) -> Result<(), StoreError> {
        on_write!(self, pool => {
            sqlx::query(
                "INSERT INTO node_documents (node_uuid, kind, document, created_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (node_uuid, kind) DO UPDATE SET document = excluded.document, \
                 updated_at = excluded.created_at",
            )
            .bind(node)
            .bind(kind.to_string())
            .bind(Json(document))
            .bind(now())
            .execute(pool)
            .await
            .map(drop)
        })?;
        Ok(())
    }

    /// A node's document of that kind.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn document(
        &self,
        node: Uuid,
        kind: DocumentKind,
    ) -> Result<Option<Document>, StoreError> {
        let row = on_read!(self, pool => {
            sqlx::query_as::<_, DocumentRow>(
                "SELECT document, created_at, updated_at FROM node_documents WHERE node_uuid = $1 AND kind = $2",
            )
            .bind(node)
            .bind(kind.to_string())
            .fetch_optional(pool)
            .await
        })?;
        Ok(row.map(|row| Document {
            value: row.document.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }))
    }
}
