//! When the power of each node is read next, shared by all conductors: a claim moves a node on to
//! its next moment, so that no other conductor takes the same one.
//!
//! Each node has a moment of its own within the interval. It follows from the node's number by
//! the golden ratio, which spreads any count of nodes evenly, and needs no memory: a node stays at
//! its moment whatever happened to the rounds between.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::db::{Db, on_read, on_write};
use super::node_lists::joined;
use super::power_sync_row::SyncRow;
use super::{Store, StoreError};
use crate::model::{Node, Time, now};

/// The next moment of the node whose number is in the column that stands for `{id}`, after the
/// time $1. [`Rhythm::after`] is the same in Rust.
const NEXT: &str = "$1 - (($1 - ({id} * $2) % $3) % $3) + $3";

/// The moments of all nodes, for one length of the interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// Milliseconds.
    interval: i64,
    /// From one node's moment to that of the node with the next number, in milliseconds.
    step: i64,
}

impl Rhythm {
    /// Every node once an interval. Of less than a millisecond nothing is left.
    pub fn new(interval: Duration) -> Self {
        let interval = i64::try_from(interval.as_millis())
            .unwrap_or(i64::MAX / 4)
            .max(1);
        Self {
            interval,
            // 0.618…, the golden ratio.
            step: (interval / 1000 * 618 + interval % 1000 * 618 / 1000).max(1),
        }
    }

    /// A node's next moment after `time`, or the one so many rounds later.
    fn after(self, node: i64, time: i64, rounds: i64) -> i64 {
        let phase = node.wrapping_mul(self.step).rem_euclid(self.interval);
        time - (time - phase).rem_euclid(self.interval) + self.interval * rounds.max(1)
    }
}

/// Which nodes are looked at for whether they have a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newcomers {
    /// All.
    All,
    /// Those made after the newest that has one, and shortly before.
    New,
}

/// A node whose turn has come.
#[derive(Debug, Clone)]
pub struct SyncDue {
    /// The node, with what is needed to read its power; the rest is empty.
    pub node: Node,
    /// Whether it has work in hand, or somebody holds it.
    pub is_busy: bool,
    /// How often it gave no answer, in a row.
    pub failures: i64,
    /// The moment that has come.
    pub due_at: Time,
}

