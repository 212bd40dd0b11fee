//! A batch's nodes in the words of Ironic's API.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::BatchNode;
use crate::config::ImageTarget;

/// The hardware type of every node of a batch.
pub const DRIVER: &str = "cisco-ucs-standalone";

/// The keys of `instance_info` that a batch file decides: what is compared to tell whether an
/// installed node is as the file wants it.
pub const REPEATABLE: &[&str] = &[
    "cobbler_distro",
    "cobbler_profile",
    "packages",
    "service",
    "hostname",
    "domain",
    "address",
    "gateway",
    "name_servers",
    "kernel_options",
    "repos",
    "proxy",
    "time_zone",
    "partitioning",
    "disks",
    "bond",
    "vlan",
    "autoinstall",
    "ssh_keys",
    USER_DATA_SHA256,
];

/// The key under which a batch leaves the SHA-256 of the user data (lower-case hexadecimal): answers
/// show the data itself to nobody, and a second run has to tell whether they have changed.
pub const USER_DATA_SHA256: &str = "user_data_sha256";

impl BatchNode {
    /// The body of `POST /v1/nodes`; `cobbler` is the name of the configured server. It holds the
    /// controller's password.
    pub fn create_body(&self, cobbler: &str) -> Value {
        json!({
            "name": self.name,
            "driver": DRIVER,
            "driver_info": self.driver_info(cobbler),
            "resource_class": self.resource_class,
            "extra": {"service": self.service},
        })
    }

    /// The bodies of `POST /v1/ports`. The first port boots from the network.
    pub fn port_bodies(&self, node_uuid: &str) -> Vec<Value> {
        self.macs
            .iter()
            .enumerate()
            .map(|(index, mac)| {
                json!({"node_uuid": node_uuid, "address": mac, "pxe_enabled": index == 0})
            })
            .collect()
    }

    /// `driver_info`. It holds the controller's password.
    pub fn driver_info(&self, cobbler: &str) -> Map<String, Value> {
        present([
            ("cimc_address", json!(self.cimc.address)),
            ("cimc_username", json!(self.cimc.username)),
            ("cimc_password", json!(self.cimc.password.expose_secret())),
            ("cimc_protocol", json!(self.cimc.protocol)),
            ("cimc_port", json!(self.cimc.port)),
            ("cimc_verify_ca", json!(self.cimc.verify_ca)),
            ("cimc_tls", json!(self.cimc.tls)),
            ("cimc_cli", json!(self.cimc.cli)),
            ("cimc_ssh_port", json!(self.cimc.ssh_port)),
            ("cimc_ssh_fingerprint", json!(self.cimc.ssh_fingerprint)),
            ("cobbler", json!(cobbler)),
        ])
    }

    /// `instance_info`: what is to be installed. It may hold secrets in `user_data` and
    /// `root_password`.
    pub fn instance_info(&self) -> Map<String, Value> {
        let (target, name) = match &self.target {
            ImageTarget::Distro(name) => ("cobbler_distro", name),
            ImageTarget::Profile(name) => ("cobbler_profile", name),
        };
        let mut info = present([
            (target, json!(name)),
            ("packages", json!(self.packages)),
            ("service", json!(self.service)),
            ("hostname", json!(self.hostname)),
            ("domain", json!(self.domain)),
            ("address", json!(self.address)),
            ("gateway", json!(self.gateway)),
            ("name_servers", json!(self.name_servers)),
            ("kernel_options", json!(self.kernel_options)),
            ("ssh_keys", json!(self.ssh_keys)),
            ("user_data", secret(self.user_data.as_ref())),
            (USER_DATA_SHA256, json!(self.user_data.as_ref().map(sha256))),
            ("root_password", secret(self.root_password.as_ref())),
        ]);
        info.extend(self.options.clone());
        info
    }
}

fn secret(text: Option<&SecretString>) -> Value {
    json!(text.map(ExposeSecret::expose_secret))
}

fn sha256(text: &SecretString) -> String {
    format!("{:x}", Sha256::digest(text.expose_secret()))
}

/// Leaves out nulls and empty lists.
fn present<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs
        .into_iter()
        .filter(|(_, value)| !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty()))
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}
