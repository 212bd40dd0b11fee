//! What is wanted on the server, and what came of it.

use std::net::{IpAddr, Ipv4Addr};

use crate::names::{bad_metadata_key, is_object_name, is_template_name, normalise_mac};
use crate::objects::{KernelOptions, Metadata};
use crate::ownership::bears_mark;
use crate::value::unsendable;

/// A profile as wanted. Its name should be a hash of the rest: a profile of ours is made once and
/// never changed, since saving it rewrites the boot files of all its systems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileSpec {
    /// Name.
    pub name: String,
    /// The distro to install from. Must exist.
    pub distro: String,
    /// A profile to inherit from, in place of taking everything from the distro.
    pub parent: Option<String>,
    /// File name of the template, relative to the server's template directory.
    pub template: String,
    /// The template itself. Lines end with LF.
    pub template_text: String,
    /// Kernel options.
    pub kernel_options: KernelOptions,
    /// Must begin with the owner's mark and a colon.
    pub comment: String,
    /// Cobbler users who may change it (authorization by ownership); `None` leaves the default.
    pub owners: Option<Vec<String>>,
}

/// A system as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemSpec {
    /// Name.
    pub name: String,
    /// The profile to install. Must exist.
    pub profile: String,
    /// Host name.
    pub hostname: String,
    /// MAC address of the interface that boots, in any usual form.
    pub mac: String,
    /// Name of that interface, for example `eth0`.
    pub interface: String,
    /// A fixed IPv4 address; without one the system takes a lease.
    pub address: Option<Ipv4Addr>,
    /// Network mask of the fixed address.
    pub netmask: Option<Ipv4Addr>,
    /// Default gateway.
    pub gateway: Option<Ipv4Addr>,
    /// Name servers.
    pub name_servers: Vec<IpAddr>,
    /// Template variables. Keys are identifiers; values hold no control characters but TAB and LF
    /// and no `@@name@@`, which Cobbler replaces. Send base64 where that is not certain. No
    /// secrets: anybody who reaches the server can read them.
    pub autoinstall_meta: Metadata,
    /// Whether its boot files start the installer.
    pub netboot_enabled: bool,
    /// Must begin with the owner's mark and a colon.
    pub comment: String,
}

/// What an `ensure_*` call found and did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ensured {
    /// It was not there.
    Created,
    /// It was there and differed.
    Updated,
    /// It was there as wanted; nothing was written.
    Unchanged,
}

/// What a `remove_*` call found and did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It was there and is gone.
    Removed,
    /// It was not there.
    AlreadyGone,
}

impl ProfileSpec {
    /// What is wrong with it, if anything.
    pub(crate) fn problem(&self, mark: &str) -> Option<String> {
        if !is_object_name(&self.name) {
            return Some(bad_name("profile name", &self.name));
        }
        if !is_template_name(&self.template) {
            return Some(format!(
                "`{}` is no relative template file name",
                self.template
            ));
        }
        if let Some(why) = unsendable(&self.template_text) {
            return Some(format!("the template {why}"));
        }
        bad_comment(&self.comment, mark)
    }
}

impl SystemSpec {
    /// What is wrong with it, if anything. Values of metadata are never quoted.
    pub(crate) fn problem(&self, mark: &str) -> Option<String> {
        if !is_object_name(&self.name) {
            return Some(bad_name("system name", &self.name));
        }
        if !is_object_name(&self.interface) {
            return Some(bad_name("interface name", &self.interface));
        }
        if normalise_mac(&self.mac).is_none() {
            return Some(format!("`{}` is no MAC address", self.mac));
        }
        if let Some(why) = unsendable(&self.hostname) {
            return Some(format!("the host name {why}"));
        }
        for (key, value) in &self.autoinstall_meta {
            if let Some(why) = bad_metadata_key(key) {
                return Some(format!("metadata key `{key}` {why}"));
            }
            if let Some(why) = unsendable(value) {
                return Some(format!("metadata value of `{key}` {why}"));
            }
            if value.matches("@@").count() > 1 {
                return Some(format!(
                    "metadata value of `{key}` contains @@, which Cobbler replaces; send base64"
                ));
            }
        }
        bad_comment(&self.comment, mark)
    }
}

fn bad_name(what: &str, name: &str) -> String {
    format!("{what} `{name}` may hold only letters, digits and _ - . :")
}

fn bad_comment(comment: &str, mark: &str) -> Option<String> {
    if !bears_mark(comment, mark) {
        return Some(format!("the comment does not begin with `{mark}:`"));
    }
    unsendable(comment).map(|why| format!("the comment {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system() -> SystemSpec {
        SystemSpec {
            name: "node-1".to_owned(),
            profile: "p".to_owned(),
            hostname: "node-1".to_owned(),
            mac: "52:54:00:ab:cd:01".to_owned(),
            interface: "eth0".to_owned(),
            address: None,
            netmask: None,
            gateway: None,
            name_servers: Vec::new(),
            autoinstall_meta: Metadata::new(),
            netboot_enabled: true,
            comment: "ferric: node 1".to_owned(),
        }
    }

    #[test]
    fn metadata_that_would_not_arrive_is_refused_without_quoting_it() {
        assert_eq!(system().problem("ferric"), None);
        for value in ["s3cret\r\n", "s3cret\u{7}", "s3cret@@server@@"] {
            let mut spec = system();
            spec.autoinstall_meta
                .insert("k".to_owned(), value.to_owned());
            let problem = spec.problem("ferric").expect("a problem");
            assert!(
                problem.contains("`k`") && !problem.contains("s3cret"),
                "{problem}"
            );
        }
    }

    #[test]
    fn an_unmarked_comment_is_refused() {
        let spec = SystemSpec {
            comment: "node 1".to_owned(),
            ..system()
        };
        assert!(spec.problem("ferric").is_some());
    }
}
