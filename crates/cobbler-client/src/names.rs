//! What Cobbler accepts as names and addresses, checked before anything is sent.

/// A MAC address in the form that Cobbler's index is searched by: lower case with colons. 3.3.10
/// stores this form and finds nothing by an upper-case one. Accepts colons, dashes, dots or
/// nothing between the digits; `None` if there are not twelve hexadecimal digits.
pub fn normalise_mac(mac: &str) -> Option<String> {
    let digits: String = mac
        .trim()
        .chars()
        .filter(|c| !matches!(c, ':' | '-' | '.'))
        .collect();
    if digits.len() != 12 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.to_ascii_lowercase();
    let pairs: Vec<&str> = (0..12)
        .step_by(2)
        .filter_map(|start| digits.get(start..start + 2))
        .collect();
    Some(pairs.join(":"))
}

/// Whether every release takes this as an object's name. Cobbler itself would also take an empty
/// one (3.x) and one of 300 characters.
pub(crate) fn is_object_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-.:".contains(c))
}

/// Whether this is a template's path relative to the server's template directory.
pub(crate) fn is_template_name(name: &str) -> bool {
    !name.starts_with('/')
        && name
            .split('/')
            .all(|part| part != ".." && is_object_name(part))
}

/// Why a metadata key cannot be used, if so. Keys are template variables; these three override
/// built-in ones, after which the installer talks to another host.
pub(crate) fn bad_metadata_key(key: &str) -> Option<&'static str> {
    let mut chars = key.chars();
    let starts = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !starts || !chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Some("is no identifier, so no template can name it");
    }
    matches!(key, "server" | "http_server" | "name")
        .then_some("overrides a variable of Cobbler's own")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_become_lower_case_with_colons() {
        for form in [
            "52:54:00:AB:CD:01",
            "52-54-00-ab-cd-01",
            "525400abcd01",
            "5254.00AB.CD01",
        ] {
            assert_eq!(
                normalise_mac(form).as_deref(),
                Some("52:54:00:ab:cd:01"),
                "{form}"
            );
        }
        for bad in [
            "",
            "52:54:00:ab:cd",
            "52:54:00:ab:cd:0g",
            "é2:54:00:ab:cd:01",
        ] {
            assert_eq!(normalise_mac(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_are_what_every_release_takes() {
        assert!(is_object_name("0e5c2c3e-7a5b-4f0e-9d52-aaaaaaaaaaaa"));
        for bad in ["", "a b", "a/b", "né", "a+b"] {
            assert!(!is_object_name(bad), "{bad}");
        }
        assert!(is_template_name("ferric/abc.ks"));
        for bad in ["/abs.ks", "../x.ks", "a/../x", "a//b", ""] {
            assert!(!is_template_name(bad), "{bad}");
        }
    }

    #[test]
    fn metadata_keys_are_identifiers_and_no_builtins() {
        assert_eq!(bad_metadata_key("ferric_token"), None);
        for bad in ["meta-data", "1x", "", "server", "name", "http_server"] {
            assert!(bad_metadata_key(bad).is_some(), "{bad}");
        }
    }
}
