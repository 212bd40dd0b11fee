//! Names that clients give.

/// Whether a name is made of the unreserved characters of RFC 3986, which is what Ironic takes from
/// API 1.10 on; `.` and `..`, which Ironic takes as well, are dropped out of a URL by clients.
pub fn is_logical_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && !matches!(name, "." | "..")
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_a_url() {
        for name in ["n1", "a.b~c_d-e", "...", &"n".repeat(255)] {
            assert!(is_logical_name(name), "{name}");
        }
        for name in ["", ".", "..", "a b", "a/b", "\u{e4}", &"n".repeat(256)] {
            assert!(!is_logical_name(name), "{name}");
        }
    }
}
