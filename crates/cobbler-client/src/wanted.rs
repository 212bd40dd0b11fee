//! A wanted system in the server's terms: what to send for it, and what differs from it.

use std::net::Ipv4Addr;

use dxr::Value;

use crate::dialect::Dialect;
use crate::names::normalise_mac;
use crate::objects::System;
use crate::spec::SystemSpec;
use crate::value::{Fields, string, strings};

/// Ends the comment of a record whose last change failed half way.
const UNFINISHED: &str = " [unfinished]";

/// The comment that notes a failed change.
pub(crate) fn unfinished(comment: &str) -> String {
    format!("{}{UNFINISHED}", finished(comment))
}

/// The comment without that note.
pub(crate) fn finished(comment: &str) -> &str {
    comment.strip_suffix(UNFINISHED).unwrap_or(comment)
}

/// A checked specification with the names that the server uses.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    spec: &'a SystemSpec,
    dialect: Dialect,
    mac: String,
}

impl<'a> Wanted<'a> {
    /// Of a specification without problems.
    pub(crate) fn new(spec: &'a SystemSpec, dialect: Dialect) -> Self {
        let mac = normalise_mac(&spec.mac).unwrap_or_else(|| spec.mac.clone());
        Self { spec, dialect, mac }
    }

    pub(crate) fn spec(&self) -> &SystemSpec {
        self.spec
    }

    /// The MAC address in lower case with colons.
    pub(crate) fn mac(&self) -> &str {
        &self.mac
    }

    /// The record's own fields in the order to send them: the name first, the profile last.
    pub(crate) fn fields(&self) -> Vec<(&'static str, Value)> {
        let spec = self.spec;
        let servers = spec
            .name_servers
            .iter()
            .map(|server| string(server.to_string()))
            .collect();
        vec![
            ("name", string(&spec.name)),
            ("hostname", string(&spec.hostname)),
            (
                self.dialect.metadata_field(),
                strings(&spec.autoinstall_meta),
            ),
            ("gateway", string(text(spec.gateway))),
            ("name_servers", Value::Array(servers)),
            ("netboot_enabled", Value::Boolean(spec.netboot_enabled)),
            ("comment", string(&spec.comment)),
            ("profile", string(&spec.profile)),
        ]
    }

    /// The interface for `modify_interface`, in the keys that 2.2 to 3.3 all take.
    pub(crate) fn interface(&self) -> Value {
        let keyed = |key: &str, value: Value| (format!("{key}-{}", self.spec.interface), value);
        Value::Struct(
            [
                keyed("macaddress", string(&self.mac)),
                keyed("ipaddress", string(text(self.spec.address))),
                keyed("netmask", string(text(self.spec.netmask))),
                keyed("static", Value::Boolean(self.spec.address.is_some())),
            ]
            .into(),
        )
    }

    /// Record and interface together, for `xapi_object_edit`.
    pub(crate) fn everything(&self) -> Fields {
        let mut all: Fields = self
            .fields()
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        all.extend(self.interface_fields());
        all
    }

    /// The fields to write to make `found` as wanted. Empty if it is.
    pub(crate) fn changes(&self, found: &System) -> Fields {
        let spec = self.spec;
        let servers: Vec<String> = spec.name_servers.iter().map(ToString::to_string).collect();
        let same = |field: &str| match field {
            "name" => found.name == spec.name,
            "profile" => found.profile == spec.profile,
            "hostname" => found.hostname == spec.hostname,
            "gateway" => found.gateway == spec.gateway,
            "name_servers" => found.name_servers == servers,
            "netboot_enabled" => found.netboot_enabled == spec.netboot_enabled,
            "comment" => found.comment == spec.comment,
            _ => found.metadata == spec.autoinstall_meta,
        };
        let mut changes: Fields = self
            .fields()
            .into_iter()
            .filter(|(field, _)| !same(field))
            .map(|(field, value)| (field.to_owned(), value))
            .collect();
        let interface = found.interfaces.get(&spec.interface);
        // Only what differs: 3.3.0 takes a system's own MAC, sent again, for a duplicate.
        let same = |field: &str| {
            interface.is_some_and(|interface| match field {
                "mac_address" => interface.mac == self.mac,
                "ip_address" => interface.address == spec.address,
                "netmask" => interface.netmask == spec.netmask,
                "static" => interface.is_static == spec.address.is_some(),
                _ => !found.has_other_interface(&spec.interface),
            })
        };
        let [name, others @ ..] = self.interface_fields();
        let differing: Vec<_> = others
            .into_iter()
            .filter(|(field, _)| !same(field))
            .collect();
        if !differing.is_empty() || !same("interface") {
            changes.extend(differing);
            changes.extend([name]);
        }
        changes
    }

    fn interface_fields(&self) -> [(String, Value); 5] {
        [
            ("interface".to_owned(), string(&self.spec.interface)),
            ("mac_address".to_owned(), string(&self.mac)),
            ("ip_address".to_owned(), string(text(self.spec.address))),
            ("netmask".to_owned(), string(text(self.spec.netmask))),
            (
                "static".to_owned(),
                Value::Boolean(self.spec.address.is_some()),
            ),
        ]
    }
}

fn text(address: Option<Ipv4Addr>) -> String {
    address
        .map(|address| address.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_of_a_failed_change_comes_and_goes() {
        let noted = unfinished("ferric: node 1");
        assert_ne!(noted, "ferric: node 1");
        assert_eq!(unfinished(&noted), noted);
        assert_eq!(finished(&noted), "ferric: node 1");
    }
}
