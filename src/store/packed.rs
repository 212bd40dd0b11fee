//! A row of SQLite in few values. Each value of a row is copied out of SQLite with memory of its
//! own, and most columns of a node are short or empty: SQLite writes those into one text, a JSON
//! array, which takes less time than copying them does (`benches/README.md`). PostgreSQL's rows
//! come in one piece anyway.

use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::model::Time;

/// A column that SQLite can write into a JSON array.
pub(super) trait Packed: Sized {
    /// As what it stands there.
    type Wire: DeserializeOwned;

    /// What SQLite writes for it.
    fn expression(column: &str) -> String {
        column.to_owned()
    }

    /// What was read.
    fn unpack(wire: Self::Wire) -> Self;
}

/// Columns that stand there as they are.
macro_rules! as_they_are {
    ($($type:ty),+) => {
        $(impl Packed for $type {
            type Wire = Self;

            fn unpack(wire: Self) -> Self {
                wire
            }
        })+
    };
}

as_they_are!(i64, String, Option<String>, Time, Option<Time>);

impl Packed for bool {
    type Wire = i64;

    fn unpack(wire: i64) -> Self {
        wire != 0
    }
}

impl Packed for Option<bool> {
    type Wire = Option<i64>;

    fn unpack(wire: Option<i64>) -> Self {
        wire.map(bool::unpack)
    }
}

/// Bytes have no place in JSON.
impl Packed for Uuid {
    type Wire = Self;

    fn expression(column: &str) -> String {
        format!("hex({column})")
    }

    fn unpack(wire: Self) -> Self {
        wire
    }
}

impl Packed for Option<Uuid> {
    type Wire = Self;

    fn expression(column: &str) -> String {
        format!("iif({column} IS NULL, NULL, hex({column}))")
    }

    fn unpack(wire: Self) -> Self {
        wire
    }
}
