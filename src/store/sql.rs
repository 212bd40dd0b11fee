//! Pieces of SQL that lists share. Macros, since the same text is compiled for both databases.

/// Adds the conditions of a [`NodeFilter`]. Those that most nodes fulfil are written so that SQLite,
/// which knows nothing of how many that are, takes no index for them: it would read every node by
/// it. `$is_whole` says that nothing else narrows or orders the list; then one of them has to do.
macro_rules! filter_nodes {
    ($sql:ident, $filter:expr, $is_whole:expr) => {{
        let f: &$crate::store::NodeFilter = $filter;
        $crate::store::sql::equals!(
            $sql,
            f,
            instance_uuid,
            instance_name,
            chassis_uuid,
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
        // Partial indexes hold the nodes that fulfil the first of each two; they need its words.
        for (wanted, holds, holds_not) in [
            (f.maintenance, "maintenance", "NOT maintenance"),
            (f.retired, "retired", "NOT retired"),
            (
                f.associated,
                "instance_uuid IS NOT NULL",
                "(instance_uuid IS NULL) = TRUE",
            ),
            (f.sharded, "shard IS NOT NULL", "(shard IS NULL) = TRUE"),
        ] {
            if let Some(wanted) = wanted {
                $sql.push(" AND ")
                    .push(if wanted { holds } else { holds_not });
            }
        }
        if let Some(project) = &f.project {
            $sql.push(" AND (owner = ")
                .push_bind(project.clone())
                .push(" OR lessee = ")
                .push_bind(project.clone())
                .push(")");
        }
        if let Some(text) = &f.description_contains {
            $crate::store::sql::describes!($sql, "nodes", text);
        }
        if let Some(shards) = &f.shards {
            $crate::store::sql::is_in!($sql, "shard", shards);
        }
        if f.parent_node.is_none() && !f.include_children {
            $sql.push(if $is_whole {
                " AND parent_node IS NULL"
            } else {
                " AND (parent_node IS NULL) = TRUE"
            });
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

/// Adds a search for a text anywhere in the rows' descriptions, its wildcards taken literally. It
/// reads all descriptions, but no other part of the rows.
macro_rules! describes {
    ($sql:ident, $table:literal, $text:expr) => {{
        let escaped = $text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        $sql.push(concat!(
            " AND id IN (SELECT id FROM ",
            $table,
            " WHERE description IS NOT NULL AND description LIKE "
        ))
        .push_bind(format!("%{escaped}%"))
        .push(" ESCAPE '\\')");
    }};
}
pub(super) use describes;

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
