//! Fault texts and what they mean.
//!
//! Cobbler's fault code is always 1 and the exception class moved between releases, so only the
//! text tells. The texts below were seen on 2.8.5, 3.1.2, 3.2.3, 3.3.0 and 3.3.10.

use crate::error::{Attempt, CobblerError, Kind, Taken};

/// Whether the fault says that the token is no longer known.
pub(crate) fn is_stale_token(text: &str) -> bool {
    text.contains("invalid token")
}

/// Takes out of a fault what must not be seen: the given secrets, and any echoed token.
pub(crate) fn scrub(text: &str, secrets: &[&str]) -> String {
    let mut clean = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        clean = clean.replace(secret, "[hidden]");
    }
    const ECHO: &str = "invalid token: ";
    if let Some(start) = clean.find(ECHO).map(|at| at + ECHO.len()) {
        let end = clean[start..]
            .find(['\'', '"'])
            .map_or(clean.len(), |at| start + at);
        clean.replace_range(start..end, "[hidden]");
    }
    clean
}

/// Sorts a scrubbed fault text.
pub(crate) fn classify(at: Attempt, text: &str) -> CobblerError {
    let said = without_class(text);
    let has = |part: &str| said.contains(part);
    let detail = || said.to_owned();
    if has("login failed") {
        return CobblerError::Login { at };
    }
    if has("authorization failure") {
        return CobblerError::Denied {
            at,
            detail: detail(),
        };
    }
    if let Some((kind, name)) = missing(said) {
        return CobblerError::NotFound { at, kind, name };
    }
    if let Some((what, owner)) = taken(said) {
        let is_ours = None;
        return CobblerError::Duplicate {
            at,
            what,
            owner,
            is_ours,
        };
    }
    if let Some(by) = after(said, "removal would orphan ") {
        return CobblerError::InUse { at, by };
    }
    if has("attempt to delete in-use file") {
        return CobblerError::InUse {
            at,
            by: "a profile or system".to_owned(),
        };
    }
    if let Some(trigger) = after(said, "Cobbler trigger failed: ") {
        return CobblerError::Trigger { at, trigger };
    }
    let invalid = [
        "nvalid mac address format",
        "invalid format for MAC address",
        "nvalid IPv4 address format",
        "nvalid characters in name",
        "is required",
        "must not contain ..",
        "tainted file location",
        "it is not inside",
        "unable to view or edit kickstart in this location",
        "did not have the correct format or type",
    ];
    if invalid.iter().any(|part| has(part)) {
        return CobblerError::Invalid {
            at,
            detail: detail(),
        };
    }
    if has("___NEW___") {
        return CobblerError::Fault {
            at,
            detail: format!("it no longer knows the unsaved object (was it restarted?): {said}"),
        };
    }
    CobblerError::Fault {
        at,
        detail: detail(),
    }
}

/// `<class 'x.Y'>:'TEXT'` → `TEXT`. 2.x writes `type` for built-in classes.
fn without_class(text: &str) -> &str {
    let inner = match text.split_once(">:") {
        Some((class, rest)) if class.starts_with("<class") || class.starts_with("<type") => rest,
        _ => text,
    };
    for quote in ['\'', '"'] {
        let bare = inner
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(bare) = bare {
            // A lone quoted handle is the text of a KeyError: keep it recognisable as it is.
            return bare;
        }
    }
    inner
}

fn missing(said: &str) -> Option<(Kind, String)> {
    if let Some(rest) = after(said, "internal error, unknown ") {
        let (kind, name) = rest.split_once(" name ")?;
        return Some((kind_of(kind)?, name.to_owned()));
    }
    if said.contains("Profile with the name ") {
        return Some((Kind::Profile, quoted(said).unwrap_or_default()));
    }
    if let Some(name) = after(said, "invalid profile name: ") {
        return Some((Kind::Profile, name));
    }
    if said.starts_with("distribution ") && said.ends_with("not found") {
        return Some((Kind::Distro, quoted(said).unwrap_or_default()));
    }
    if let Some(rest) = after(
        said,
        "nvalid automatic installation template file location ",
    ) {
        let path = rest.strip_suffix(", file not found")?;
        return Some((Kind::Template, path.to_owned()));
    }
    if let Some(path) = after(said, "kickstart not found: ") {
        return Some((Kind::Template, path));
    }
    None
}