impl Store {
    /// Before the first round: nodes that have waited for longer than an interval, since nobody
    /// was there, wait for their next moment, so that they don't come all at once; and those that
    /// have a moment from a time of longer intervals get a sooner one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn resume_power_sync(&self, rhythm: Rhythm) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE power_sync SET next_at = {} WHERE next_at < $1 - $3 OR (failures = 0 AND next_at > $1 + $3)",
            NEXT.replace("{id}", "node_id")
        );
        self.run_with_moments(sql, rhythm).await
    }

    /// Gives nodes that have none their first moment: all such nodes, or those that are new.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn enlist_for_power_sync(
        &self,
        rhythm: Rhythm,
        newcomers: Newcomers,
    ) -> Result<(), StoreError> {
        let after = match newcomers {
            Newcomers::All => "0",
            // Numbers are given before nodes are there for others to see: a little back.
            Newcomers::New => "(SELECT COALESCE(MAX(node_id), 0) - 1000 FROM power_sync)",
        };
        let missing = format!(
            "FROM nodes WHERE id > {after} AND NOT EXISTS (SELECT 1 FROM power_sync WHERE node_id = nodes.id)"
        );
        let none: Option<i64> = on_read!(self, pool => {
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT id {missing} LIMIT 1"))).fetch_optional(pool).await
        })?;
        if none.is_none() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO power_sync (node_id, next_at, due_at, failures) SELECT id, {}, 0, 0 {missing} \
             ON CONFLICT (node_id) DO NOTHING",
            NEXT.replace("{id}", "id")
        );
        self.run_with_moments(sql, rhythm).await
    }

    async fn run_with_moments(&self, sql: String, rhythm: Rhythm) -> Result<(), StoreError> {
        on_write!(self, pool => {
            sqlx::query(AssertSqlSafe(sql))
                .bind(now().timestamp_millis())
                .bind(rhythm.step)
                .bind(rhythm.interval)
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }

    /// Takes up to `limit` nodes whose turn has come, those that wait for longest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn claim_power_syncs(
        &self,
        rhythm: Rhythm,
        limit: usize,
    ) -> Result<Vec<SyncDue>, StoreError> {
        let present = now().timestamp_millis();
        let skip = match &self.db {
            Db::Sqlite { .. } => "",
            Db::Postgres(_) => " FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "UPDATE power_sync SET due_at = next_at, next_at = {} WHERE node_id IN (SELECT node_id FROM power_sync \
             WHERE next_at <= $1 ORDER BY next_at LIMIT $4{skip}) RETURNING node_id, due_at, failures",
            NEXT.replace("{id}", "node_id")
        );
        let claimed: Vec<(i64, i64, i64)> = on_write!(self, pool => {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(present)
                .bind(rhythm.step)
                .bind(rhythm.interval)
                .bind(i64::try_from(limit).unwrap_or(i64::MAX))
                .fetch_all(pool)
                .await
        })?;
        if claimed.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<i64> = claimed.iter().map(|(id, ..)| *id).collect();
        let sql = format!("{}{}", SyncRow::SELECT, self.has_id());
        let rows = on_read!(self, pool => {
            sqlx::query_as::<_, SyncRow>(AssertSqlSafe(sql)).bind(joined(&ids)).fetch_all(pool).await
        })?;
        let mut due = Vec::with_capacity(rows.len());
        for row in rows {
            let Some((_, due_at, failures)) = claimed.iter().find(|(id, ..)| *id == row.id) else {
                continue;
            };
            let uuid = row.uuid;
            let (node, is_busy) = match row.into_node(&self.vault, now()) {
                Ok(read) => read,
                // One that can't be read must not take the others' turn.
                Err(error) => {
                    tracing::error!(node.uuid = %uuid, %error, "a node's record can't be read");
                    continue;
                }
            };
            due.push(SyncDue {
                node,
                is_busy,
                failures: *failures,
                due_at: Time::from_timestamp_millis(*due_at).unwrap_or_default(),
            });
        }
        Ok(due)
    }

    /// When the next node's turn comes.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn next_power_sync(&self) -> Result<Option<Duration>, StoreError> {
        let next: Option<i64> = on_read!(self, pool => {
            sqlx::query_scalar("SELECT MIN(next_at) FROM power_sync").fetch_one(pool).await
        })?;
        let left = next.map(|next| next - now().timestamp_millis());
        Ok(left.map(|left| Duration::from_millis(u64::try_from(left).unwrap_or_default())))
    }

    /// Notes how often the node of that number has given no answer, and that its next turn is so many rounds from
    /// now.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_power_sync(
        &self,
        node: i64,
        failures: i64,
        rhythm: Rhythm,
        rounds: i64,
    ) -> Result<(), StoreError> {
        on_write!(self, pool => {
            sqlx::query("UPDATE power_sync SET failures = $2, next_at = $3 WHERE node_id = $1")
                .bind(node)
                .bind(failures)
                .bind(rhythm.after(node, now().timestamp_millis(), rounds))
                .execute(pool)
                .await
                .map(drop)
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_one_moment_in_every_interval() {
        let rhythm = Rhythm::new(Duration::from_secs(120));
        let first = rhythm.after(7, 1_700_000_000_000, 1);
        assert!((1_700_000_000_001..=1_700_000_120_000).contains(&first));
        assert_eq!(rhythm.after(7, first, 1), first + 120_000);
        assert_eq!(rhythm.after(7, first - 1, 1), first);
        assert_eq!(rhythm.after(7, first + 5, 4), first + 4 * 120_000);
    }

    #[test]
    fn any_count_of_nodes_is_spread_evenly() {
        let rhythm = Rhythm::new(Duration::from_secs(120));
        for count in [10_i64, 100, 10_000] {
            let mut seconds = [0_i64; 10];
            for node in 1..=count {
                let moment = rhythm.after(node, 0, 1);
                seconds[usize::try_from(moment / 12_000 % 10).unwrap()] += 1;
            }
            let most = seconds.iter().max().unwrap();
            assert!(*most <= count / 10 + 2, "{count}: {seconds:?}");
        }
    }
}
