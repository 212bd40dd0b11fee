//! A database's plan for a statement.

use std::path::Path;

use ferric::store::{Store, Vault};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

/// Tables that grow with the count of nodes.
const BIG: [&str; 7] = [
    "nodes",
    "ports",
    "evidence",
    "node_history",
    "node_documents",
    "power_sync",
    "resources",
];

/// A database with the store's tables.
pub(crate) struct Database {
    url: String,
}

impl Database {
    /// One on SQLite and, where `TEST_DATABASE_URL` names a server, one on PostgreSQL.
    pub(crate) async fn all(folder: &Path) -> Vec<Self> {
        let mut all = vec![Self::sqlite(folder).await];
        match server() {
            Some(url) => all.push(Self::postgres(&url).await),
            None => eprintln!("skipped on PostgreSQL: TEST_DATABASE_URL is not set"),
        }
        all
    }

    pub(crate) async fn sqlite(folder: &Path) -> Self {
        let url = format!("sqlite:{}/ferric.sqlite", folder.display());
        Store::open(&url, Vault::new("a key"))
            .await
            .unwrap()
            .close()
            .await;
        Self { url }
    }

    async fn postgres(server: &str) -> Self {
        let name = format!("ferric_{}", uuid::Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .unwrap();
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        Self { url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The lines of the plan.
    pub(crate) async fn plan(&self, statement: &str) -> Vec<String> {
        if self.url.starts_with("sqlite:") {
            self.plan_of_sqlite(statement).await
        } else {
            self.plan_of_postgres(statement).await
        }
    }

    async fn plan_of_sqlite(&self, statement: &str) -> Vec<String> {
        let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {statement}");
        let rows = sqlx::raw_sql(AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        rows.iter().map(|row| row.get("detail")).collect()
    }

    /// The plan for any values, made without reading whole tables where there is another way.
    async fn plan_of_postgres(&self, statement: &str) -> Vec<String> {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        // Arithmetic between two values says nothing of their types; these are numbers, all of them.
        let types = match statement.matches('$').count() {
            values if values > 0 && statement.contains("power_sync") => {
                format!("({})", vec!["BIGINT"; values].join(", "))
            }
            _ => String::new(),
        };
        let prepare = format!(
            "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; \
             PREPARE planned{types} AS {statement}"
        );
        let prepared = sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut connection)
            .await;
        if let Err(error) = prepared {
            // The one that writes a whole node: sqlx tells the types of its values, which don't
            // follow from its words. It names its row by UUID.
            assert!(
                statement.starts_with("UPDATE nodes SET name = $2"),
                "{statement}: {error}"
            );
            return Vec::new();
        }
        let count: i32 =
            sqlx::query_scalar("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'planned'")
                .fetch_one(&mut connection)
                .await
                .unwrap();
        let nulls = vec!["NULL"; usize::try_from(count).unwrap()].join(", ");
        let values = if nulls.is_empty() {
            String::new()
        } else {
            format!("({nulls})")
        };
        let explain = format!("EXPLAIN EXECUTE planned{values}");
        let rows = sqlx::raw_sql(AssertSqlSafe(explain))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

#[allow(clippy::disallowed_methods)] // A test's own switch, not the service's configuration.
fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok()
}

/// The big tables that a plan reads row by row. One that reads an index alone, and no row, is let
/// pass: so does what counts.
pub(crate) fn whole_tables(plan: &[String]) -> Vec<&'static str> {
    let reads = |line: &str, table: &str| {
        let (_, rest) = line
            .split_once(&format!("SCAN {table}"))
            .or_else(|| line.split_once(&format!("Seq Scan on {table}")))?;
        let is_other = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        (!is_other && !rest.contains("COVERING INDEX")).then_some(())
    };
    BIG.into_iter()
        .filter(|table| plan.iter().any(|line| reads(line, table).is_some()))
        .collect()
}