fn taken(said: &str) -> Option<(Taken, Option<String>)> {
    // 3.3 names value and owner in quotes; older releases only the value after a colon.
    if said.contains("MAC address duplicate") {
        let (value, owner) = value_and_owner(said, "MAC address duplicated: ");
        return Some((Taken::Mac(value), owner));
    }
    if said.contains("IP address duplicate") {
        let (value, owner) = value_and_owner(said, "IP address duplicated: ");
        return Some((Taken::Address(value), owner));
    }
    if said.contains("An object already exists with that name") {
        return Some((Taken::Name("of this object".to_owned()), None));
    }
    if let Some(rest) = after(said, "t seems unwise to overwrite ") {
        let name = rest
            .strip_prefix("the object ")
            .and_then(|rest| rest.split(',').next());
        return Some((
            Taken::Name(name.unwrap_or("of this object").to_owned()),
            None,
        ));
    }
    None
}

fn value_and_owner(said: &str, old_form: &str) -> (String, Option<String>) {
    match after(said, old_form) {
        Some(value) => (value, None),
        None => {
            let mut parts = said.split('"').skip(1).step_by(2).map(str::to_owned);
            (parts.next().unwrap_or_default(), parts.next())
        }
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    [Kind::Distro, Kind::Profile, Kind::System]
        .into_iter()
        .find(|kind| kind.word() == word)
}

fn after(said: &str, marker: &str) -> Option<String> {
    said.find(marker)
        .map(|at| said[at + marker.len()..].trim().to_owned())
}

fn quoted(said: &str) -> Option<String> {
    said.split('"').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(text: &str) -> CobblerError {
        let at = Attempt {
            action: "test".to_owned(),
            server: "lab (http://c)".to_owned(),
        };
        classify(at, text)
    }

    #[test]
    fn a_wrong_password_is_a_login_error_in_every_release() {
        let error = sorted("<class 'cobbler.cexceptions.CX'>:'login failed (cobbler)'");
        assert!(matches!(error, CobblerError::Login { .. }));
    }

    #[test]
    fn a_missing_right_is_denied() {
        let error = sorted("<class 'cobbler.cexceptions.CX'>:'authorization failure for user u'");
        assert!(matches!(error, CobblerError::Denied { .. }));
    }

    #[test]
    fn missing_objects_are_named() {
        for (text, kind, name) in [
            (
                "<class 'ValueError'>:Profile with the name \"nope\" is not existing",
                Kind::Profile,
                "nope",
            ),
            (
                "<class 'cobbler.cexceptions.CX'>:'invalid profile name: nope'",
                Kind::Profile,
                "nope",
            ),
            (
                "<class 'ValueError'>:distribution \"d\" not found",
                Kind::Distro,
                "d",
            ),
            (
                "<class 'cobbler.cexceptions.CX'>:'distribution not found'",
                Kind::Distro,
                "",
            ),
            (
                "<class 'cobbler.cexceptions.CX'>:'internal error, unknown system name n'",
                Kind::System,
                "n",
            ),
            (
                "<class 'OSError'>:Invalid automatic installation template file location \
                 /var/lib/cobbler/templates/a.ks, file not found",
                Kind::Template,
                "/var/lib/cobbler/templates/a.ks",
            ),
        ] {
            match sorted(text) {
                CobblerError::NotFound {
                    kind: k, name: n, ..
                } => {
                    assert_eq!((k, n.as_str()), (kind, name), "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_duplicate_mac_names_its_owner_where_the_release_does() {
        match sorted(
            "<class 'ValueError'>:MAC address duplicate found \"52:54:00:ab:cd:01\". Object with \
             the conflict has the name \"node-1\"",
        ) {
            CobblerError::Duplicate { what, owner, .. } => {
                assert_eq!(what, Taken::Mac("52:54:00:ab:cd:01".to_owned()));
                assert_eq!(owner.as_deref(), Some("node-1"));
            }
            other => panic!("{other:?}"),
        }
        match sorted("<class 'cobbler.cexceptions.CX'>:'MAC address duplicated: 52:54:00:ab:cd:01'")
        {
            CobblerError::Duplicate { what, owner, .. } => {
                assert_eq!(what, Taken::Mac("52:54:00:ab:cd:01".to_owned()));
                assert_eq!(owner, None);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_duplicate_address_or_name_is_a_duplicate() {
        for text in [
            "<class 'ValueError'>:IP address duplicate found \"192.0.2.11\". Object with the \
             conflict has the name \"node-1\"",
            "<class 'cobbler.cexceptions.CX'>:\"An object already exists with that name. Try \
             'edit'?\"",
            "<class 'cobbler.cexceptions.CX'>:\"An object already exists with that name.  Try \
             'edit'?\"",
            "<class 'cobbler.cexceptions.CX'>:\"It seems unwise to overwrite the object n, try \
             'edit'\"",
            "<class 'cobbler.cexceptions.CX'>:\"it seems unwise to overwrite this object, try \
             'edit'\"",
        ] {
            assert!(
                matches!(sorted(text), CobblerError::Duplicate { .. }),
                "{text}"
            );
        }
    }

    #[test]
    fn bad_values_are_invalid() {
        for text in [
            "<class 'ValueError'>:Invalid mac address format (not-a-mac)",
            "<class 'cobbler.cexceptions.CX'>:'invalid format for MAC address (not-a-mac)'",
            "<class 'ipaddress.AddressValueError'>:Invalid IPv4 address format (300.1.1.1)",
            "<class 'ValueError'>:Invalid characters in name: 'has space/slash'",
            "<class 'cobbler.cexceptions.CX'>:'Error with profile p - distro is required'",
            "<class 'ValueError'>:Invalid automatic installation template file location ../x, it \
             must not contain ..",
        ] {
            assert!(
                matches!(sorted(text), CobblerError::Invalid { .. }),
                "{text}"
            );
        }
    }

    #[test]
    fn removal_of_a_used_profile_says_by_whom() {
        match sorted("<class 'cobbler.cexceptions.CX'>:'removal would orphan system: node-1'") {
            CobblerError::InUse { by, .. } => assert_eq!(by, "system: node-1"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_failed_trigger_and_a_dead_handle_are_transient() {
        let trigger = sorted(
            "<class 'cobbler.cexceptions.CX'>:'Cobbler trigger failed: \
             cobbler.modules.sync_post_restart_services'",
        );
        assert!(matches!(trigger, CobblerError::Trigger { .. }) && trigger.is_transient());
        let handle = sorted("<class 'KeyError'>:'___NEW___system::abc=='");
        assert!(matches!(handle, CobblerError::Fault { .. }) && handle.is_transient());
        assert!(!sorted("<class 'TypeError'>:surprise").is_transient());
    }

    #[test]
    fn an_echoed_token_never_survives() {
        let token = "1M4dbYdmeGWgjNvf6/9qtM+Rp2rUvwDrIA==";
        let text = format!("<class 'cobbler.cexceptions.CX'>:'invalid token: {token}'");
        assert!(is_stale_token(&text));
        for secrets in [&[][..], &[token][..], &["", "other"][..]] {
            let clean = scrub(&text, secrets);
            assert!(!clean.contains(token), "{clean}");
            assert!(clean.contains("[hidden]"));
        }
        assert_eq!(
            scrub("password x1 refused", &["x1"]),
            "password [hidden] refused"
        );
    }
}
