//! Ferric.
fn main() {}
