//! What stands in the cells of the tables.

/// Something in the letters of code.
pub(crate) fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A version, by the N of 1.N.
pub(crate) fn minor(minor: u16) -> String {
    format!("1.{minor}")
}
