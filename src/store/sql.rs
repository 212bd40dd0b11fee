//! Pieces of SQL that lists share. Macros, since the same text is compiled for both databases.

/// Adds the conditions of a [`NodeFilter`].
macro_rules! filter_nodes {
    ($sql:ident, $filter:expr) => {{
        let f: &$crate::store::NodeFilter = $filter;
        $crate::store::sql::equals!(
            $sql,
            f,
            instance_uuid,
            instance_name,
            chassis_uuid,
            maintenance,
            retired,
            driver,
            resource_class,
            fault,
            conductor_group,
            conductor,
            owner,
            lessee,
            parent_node
        );
        if let Some(state) = f.provision_state {
            $sql.push(" AND provision_state = ")
                .push_bind(state.to_string());
        }
        if let Some(associated) = f.associated {
            $sql.push(if associated {
                " AND instance_uuid IS NOT NULL"
            } else {
                " AND instance_uuid IS NULL"
            });
        }
        if let Some(project) = &f.project {
            $sql.push(" AND (owner = ")
                .push_bind(project.clone())
                .push(" OR lessee = ")
                .push_bind(project.clone())
                .push(")");
        }
        if let Some(text) = &f.description_contains {
            $crate::store::sql::like!($sql, "description", text);
        }
        if let Some(sharded) = f.sharded {
            $sql.push(if sharded {
                " AND shard IS NOT NULL"
            } else {
                " AND shard IS NULL"
            });
        }
        if let Some(shards) = &f.shards {
            $crate::store::sql::is_in!($sql, "shard", shards);
        }
        if f.parent_node.is_none() && !f.include_children {
            $sql.push(" AND parent_node IS NULL");
        }
    }};
}
pub(super) use filter_nodes;

/// Adds `AND column = value` for each field that is given.
macro_rules! equals {
    ($sql:ident, $filter:expr, $($field:ident),+) => {
        $(if let Some(value) = &$filter.$field {
            $sql.push(concat!(" AND ", stringify!($field), " = ")).push_bind(value.clone());
        })+
    };
}
pub(super) use equals;

/// Adds a search for a text anywhere in a column, its wildcards taken literally.
macro_rules! like {
    ($sql:ident, $column:literal, $text:expr) => {{
        let escaped = $text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        $sql.push(concat!(" AND ", $column, " LIKE "))
            .push_bind(format!("%{escaped}%"))
            .push(" ESCAPE '\\'");
    }};
}
pub(super) use like;

/// Adds `AND column IN (…)`.
macro_rules! is_in {
    ($sql:ident, $column:literal, $values:expr) => {{
        $sql.push(concat!(" AND ", $column, " IN ("));
        let mut list = $sql.separated(", ");
        for value in $values {
            list.push_bind(value.clone());
        }
        $sql.push(")");
    }};
}
pub(super) use is_in;

/// Adds that the node of a row is in one of the filter's shards and conductor groups, where it names any.
macro_rules! of_nodes {
    ($sql:ident, $filter:ident) => {
        if let Some(shards) = &$filter.shards {
            $sql.push(" AND node_uuid IN (SELECT uuid FROM nodes WHERE TRUE");
            $crate::store::sql::is_in!($sql, "shard", shards);
            $sql.push(")");
        }
        if let Some(groups) = &$filter.conductor_groups {
            $sql.push(" AND node_uuid IN (SELECT uuid FROM nodes WHERE TRUE");
            $crate::store::sql::is_in!($sql, "conductor_group", groups);
            $sql.push(")");
        }
    };
}
pub(super) use of_nodes;

/// Adds order, marker and limit. The marker's place is found by its value and, among equals, by
/// its id: no offset, so that a page deep in the list costs what the first does. Absent values
/// come after all others, on both databases.
macro_rules! page {
    ($sql:ident, $table:literal, $page:expr) => {{
        let page: &$crate::store::Page = $page;
        let key = &page.sort_key;
        let (order, beyond) = if page.descending { ("DESC", "<") } else { ("ASC", ">") };
        if let Some(marker) = page.marker {
            // `?` stands for the marker's UUID.
            let of = |column: &str| format!("(SELECT {column} FROM {} WHERE uuid = ?)", $table);
            let condition = if key == "id" {
                format!(" AND id {beyond} {}", of("id"))
            } else {
                format!(
                    " AND (({key} IS NULL) {beyond} ({value} IS NULL) OR (({key} IS NULL) = ({value} IS NULL) \
                     AND ({key} {beyond} {value} OR (({key} = {value} OR {key} IS NULL) AND id {beyond} {id}))))",
                    value = of(key),
                    id = of("id"),
                )
            };
            for (i, part) in condition.split('?').enumerate() {
                if i > 0 {
                    $sql.push_bind(marker);
                }
                $sql.push(part);
            }
        }
        if key == "id" {
            $sql.push(format!(" ORDER BY id {order}"));
        } else {
            $sql.push(format!(" ORDER BY ({key} IS NULL) {order}, {key} {order}, id {order}"));
        }
        $sql.push(" LIMIT ").push_bind(i64::from(page.limit));
    }};
}
pub(super) use page;

/// Whether a write names what isn't there, or takes away what something else names.
pub(super) fn is_dangling(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation)
}

/// The database's words about a broken uniqueness (they name the column), or `None` for other
/// errors.
pub(super) fn unique_violation(error: &sqlx::Error) -> Option<String> {
    let database = error
        .as_database_error()
        .filter(|e| e.is_unique_violation())?;
    Some(
        database
            .constraint()
            .map_or_else(|| database.message().to_owned(), str::to_owned),
    )
}
