//! What to install: read from a node's `instance_info`, checked before anything is touched.

mod config_drive;
mod network;
mod software;
mod storage;
mod target;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use secrecy::SecretString;

pub use config_drive::ConfigDrive;
pub use network::{Bond, Network};
pub use storage::{Layout, Storage};
pub use target::{OwnTemplate, Target};

use super::Cobblers;
use super::info::{Info, wrong};
use crate::drivers::DriverError;
use crate::model::Node;

/// What a node is to become.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// What it is installed from.
    pub target: Target,
    /// The kind of server; nodes of one service share a profile.
    pub service: String,
    /// Packages beyond the distro's minimum, sorted.
    pub packages: Vec<String>,
    /// More package sources: URLs for the Red Hat family, `URL SUITE COMPONENT…` for Debian's.
    pub repos: Vec<String>,
    /// The HTTP proxy of the installer.
    pub proxy: Option<String>,
    /// The time zone, as `Europe/Berlin`.
    pub time_zone: String,
    /// Disks and how they are divided.
    pub storage: Storage,
    /// A template of the customer's in place of ours.
    pub own_template: Option<OwnTemplate>,
    /// Kernel options of the installer.
    pub kernel_options: BTreeMap<String, Vec<String>>,
    /// The full host name.
    pub hostname: String,
    /// How it is connected.
    pub network: Network,
    /// Public keys that may log in as root.
    pub ssh_keys: Vec<String>,
    /// Root's password, in clear or as `crypt` makes it (`$6$…`).
    pub root_password: Option<SecretString>,
    /// The user data, cloud-init's or a script.
    pub user_data: Option<SecretString>,
    /// Ironic's configdrive.
    pub config_drive: Option<ConfigDrive>,
}

/// The keys of `instance_info` that fill in our templates, and say nothing to another's.
const OF_OUR_TEMPLATES: &[&str] = &[
    "packages",
    "repos",
    "proxy",
    "time_zone",
    "partitioning",
    "disks",
    "bond",
    "vlan",
];

/// The full host name of a node and how it is connected, whatever it is installed with.
///
/// # Errors
/// As [`InstallRequest::read`].
pub(super) fn connection(node: &Node) -> Result<(String, Network), DriverError> {
    let info = Info(&node.instance_info);
    Ok((network::hostname(node, &info)?, Network::read(&info)?))
}

impl InstallRequest {
    /// Reads a node's `instance_info`.
    ///
    /// # Errors
    /// [`DriverError::InvalidParameter`] that names the key, what is wrong with it and what it
    /// must be.
    pub fn read(node: &Node, cobblers: &Cobblers) -> Result<Self, DriverError> {
        let info = Info(&node.instance_info);
        refuse_to_preserve(&info)?;
        let target = Target::read(&info, cobblers)?;
        let own_template = OwnTemplate::read(&info, &target)?;
        if target.is_profile() || own_template.is_some() {
            refuse_what_has_no_effect(&info, &target)?;
        }
        let service = software::service(&info, &target)?;
        let ssh_keys = info.texts("ssh_keys")?;
        if let Some(bad) = ssh_keys.iter().find(|key| key.contains(['\n', '\r'])) {
            return Err(wrong("ssh_keys", bad, "public keys of one line each"));
        }
        let root_password = info.secret("root_password")?;
        if root_password.as_ref().is_some_and(has_control_characters) {
            return Err(DriverError::invalid(
                "instance_info/root_password must be one line: a password, or its hash as `openssl passwd -6` makes it.",
            ));
        }
        let mut request = Self {
            target,
            service,
            packages: software::packages(&info)?,
            repos: software::repos(&info)?,
            proxy: software::proxy(&info)?,
            time_zone: software::time_zone(&info)?,
            storage: Storage::read(&info)?,
            own_template,
            kernel_options: software::kernel_options(&info)?,
            hostname: network::hostname(node, &info)?,
            network: Network::read(&info)?,
            ssh_keys,
            root_password,
            user_data: info.secret("user_data")?,
            config_drive: ConfigDrive::read(&info)?,
        };
        request.add_cloud_init();
        Ok(request)
    }

    /// User data that is no script is of no use without cloud-init.
    fn add_cloud_init(&mut self) {
        let needed = self.config_drive.is_some()
            || self.user_data.as_ref().is_some_and(|data| !is_script(data));
        let name = "cloud-init".to_owned();
        if needed && self.takes_packages() && !self.packages.contains(&name) {
            self.packages.push(name);
            self.packages.sort_unstable();
        }
    }

    fn takes_packages(&self) -> bool {
        !self.target.is_profile() && self.own_template.is_none()
    }
}

/// Whether user data is run as it is, with or without cloud-init.
pub(super) fn is_script(user_data: &SecretString) -> bool {
    use secrecy::ExposeSecret as _;
    user_data.expose_secret().starts_with("#!")
}

/// Nova asks for it in a rebuild, as a text. An installer makes its file systems anew, and no rebuild
/// may destroy what somebody asked to keep.
fn refuse_to_preserve(info: &Info<'_>) -> Result<(), DriverError> {
    let asked = match info.0.get("preserve_ephemeral") {
        Some(serde_json::Value::Bool(asked)) => *asked,
        Some(serde_json::Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    match asked {
        true => Err(DriverError::invalid(
            "instance_info/preserve_ephemeral is true, and an installation makes new file systems: no partition can be \
             kept. Set it to false if the data may go.",
        )),
        false => Ok(()),
    }
}

fn has_control_characters(text: &SecretString) -> bool {
    use secrecy::ExposeSecret as _;
    text.expose_secret().chars().any(char::is_control)
}

fn refuse_what_has_no_effect(info: &Info<'_>, target: &Target) -> Result<(), DriverError> {
    let given = OF_OUR_TEMPLATES
        .iter()
        .find(|key| info.0.get(**key).is_some_and(|value| !value.is_null()));
    let Some(key) = given else {
        return Ok(());
    };
    let with = if target.is_profile() {
        "cobbler_profile, which is taken as it is"
    } else {
        "autoinstall, which is taken as it is"
    };
    Err(DriverError::invalid(format!(
        "instance_info/{key} has no effect with {with}; leave one of the two out."
    )))
}
