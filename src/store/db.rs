//! The two databases behind one handle.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::node_lists::AT_A_TIME;
use super::{StoreError, Vault};

/// SQLite has one writer at a time: a pool of one connection makes the others wait their turn
/// in order, where `SQLITE_BUSY` would let them collide.
#[derive(Debug, Clone)]
pub(super) enum Db {
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
        /// `None` for a database in memory.
        file: Option<PathBuf>,
    },
    Postgres(PgPool),
}

/// A handle on the database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) db: Db,
    pub(super) vault: Arc<Vault>,
}

/// Runs the same expression on either database, on a connection for reading.
macro_rules! on_read {
    ($store:expr, $pool:ident => $body:expr) => {
        match &$store.db {
            $crate::store::db::Db::Sqlite { read: $pool, .. } => $body,
            $crate::store::db::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs the same expression on either database, on a connection for writing.
macro_rules! on_write {
    ($store:expr, $pool:ident => $body:expr) => {
        match &$store.db {
            $crate::store::db::Db::Sqlite { write: $pool, .. } => $body,
            $crate::store::db::Db::Postgres($pool) => $body,
        }
    };
}

/// Runs a statement that gives rows in a transaction of its own. Whether what a row names is there is
/// looked at when a transaction ends, and who has read the row of a lone statement doesn't hear of it.
macro_rules! in_transaction {
    ($store:expr, $connection:ident => $body:expr) => {
        $crate::store::db::on_write!($store, pool => {
            async {
                let mut transaction = pool.begin().await?;
                let $connection = &mut *transaction;
                let done = $body?;
                transaction.commit().await?;
                Ok::<_, sqlx::Error>(done)
            }
            .await
        })
    };
}

pub(super) use {in_transaction, on_read, on_write};

impl Store {
    /// Opens the database at `url` (`sqlite:PATH`, `sqlite::memory:` or `postgres://…`), makes it
    /// if it is an SQLite file that isn't there, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Open`] with the reason, or [`StoreError::Migrate`].
    pub async fn open(url: &str, vault: Vault) -> Result<Self, StoreError> {
        let db = if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else {
            PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(10))
                .connect(url)
                .await
                .map(Db::Postgres)
        }
        .map_err(|error| StoreError::Open {
            url: without_password(url),
            reason: error.to_string(),
        })?;
        let store = Self {
            db,
            vault: Arc::new(vault),
        };
        store.migrate().await?;
        Ok(store)
    }

    async fn open_sqlite(url: &str) -> Result<Db, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With a write-ahead log this survives a crash of the process; only a power cut may
            // lose the last saves, and steps look before they act.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            // As many rows as are read at a time, so that SQLite's thread never waits in between.
            .row_buffer_size(AT_A_TIME)
            .busy_timeout(Duration::from_secs(10));
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        // A database in memory belongs to its connection: there is no second one.
        let file = (!url.contains(":memory:")).then(|| options.get_filename().to_owned());
        let read = match file {
            None => write.clone(),
            Some(_) => {
                SqlitePoolOptions::new()
                    .max_connections(4)
                    // Of pages, each connection; what it doesn't keep, the system does.
                    .connect_with(options.pragma("cache_size", "-512"))
                    .await?
            }
        };
        Ok(Db::Sqlite { read, write, file })
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        match &self.db {
            Db::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await?,
            Db::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Database`] where it doesn't.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_read!(self, pool => sqlx::query("SELECT 1").execute(pool).await.map(drop))?;
        Ok(())
    }

    /// Closes the connections; what was written is safe without it.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// A database URL as it may be shown.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            let user = url[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}://{user}@{}", &url[..scheme], &url[at + 1..])
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_in_the_url_is_not_shown() {
        assert_eq!(without_password("postgres://u:p@h/db"), "postgres://u@h/db");
        assert_eq!(
            without_password("sqlite:/tmp/a.sqlite"),
            "sqlite:/tmp/a.sqlite"
        );
    }
}
