//! The script that a rescue system fetches over its one-time link.

use super::{END, Script, is_hash};

const HEAD: &str = "#!/bin/sh
# Gives root of this rescue system its password; made for it alone.
set -eu
";

/// The script with that password, in clear or as `crypt` makes it.
pub(in crate::drivers::cobbler) fn for_rescue(password: &str) -> String {
    let mut script = Script(HEAD.to_owned());
    let option = if is_hash(password) { " -e" } else { "" };
    script.document(
        &format!("base64 -d <<'{END}' | chpasswd{option}"),
        format!("root:{password}\n").as_bytes(),
    );
    script.0
}
