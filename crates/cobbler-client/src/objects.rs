//! Objects as read from the server: foreign input, only the parts that are used.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use crate::dialect::Dialect;
use crate::value::{Fields, flag, list, member, option_map, text_map};

/// Kernel options by name: no value is a bare word, several are a repeated option.
pub type KernelOptions = BTreeMap<String, Vec<String>>;

/// Template variables of one system (`autoinstall_meta`, `ks_meta` in 2.x). Anybody who reaches
/// the server can read them.
pub type Metadata = BTreeMap<String, String>;

/// An installation source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distro {
    /// Its name.
    pub name: String,
    /// `redhat`, `debian`, `ubuntu`, …
    pub breed: String,
    /// Cobbler's word for the release, `rhel9`.
    pub os_version: String,
    /// `x86_64`, `aarch64`, …
    pub arch: String,
    /// Free text.
    pub comment: String,
}

/// A distro with a template and options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The distro; empty for a child of another profile in some releases.
    pub distro: String,
    /// The parent profile, if it has one.
    pub parent: Option<String>,
    /// The template in the server's own form: relative in 3.x, absolute in 2.x.
    pub template: String,
    /// Own kernel options, without inherited ones.
    pub kernel_options: KernelOptions,
    /// Own list of owners; empty if inherited.
    pub owners: Vec<String>,
    /// Free text; ours begins with the mark.
    pub comment: String,
}

/// One machine's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// Its name.
    pub name: String,
    /// The profile it is installed with; empty for an image-based system.
    pub profile: String,
    /// Host name.
    pub hostname: String,
    /// Default gateway.
    pub gateway: Option<Ipv4Addr>,
    /// Name servers.
    pub name_servers: Vec<String>,
    /// Whether its boot files start the installer.
    pub netboot_enabled: bool,
    /// Own template variables, without inherited ones.
    pub metadata: Metadata,
    /// Network interfaces by name.
    pub interfaces: BTreeMap<String, Interface>,
    /// Free text; ours begins with the mark.
    pub comment: String,
}

/// One network interface of a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// MAC address in lower case; empty if none is known.
    pub mac: String,
    /// IPv4 address.
    pub address: Option<Ipv4Addr>,
    /// Network mask.
    pub netmask: Option<Ipv4Addr>,
    /// Whether the address is configured rather than leased.
    pub is_static: bool,
}

impl Distro {
    pub(crate) fn read(fields: &Fields) -> Self {
        Self {
            name: member(fields, "name"),
            breed: member(fields, "breed"),
            os_version: member(fields, "os_version"),
            arch: member(fields, "arch"),
            comment: member(fields, "comment"),
        }
    }
}

impl Profile {
    pub(crate) fn read(fields: &Fields, dialect: Dialect) -> Self {
        Self {
            name: member(fields, "name"),
            distro: member(fields, "distro"),
            parent: Some(member(fields, "parent")).filter(|parent| !parent.is_empty()),
            template: member(fields, dialect.template_field()),
            kernel_options: fields
                .get("kernel_options")
                .map(option_map)
                .unwrap_or_default(),
            owners: fields.get("owners").map(list).unwrap_or_default(),
            comment: member(fields, "comment"),
        }
    }
}

impl System {
    pub(crate) fn read(fields: &Fields, dialect: Dialect) -> Self {
        let interfaces = match fields.get("interfaces") {
            Some(dxr::Value::Struct(all)) => all
                .iter()
                .filter_map(|(name, one)| match one {
                    dxr::Value::Struct(one) => Some((name.clone(), Interface::read(one))),
                    _ => None,
                })
                .collect(),
            _ => BTreeMap::new(),
        };
        Self {
            name: member(fields, "name"),
            profile: member(fields, "profile"),
            hostname: member(fields, "hostname"),
            gateway: member(fields, "gateway").parse().ok(),
            name_servers: fields.get("name_servers").map(list).unwrap_or_default(),
            netboot_enabled: fields
                .get("netboot_enabled")
                .and_then(flag)
                .unwrap_or(false),
            metadata: fields
                .get(dialect.metadata_field())
                .map(text_map)
                .unwrap_or_default(),
            interfaces,
            comment: member(fields, "comment"),
        }
    }

    /// Whether an interface besides this one has a MAC address. 3.3.0 leaves a blank one named
    /// `default` beside the one that was asked for.
    pub(crate) fn has_other_interface(&self, name: &str) -> bool {
        self.interfaces
            .iter()
            .any(|(other, interface)| other != name && !interface.mac.is_empty())
    }
}

impl Interface {
    fn read(fields: &Fields) -> Self {
        Self {
            mac: member(fields, "mac_address").to_ascii_lowercase(),
            address: member(fields, "ip_address").parse().ok(),
            netmask: member(fields, "netmask").parse().ok(),
            is_static: fields.get("static").and_then(flag).unwrap_or(false),
        }
    }
}
