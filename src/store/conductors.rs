//! Conductors and their heartbeats.

use sqlx::types::Json;

use super::db::{on_read, on_write};
use super::{Store, StoreError};
use crate::model::{Conductor, Time, now};

/// A row of `conductors`.
#[derive(Debug, sqlx::FromRow)]
struct ConductorRow {
    hostname: String,
    conductor_group: String,
    drivers: Json<Vec<String>>,
    created_at: Time,
    updated_at: Time,
}

impl Store {
    /// Registers a conductor, or renews its heartbeat.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn heartbeat(
        &self,
        hostname: &str,
        group: &str,
        drivers: &[String],
    ) -> Result<(), StoreError> {
        on_write!(self, pool => {
            sqlx::query(
                "INSERT INTO conductors (hostname, conductor_group, drivers, created_at, updated_at) \
                 VALUES ($1, $2, $3, $4, $4) ON CONFLICT (hostname) DO UPDATE \
                 SET conductor_group = excluded.conductor_group, drivers = excluded.drivers, updated_at = excluded.updated_at",
            )
            .bind(hostname)
            .bind(group)
            .bind(Json(drivers.to_vec()))
            .bind(now())
            .execute(pool)
            .await
            .map(drop)
        })?;
        Ok(())
    }

    /// All conductors that ever registered, by name.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn conductors(&self) -> Result<Vec<Conductor>, StoreError> {
        let rows = on_read!(self, pool => {
            sqlx::query_as::<_, ConductorRow>("SELECT * FROM conductors ORDER BY hostname").fetch_all(pool).await
        })?;
        Ok(rows
            .into_iter()
            .map(|row| Conductor {
                hostname: row.hostname,
                conductor_group: row.conductor_group,
                drivers: row.drivers.0,
                created_at: row.created_at,
                updated_at: row.updated_at,
            })
            .collect())
    }
}
