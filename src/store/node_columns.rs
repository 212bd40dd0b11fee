//! Parts of a node's row: a list reads the columns that it shows and no others.

use std::sync::LazyLock;

use super::node_row::NodeRow;

/// Read whatever else is: what tells a node from others, and what every node has.
const ALWAYS: [&str; 3] = ["id", "uuid", "provision_state"];

/// Some columns of `nodes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeColumns {
    /// Whether each column of [`NodeRow::ALL`] is among them.
    pub(super) wanted: Vec<bool>,
    /// They, as they stand in a `SELECT`.
    pub(super) list: String,
}

static ALL: LazyLock<NodeColumns> = LazyLock::new(|| NodeColumns::of(NodeRow::ALL.iter().copied()));

impl NodeColumns {
    /// These, and the few that are always read. Names of other things are passed over.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().chain(ALWAYS).collect();
        let is_wanted = |column: &&str| names.contains(column);
        let list: Vec<&str> = NodeRow::ALL
            .iter()
            .copied()
            .filter(|c| is_wanted(c))
            .collect();
        Self {
            wanted: NodeRow::ALL.iter().map(is_wanted).collect(),
            list: list.join(", "),
        }
    }

    /// All there are.
    pub fn all() -> &'static Self {
        &ALL
    }
}

/// Declares a row that may be read in part: columns that aren't read keep their defaults. Columns
/// are taken by their place, which is several times faster than by their name.
macro_rules! row_in_parts {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($field_vis:vis $field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        $vis struct $name { $($field_vis $field: $type,)+ }

        impl $name {
            /// Every column that is read.
            pub(super) const ALL: &'static [&'static str] = &[$(stringify!($field)),+];

            /// A row of a `SELECT` of these columns.
            #[allow(unused_assignments)] // The last column's place has no successor.
            pub(super) fn read<'r, R>(
                columns: &$crate::store::NodeColumns,
                row: &'r R,
            ) -> sqlx::Result<Self>
            where
                R: sqlx::Row,
                usize: sqlx::ColumnIndex<R>,
                $($type: sqlx::Decode<'r, R::Database>,)+
            {
                let mut read = Self::default();
                let (mut place, mut wanted) = (0, columns.wanted.iter());
                $(if wanted.next() == Some(&true) {
                    read.$field = row.try_get_unchecked(place)?;
                    place += 1;
                })+
                Ok(read)
            }
        }
    };
}
pub(super) use row_in_parts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_what_was_asked_for_and_what_every_node_has() {
        let part = NodeColumns::of(["name", "links", "maintenance"]);
        assert_eq!(part.list, "id, uuid, name, provision_state, maintenance");
        assert_eq!(
            NodeColumns::all().list.split(", ").count(),
            NodeRow::ALL.len()
        );
    }
}
