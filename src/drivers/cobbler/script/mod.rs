//! The script that a node fetches over its one-time link and runs in the installed system: what
//! is the node's own and must not be readable by everybody who reaches Cobbler.
//!
//! Every value goes in as base64 inside a quoted here-document, whose alphabet no shell reads.

mod first_boot;
mod rescue;
mod seed;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::ExposeSecret as _;

pub(super) use rescue::for_rescue;

use super::InstallRequest;
use crate::model::Node;

/// Ends every here-document; no base64 holds an underscore.
const END: &str = "END_OF_DATA";
/// `FERRIC_ROOT` lets the script be tried in a folder.
const HEAD: &str = r#"#!/bin/sh
# Sets up this node; made for it alone. $1: the node's link, for the report of its first boot.
set -eu
root=${FERRIC_ROOT:-}
# $1: file, $2: its mode; the content comes in as base64.
put() {
    mkdir -p "$(dirname "$root$1")"
    (umask 077 && base64 -d >"$root$1.new")
    chmod "$2" "$root$1.new"
    mv -f "$root$1.new" "$root$1"
}
"#;
const TAIL: &str = r#"# Files that are made here have no SELinux label of their own yet.
if [ -z "$root" ] && command -v restorecon >/dev/null 2>&1; then
    restorecon -RF /etc/hostname /root /var/lib/cloud /etc/ferric-first-boot /etc/systemd/system \
        /usr/local/sbin >/dev/null 2>&1 || :
fi
"#;

/// The script for a node.
pub(super) fn for_node(node: &Node, request: &InstallRequest) -> String {
    let mut script = Script(HEAD.to_owned());
    script.put(
        "/etc/hostname",
        644,
        format!("{}\n", request.hostname).as_bytes(),
    );
    if !request.ssh_keys.is_empty() {
        let keys: String = request
            .ssh_keys
            .iter()
            .map(|key| format!("{key}\n"))
            .collect();
        script.line("mkdir -p \"$root/root/.ssh\"\nchmod 700 \"$root/root/.ssh\"");
        script.put("/root/.ssh/authorized_keys", 600, keys.as_bytes());
    }
    if let Some(password) = &request.root_password {
        let password = password.expose_secret();
        // What crypt makes begins so; chpasswd makes the hash of anything else.
        let option = if is_hash(password) { " -e" } else { "" };
        script.document(
            &format!("base64 -d <<'{END}' | chpasswd{option}"),
            format!("root:{password}\n").as_bytes(),
        );
    }
    seed::add(&mut script, node, request);
    first_boot::add(&mut script);
    script.line(TAIL.trim_end());
    script.0
}

/// Whether a password is a hash already (crypt(5): `$id$…`).
fn is_hash(password: &str) -> bool {
    password.starts_with('$') && password.matches('$').count() >= 3
}

/// A shell script that grows.
struct Script(String);

impl Script {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// A file of the installed system.
    fn put(&mut self, path: &str, mode: u16, content: &[u8]) {
        self.document(&format!("put {path} {mode} <<'{END}'"), content);
    }

    /// A command with a here-document.
    fn document(&mut self, command: &str, content: &[u8]) {
        self.text_document(command, &BASE64.encode(content));
    }

    /// The same with what is base64 already. Its lines are short: some tools of old have limits.
    fn text_document(&mut self, command: &str, base64: &str) {
        self.line(command);
        let letters: Vec<u8> = base64
            .bytes()
            .filter(|b| !b.is_ascii_whitespace())
            .collect();
        for line in letters.chunks(76) {
            self.line(&String::from_utf8_lossy(line));
        }
        self.line(END);
    }
}
