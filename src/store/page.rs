//! Pages by keyset: each begins where the marker stands in an index, so that one deep in a list
//! costs what the first does.
//!
//! Absent values come after all others, on both databases. A list is therefore read in two runs,
//! the rows that have a value of the sort key and those that have none; within each, the order is
//! that of an index.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::db::on_read;
use super::{Page, Store, StoreError};

/// Where the page before ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marker {
    /// The row's number.
    id: i64,
    /// Whether it has no value of the sort key.
    is_empty: bool,
}

/// A part of a list within which the order is that of an index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// What its rows fulfil; each `?` stands for `from`.
    pub(super) condition: String,
    /// The number of the row after which it begins.
    pub(super) from: i64,
    /// Its order.
    pub(super) order: String,
}

impl Page {
    /// The runs that a page of `table` may need, in their order; `sort_key` is a column or an
    /// expression.
    pub(super) fn runs(&self, table: &str, marker: Option<Marker>) -> Vec<Run> {
        let key = &self.sort_key;
        let (order, beyond, start) = if self.descending {
            ("DESC", "<", i64::MAX)
        } else {
            ("ASC", ">", 0)
        };
        let by_number = |condition: &str, from| Run {
            condition: format!("{condition} AND id {beyond} ?"),
            from,
            order: format!(" ORDER BY id {order}"),
        };
        if key == "id" {
            return vec![by_number("", marker.map_or(start, |marker| marker.id))];
        }
        let empty = |from| by_number(&format!(" AND {key} IS NULL"), from);
        let valued = |from: Option<i64>| {
            let value = format!("(SELECT {key} FROM {table} WHERE id = ?)");
            let after = match from {
                None => format!(" AND {key} IS NOT NULL"),
                Some(_) => format!(
                    " AND {key} {beyond}= {value} AND ({key} {beyond} {value} OR id {beyond} ?)"
                ),
            };
            Run {
                condition: after,
                from: from.unwrap_or_default(),
                order: format!(" ORDER BY {key} {order}, id {order}"),
            }
        };
        match (marker, self.descending) {
            (None, false) => vec![valued(None), empty(start)],
            (None, true) => vec![empty(start), valued(None)],
            (Some(at), false) if at.is_empty => vec![empty(at.id)],
            (Some(at), false) => vec![valued(Some(at.id)), empty(start)],
            (Some(at), true) if at.is_empty => vec![empty(at.id), valued(None)],
            (Some(at), true) => vec![valued(Some(at.id))],
        }
    }
}

impl Store {
    /// Where a page begins; `what` is Ironic's word for what the list holds.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a marker that isn't there.
    pub(super) async fn marker(
        &self,
        table: &str,
        what: &'static str,
        page: &Page,
    ) -> Result<Option<Marker>, StoreError> {
        let Some(uuid) = page.marker else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT id, {} IS NULL FROM {table} WHERE uuid = $1",
            page.sort_key
        );
        let found: Option<(i64, bool)> = on_read!(self, pool => {
            sqlx::query_as(AssertSqlSafe(sql)).bind(uuid).fetch_optional(pool).await
        })?;
        let marker = found.map(|(id, is_empty)| Marker { id, is_empty });
        marker.map(Some).ok_or_else(|| not_found(what, uuid))
    }
}

fn not_found(what: &'static str, uuid: Uuid) -> StoreError {
    StoreError::NotFound {
        what,
        ident: uuid.to_string(),
    }
}

/// Reads a page of `$table` as rows of a type: `$select` names what is read, and `$filters` adds
/// to `$sql` what narrows the list. Gives a `Result` of the database's.
macro_rules! read_page {
    ($store:expr, $table:literal, $page:expr, $marker:expr, $select:literal as $row:ty, |$sql:ident| $filters:block) => {{
        let page: &$crate::store::Page = $page;
        let mut found: Vec<$row> = Vec::new();
        for run in page.runs($table, $marker) {
            let left = (page.limit as usize).saturating_sub(found.len());
            if left == 0 {
                break;
            }
            let part = $crate::store::db::on_read!($store, pool => {
                let mut $sql = sqlx::QueryBuilder::new($select);
                $filters
                for (i, part) in run.condition.split('?').enumerate() {
                    if i > 0 {
                        $sql.push_bind(run.from);
                    }
                    $sql.push(part);
                }
                $sql.push(run.order).push(" LIMIT ").push_bind(left as i64);
                $sql.build_query_as::<$row>().fetch_all(pool).await
            })?;
            found.extend(part);
        }
        found
    }};
}
pub(super) use read_page;

#[cfg(test)]
mod tests {
    use super::*;

    fn page(sort_key: &str, descending: bool) -> Page {
        Page {
            sort_key: sort_key.to_owned(),
            descending,
            ..Page::default()
        }
    }

    fn conditions(page: &Page, marker: Option<Marker>) -> Vec<String> {
        let runs = page.runs("nodes", marker);
        runs.into_iter().map(|run| run.condition).collect()
    }

    #[test]
    fn a_list_in_order_of_creation_is_one_run_from_its_end_on() {
        let [run] = page("id", false).runs("nodes", None).try_into().unwrap();
        assert_eq!((run.condition.as_str(), run.from), (" AND id > ?", 0));
        let [run] = page("id", true).runs("nodes", None).try_into().unwrap();
        assert_eq!(
            (run.condition.as_str(), run.from),
            (" AND id < ?", i64::MAX)
        );
    }

    #[test]
    fn rows_without_a_value_come_last_and_first_in_the_reversed_order() {
        let valued = " AND name IS NOT NULL";
        let empty = |beyond: &str| format!(" AND name IS NULL AND id {beyond} ?");
        assert_eq!(
            conditions(&page("name", false), None),
            [valued, &empty(">")]
        );
        assert_eq!(conditions(&page("name", true), None), [&empty("<"), valued]);
        let at = Marker {
            id: 7,
            is_empty: true,
        };
        assert_eq!(conditions(&page("name", false), Some(at)), [empty(">")]);
        assert_eq!(
            conditions(&page("name", true), Some(at)),
            [&empty("<"), valued]
        );
    }
}
