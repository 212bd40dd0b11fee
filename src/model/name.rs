//! Names that clients give.

/// Whether a name is made of the unreserved characters of RFC 3986, which is what Ironic takes from
/// API 1.10 on.
pub fn is_logical_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}
