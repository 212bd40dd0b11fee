//! One conductor a name. At its start a conductor frees what a former process of its name held;
//! were two of one name alive, each would take the other's nodes. The operating system, or
//! PostgreSQL, lets go of the lock when the process dies, however it dies.

use std::fs::File;

use sqlx::PgConnection;

use super::db::Db;
use super::{Store, StoreError};

/// Held for as long as a conductor of that name runs.
#[derive(Debug)]
pub struct Presence {
    _held: Held,
}

/// What is held; a database in memory belongs to one process anyway.
#[derive(Debug)]
#[allow(dead_code)] // Kept for what happens when they are dropped.
enum Held {
    File(File),
    Connection(PgConnection),
    Nothing,
}

impl Store {
    /// Takes a conductor's name.
    ///
    /// # Errors
    /// [`StoreError::HostTaken`] where a living process has it.
    pub async fn take_host(&self, hostname: &str) -> Result<Presence, StoreError> {
        let taken = || StoreError::HostTaken {
            hostname: hostname.to_owned(),
        };
        let held = match &self.db {
            Db::Sqlite { file: None, .. } => Held::Nothing,
            Db::Sqlite {
                file: Some(database),
                ..
            } => {
                let safe = |c: char| {
                    if c.is_ascii_alphanumeric() || c == '-' || c == '.' {
                        c
                    } else {
                        '_'
                    }
                };
                let name: String = hostname.chars().map(safe).collect();
                let mut path = database.clone().into_os_string();
                path.push(format!(".{name}.lock"));
                let file = File::options()
                    .create(true)
                    .write(true)
                    .truncate(false)
                    .open(&path);
                let file = file.map_err(|error| StoreError::Open {
                    url: path.to_string_lossy().into_owned(),
                    reason: error.to_string(),
                })?;
                match file.try_lock() {
                    Ok(()) => Held::File(file),
                    Err(std::fs::TryLockError::WouldBlock) => return Err(taken()),
                    // A file system without locks: the operator's care is all there is.
                    Err(std::fs::TryLockError::Error(_)) => Held::Nothing,
                }
            }
            Db::Postgres(pool) => {
                // Out of the pool: the lock belongs to the connection.
                let mut connection = pool.acquire().await?.detach();
                let got: bool =
                    sqlx::query_scalar("SELECT pg_try_advisory_lock(hashtextextended($1, 6385))")
                        .bind(hostname)
                        .fetch_one(&mut connection)
                        .await?;
                if !got {
                    return Err(taken());
                }
                Held::Connection(connection)
            }
        };
        Ok(Presence { _held: held })
    }
}
