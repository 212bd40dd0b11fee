//! The settings that defaults, services and nodes have in common; the nearer wins.

use secrecy::SecretString;

use super::check::{self, Check};
use super::files::{Files, PASSWORD_KEYS, ROOT_PASSWORD_KEYS};
use super::options;
use super::section::{At, Section};

/// The keys of a layer.
pub(super) const KEYS: &[&str] = &[
    "cimc",
    "domain",
    "gateway",
    "name_servers",
    "packages",
    "kernel_options",
    "root_password",
    "root_password_env",
    "root_password_file",
    "ssh_keys",
    "user_data",
    "resource_class",
];

/// The keys of its `cimc`.
const CIMC_KEYS: &[&str] = &[
    "username",
    "protocol",
    "port",
    "verify",
    "tls",
    "cli",
    "ssh_port",
    "ssh_fingerprint",
];

/// What one of defaults, service and node says.
#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    pub(super) username: Option<String>,
    pub(super) password: Option<SecretString>,
    pub(super) protocol: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) verify: Option<serde_json::Value>,
    pub(super) tls: Option<String>,
    pub(super) cli: Option<String>,
    pub(super) ssh_port: Option<u16>,
    pub(super) ssh_fingerprint: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) gateway: Option<String>,
    pub(super) name_servers: Option<Vec<String>>,
    pub(super) packages: Vec<String>,
    pub(super) kernel_options: Option<String>,
    pub(super) options: serde_json::Map<String, serde_json::Value>,
    pub(super) root_password: Option<SecretString>,
    pub(super) ssh_keys: Vec<String>,
    pub(super) user_data: Option<SecretString>,
    pub(super) resource_class: Option<String>,
}

impl Layer {
    /// Reads a section; `cimc_more` are keys of its `cimc` that only this kind of section has.
    /// That section comes back too.
    pub(super) fn read<'a>(
        section: &Section<'a>,
        cimc_more: &[&str],
        files: &Files<'_>,
    ) -> (Self, Option<Section<'a>>) {
        let text = |key| section.text(key).map(|at| at.value.to_owned());
        let mut layer = Self {
            domain: section
                .text("domain")
                .and_then(|at| checked(section, &at, check::name)),
            gateway: section
                .text("gateway")
                .and_then(|at| checked(section, &at, check::ipv4)),
            name_servers: section.texts("name_servers").map(|all| {
                all.iter()
                    .filter_map(|at| checked(section, at, check::ip))
                    .collect()
            }),
            packages: packages(section),
            kernel_options: text("kernel_options"),
            options: options::read(section, files),
            root_password: files.secret(section, ROOT_PASSWORD_KEYS),
            ssh_keys: section
                .texts("ssh_keys")
                .map(|all| files.ssh_keys(&all))
                .unwrap_or_default(),
            user_data: section.text("user_data").and_then(|at| files.user_data(at)),
            resource_class: text("resource_class"),
            ..Self::default()
        };
        let cimc = section.section("cimc", &[CIMC_KEYS, PASSWORD_KEYS, cimc_more]);
        if let Some(cimc) = &cimc {
            layer.username = cimc.text("username").map(|at| at.value.to_owned());
            layer.password = files.password(cimc);
            layer.protocol = cimc.word("protocol", &["https", "http"]);
            layer.port = cimc.port("port");
            layer.verify = cimc
                .bool_or_text("verify")
                .map(|verify| absolute(verify, files));
            layer.tls = cimc.word("tls", &["modern", "legacy"]);
            layer.cli = cimc.word("cli", &["auto", "off"]);
            layer.ssh_port = cimc.port("ssh_port");
            layer.ssh_fingerprint = cimc
                .text("ssh_fingerprint")
                .and_then(|at| checked(cimc, &at, check::host_key));
        }
        (layer, cimc)
    }

    /// This layer with what it leaves open from the one below. Packages and keys add up.
    pub(super) fn over(&self, below: &Self) -> Self {
        let upper = self.clone();
        let below = below.clone();
        Self {
            username: upper.username.or(below.username),
            password: upper.password.or(below.password),
            protocol: upper.protocol.or(below.protocol),
            port: upper.port.or(below.port),
            verify: upper.verify.or(below.verify),
            tls: upper.tls.or(below.tls),
            cli: upper.cli.or(below.cli),
            ssh_port: upper.ssh_port.or(below.ssh_port),
            ssh_fingerprint: upper.ssh_fingerprint.or(below.ssh_fingerprint),
            domain: upper.domain.or(below.domain),
            gateway: upper.gateway.or(below.gateway),
            name_servers: upper.name_servers.or(below.name_servers),
            packages: union(below.packages, upper.packages),
            kernel_options: upper.kernel_options.or(below.kernel_options),
            options: below.options.into_iter().chain(upper.options).collect(),
            root_password: upper.root_password.or(below.root_password),
            ssh_keys: union(below.ssh_keys, upper.ssh_keys),
            user_data: upper.user_data.or(below.user_data),
            resource_class: upper.resource_class.or(below.resource_class),
        }
    }
}

fn union(mut first: Vec<String>, second: Vec<String>) -> Vec<String> {
    for item in second {
        if !first.contains(&item) {
            first.push(item);
        }
    }
    first
}

fn checked(section: &Section<'_>, at: &At<&str>, check: Check) -> Option<String> {
    if let Err(what) = check(at.value) {
        section.problem(&at.place, what, "correct it");
        return None;
    }
    Some(at.value.to_owned())
}

/// The path of a certificate file as the service needs it. A fingerprint stays as it is.
fn absolute(verify: serde_json::Value, files: &Files<'_>) -> serde_json::Value {
    let path = verify
        .as_str()
        .and_then(|name| std::fs::canonicalize(files.path(name)).ok());
    path.map_or(verify, |path| path.to_string_lossy().into_owned().into())
}

fn packages(section: &Section<'_>) -> Vec<String> {
    let texts = section.texts("packages").unwrap_or_default();
    texts
        .iter()
        .filter_map(|at| checked(section, at, check::package))
        .collect()
}
