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
    /// They, as they stand in a `SELECT` of PostgreSQL.
    pub(super) list: String,
    /// They, as they stand in a `SELECT` of SQLite ([`super::packed`]).
    pub(super) packed: String,
    /// Whether it is only shown what is read ([`NodeColumns::to_show`]).
    pub(super) is_shown: bool,
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
        let wanted: Vec<bool> = NodeRow::ALL.iter().map(is_wanted).collect();
        Self {
            list: list.join(", "),
            packed: NodeRow::packed(&wanted),
            wanted,
            is_shown: false,
        }
    }

    /// They, for an answer: secrets that every answer masks are not decrypted for it.
    #[must_use]
    pub fn to_show(self) -> Self {
        Self {
            is_shown: true,
            ..self
        }
    }

    /// All there are.
    pub fn all() -> &'static Self {
        &ALL
    }
}

/// A row of either database, as [`NodeColumns`] asked for it.
pub(super) trait NodeParts {
    /// The columns that were asked for; others have their defaults.
    fn parts(&self, columns: &NodeColumns) -> sqlx::Result<NodeRow>;
}

/// Declares a row that may be read in part: columns that aren't read keep their defaults. Columns
/// are taken by their place, which is several times faster than by their name. SQLite gives the
/// values in one text, the documents one by one.
macro_rules! row_in_parts {
    (
        $(#[$meta:meta])* $vis:vis struct $name:ident {
            values { $($value_vis:vis $value:ident: $value_type:ty,)+ }
            documents { $($doc_vis:vis $doc:ident: $doc_type:ty,)+ }
        }
    ) => {
        $(#[$meta])*
        $vis struct $name { $($value_vis $value: $value_type,)+ $($doc_vis $doc: $doc_type,)+ }

        impl $name {
            /// Every column that is read.
            pub(super) const ALL: &'static [&'static str] =
                &[$(stringify!($value),)+ $(stringify!($doc)),+];

            /// What SQLite is asked for.
            pub(super) fn packed(wanted: &[bool]) -> String {
                let mut wanted = wanted.iter();
                let (mut values, mut list) = (Vec::new(), Vec::new());
                $(if wanted.next() == Some(&true) {
                    values.push(<$value_type as $crate::store::packed::Packed>::expression(stringify!($value)));
                })+
                list.push(format!("json_array({})", values.join(", ")));
                $(if wanted.next() == Some(&true) {
                    list.push(stringify!($doc).to_owned());
                })+
                list.join(", ")
            }

            /// The documents, from this place on.
            #[allow(unused_assignments)] // The last column's place has no successor.
            fn read_documents<'r, 'w, R>(
                &mut self,
                mut wanted: impl Iterator<Item = &'w bool>,
                mut place: usize,
                row: &'r R,
            ) -> sqlx::Result<()>
            where
                R: sqlx::Row,
                usize: sqlx::ColumnIndex<R>,
                $($doc_type: sqlx::Decode<'r, R::Database>,)+
            {
                $(if wanted.next() == Some(&true) {
                    self.$doc = row.try_get_unchecked(place)?;
                    place += 1;
                })+
                Ok(())
            }
        }

        impl $crate::store::node_columns::NodeParts for sqlx::postgres::PgRow {
            fn parts(&self, columns: &$crate::store::NodeColumns) -> sqlx::Result<$name> {
                let mut read = $name::default();
                let (mut place, mut wanted) = (0, columns.wanted.iter());
                $(if wanted.next() == Some(&true) {
                    read.$value = sqlx::Row::try_get_unchecked(self, place)?;
                    place += 1;
                })+
                read.read_documents(wanted, place, self)?;
                Ok(read)
            }
        }

        impl $crate::store::node_columns::NodeParts for sqlx::sqlite::SqliteRow {
            fn parts(&self, columns: &$crate::store::NodeColumns) -> sqlx::Result<$name> {
                struct Values<'w, 'i>(&'w mut std::slice::Iter<'i, bool>);

                impl<'de> serde::de::Visitor<'de> for Values<'_, '_> {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("the values of a row")
                    }

                    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<$name, A::Error> {
                        let mut read = $name::default();
                        $(if self.0.next() == Some(&true)
                            && let Some(wire) = seq.next_element()?
                        {
                            read.$value = <$value_type as $crate::store::packed::Packed>::unpack(wire);
                        })+
                        Ok(read)
                    }
                }

                let mut wanted = columns.wanted.iter();
                let text: &str = sqlx::Row::try_get_unchecked(self, 0)?;
                let mut array = serde_json::Deserializer::from_str(text);
                let mut read = serde::Deserializer::deserialize_seq(&mut array, Values(&mut wanted))
                    .map_err(|error| sqlx::Error::Decode(error.into()))?;
                read.read_documents(wanted, 1, self)?;
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
        let part = NodeColumns::of(["name", "links", "extra", "maintenance"]);
        assert_eq!(
            part.list,
            "id, uuid, name, provision_state, maintenance, extra"
        );
        assert_eq!(
            part.packed,
            "json_array(id, hex(uuid), name, provision_state, maintenance), extra"
        );
        assert_eq!(
            NodeColumns::all().list.split(", ").count(),
            NodeRow::ALL.len()
        );
    }
}
