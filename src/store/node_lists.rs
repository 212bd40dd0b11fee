//! Lists of nodes: first which, then their rows.
//!
//! Which nodes belong to a page is answered by indexes; their rows, which are long, are read by
//! number, some at a time and in the columns that are needed. So a long list can be sent while it
//! is read, and no connection waits for a slow client.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::db::{Db, on_read};
use super::node_columns::NodeParts as _;
use super::page::read_page;
use super::sql::filter_nodes;
use super::{NodeColumns, NodeFilter, Page, Store, StoreError};
use crate::model::Node;

/// How many rows are held at a time where all are read.
pub(super) const AT_A_TIME: usize = 50;

/// What lists of nodes may be sorted by: columns whose order means something.
const SORT_KEYS: &[&str] = &[
    "id",
    "uuid",
    "name",
    "driver",
    "provision_state",
    "target_provision_state",
    "provision_updated_at",
    "power_state",
    "target_power_state",
    "maintenance",
    "fault",
    "instance_uuid",
    "instance_name",
    "chassis_uuid",
    "resource_class",
    "conductor_group",
    "conductor",
    "owner",
    "lessee",
    "shard",
    "created_at",
    "updated_at",
    "reservation",
    "protected",
    "retired",
    "console_enabled",
    "inspection_started_at",
    "inspection_finished_at",
    "automated_clean",
    "allocation_uuid",
    "parent_node",
    "description",
    "last_error",
    "maintenance_reason",
];

impl Store {
    /// The node of that UUID or name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn node(&self, ident: &str) -> Result<Node, StoreError> {
        let columns = NodeColumns::all();
        let list = self.list_of(columns);
        let select = |key: &str| format!("SELECT {list} FROM nodes WHERE {key} = $1");
        let row = if let Ok(uuid) = Uuid::try_parse(ident) {
            on_read!(self, pool => {
                let row = sqlx::query(AssertSqlSafe(select("uuid"))).bind(uuid).fetch_optional(pool).await?;
                row.map(|row| row.parts(columns)).transpose()
            })
        } else {
            on_read!(self, pool => {
                let row = sqlx::query(AssertSqlSafe(select("name"))).bind(ident).fetch_optional(pool).await?;
                row.map(|row| row.parts(columns)).transpose()
            })
        };
        row?.ok_or_else(|| StoreError::NotFound {
            what: "Node",
            ident: ident.to_owned(),
        })?
        .into_node(&self.vault)
    }

    /// A page of the nodes that match.
    ///
    /// # Errors
    /// [`StoreError::BadSortKey`]; [`StoreError::NotFound`] for a marker that is no node.
    pub async fn nodes(&self, filter: &NodeFilter, page: &Page) -> Result<Vec<Node>, StoreError> {
        self.parts_of_nodes(filter, page, NodeColumns::all()).await
    }

    /// The same, with these columns; the other fields are as in a new node.
    ///
    /// # Errors
    /// As [`Store::nodes`].
    pub async fn parts_of_nodes(
        &self,
        filter: &NodeFilter,
        page: &Page,
        columns: &NodeColumns,
    ) -> Result<Vec<Node>, StoreError> {
        let ids = self.node_ids(filter, page).await?;
        let mut nodes = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_A_TIME) {
            nodes.extend(self.nodes_by_id(some, columns).await?);
        }
        Ok(nodes)
    }

    /// The numbers of the nodes of a page, in its order.
    ///
    /// # Errors
    /// As [`Store::nodes`].
    pub async fn node_ids(&self, filter: &NodeFilter, page: &Page) -> Result<Vec<i64>, StoreError> {
        if !SORT_KEYS.contains(&page.sort_key.as_str()) {
            return Err(StoreError::BadSortKey(page.sort_key.clone()));
        }
        let marker = self.marker("nodes", "Node", page).await?;
        let is_whole = page.sort_key == "id" && *filter == NodeFilter::default();
        let ids = read_page!(
            self,
            "nodes",
            page,
            marker,
            "SELECT id FROM nodes WHERE TRUE" as (i64,),
            |sql| {
                filter_nodes!(sql, filter, is_whole);
            }
        );
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// These columns of the nodes of these numbers, in their order; nodes that are gone are left
    /// out, and the other fields are as in a new node.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn nodes_by_id(
        &self,
        ids: &[i64],
        columns: &NodeColumns,
    ) -> Result<Vec<Node>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {} FROM nodes WHERE {} ORDER BY id",
            self.list_of(columns),
            self.has_id()
        );
        let mut nodes = Vec::with_capacity(ids.len());
        // Row by row: while one is taken in, SQLite's thread fetches the next.
        on_read!(self, pool => {
            let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(joined(ids)).fetch(pool);
            while let Some(row) = rows.try_next().await? {
                let row = row.parts(columns)?;
                nodes.push(if columns.is_shown {
                    row.into_shown_node(&self.vault)?
                } else {
                    row.into_node(&self.vault)?
                });
            }
        });
        if !ids.is_sorted() {
            let places: HashMap<i64, usize> = ids.iter().copied().zip(0..).collect();
            nodes.sort_by_key(|node| places.get(&node.id).copied());
        }
        Ok(nodes)
    }

    /// What is asked for where these columns are wanted.
    fn list_of<'a>(&self, columns: &'a NodeColumns) -> &'a str {
        match &self.db {
            Db::Sqlite { .. } => &columns.packed,
            Db::Postgres(_) => &columns.list,
        }
    }

    /// That a row's number is among those in the text $1, which [`joined`] makes: one statement for
    /// any count of them.
    pub(super) fn has_id(&self) -> &'static str {
        match &self.db {
            Db::Sqlite { .. } => "id IN (SELECT value FROM json_each('[' || $1 || ']'))",
            Db::Postgres(_) => "id = ANY (CAST(string_to_array($1, ',') AS BIGINT[]))",
        }
    }
}

/// Numbers as [`Store::has_id`] takes them.
pub(super) fn joined(ids: &[i64]) -> String {
    let texts: Vec<String> = ids.iter().map(i64::to_string).collect();
    texts.join(",")
}
