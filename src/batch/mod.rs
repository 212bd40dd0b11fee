//! The batch file: a rack to install, in one YAML file.
//!
//! All of it is checked before anything is contacted, and all that is wrong is said at once, each
//! with file, line and key.

mod bodies;
mod check;
mod file;
mod files;
mod layer;
mod nodes;
mod options;
mod problems;
mod ranges;
mod section;
mod services;
mod tree;

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::config::environment::Environment;
use crate::config::{Cobbler, ImageTarget};

pub use bodies::{DRIVER, REPEATABLE, USER_DATA_SHA256};
pub use problems::{BatchError, BatchProblem};

/// What a batch file asks for.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The file.
    pub path: PathBuf,
    /// The Cobbler server to install from.
    pub cobbler: Cobbler,
    /// The servers, in the file's order, ranges expanded.
    pub nodes: Vec<BatchNode>,
}

/// One server of a batch, with its service's settings and the file's defaults put in.
#[derive(Debug, Clone)]
pub struct BatchNode {
    /// The node's name.
    pub name: String,
    /// The line of the file that names it.
    pub line: u64,
    /// The service it is to be.
    pub service: String,
    /// The distro or profile it gets.
    pub target: ImageTarget,
    /// Packages beyond the distro's own: the defaults', the service's and its own, in that order.
    pub packages: Vec<String>,
    /// Its controller.
    pub cimc: BatchCimc,
    /// MAC addresses of ports to make at once, in the file's order; the first boots.
    pub macs: Vec<String>,
    /// Its host name, by default the node's name.
    pub hostname: String,
    /// Its DNS domain.
    pub domain: Option<String>,
    /// Its address with the prefix length (`10.8.0.40/24`); absent: DHCP.
    pub address: Option<String>,
    /// Its default gateway.
    pub gateway: Option<String>,
    /// Its name servers.
    pub name_servers: Vec<String>,
    /// Kernel options of the installer and the installed system.
    pub kernel_options: Option<String>,
    /// How it is installed, in the words of `instance_info`: `repos`, `proxy`, `time_zone`,
    /// `partitioning`, `disks`, `bond`, `vlan`, `autoinstall`.
    pub options: serde_json::Map<String, serde_json::Value>,
    /// Root's password, in clear or as a hash.
    pub root_password: Option<SecretString>,
    /// Public keys that may log in as root.
    pub ssh_keys: Vec<String>,
    /// What cloud-init gets. Secret, since people put passwords into it.
    pub user_data: Option<SecretString>,
    /// Ironic's resource class.
    pub resource_class: String,
}

/// How to reach a server's controller.
#[derive(Debug, Clone)]
pub struct BatchCimc {
    /// Host, or host and port.
    pub address: String,
    /// The user.
    pub username: String,
    /// The user's password.
    pub password: SecretString,
    /// `https` or `http`.
    pub protocol: Option<String>,
    /// The port, where the address has none.
    pub port: Option<u16>,
    /// `true`, `false`, a PEM file or a fingerprint.
    pub verify_ca: Option<serde_json::Value>,
    /// `modern` or `legacy`.
    pub tls: Option<String>,
    /// `auto` or `off`: whether the command line over SSH may be used.
    pub cli: Option<String>,
    /// The port of SSH.
    pub ssh_port: Option<u16>,
    /// The fingerprint of the SSH host key.
    pub ssh_fingerprint: Option<String>,
}

impl Batch {
    /// Reads and checks a batch file; other files that it names are read relative to it.
    ///
    /// # Errors
    ///
    /// When the file can't be read, is not YAML, or anything in it is wrong; then all that is
    /// wrong is in the error.
    pub fn load(path: &Path) -> Result<Self, BatchError> {
        Self::load_with(path, &Environment::of_process())
    }

    /// [`Batch::load`] with a given environment.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn load_with(path: &Path, environment: &Environment) -> Result<Self, BatchError> {
        let text = std::fs::read_to_string(path).map_err(|source| BatchError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let tree = tree::parse(path, &text)?;
        let problems = problems::Problems::default();
        let files = files::Files::new(path, environment, &problems);
        let (cobbler, nodes) = file::read(&tree, &files, &problems);
        check::no_duplicates(&nodes, &problems);
        problems.finish(path)?;
        // Nothing is left out without a problem that says why.
        let cobbler = cobbler.ok_or_else(|| BatchError::empty(path))?;
        Ok(Self {
            path: path.to_owned(),
            cobbler,
            nodes,
        })
    }
}

#[cfg(test)]
mod tests;
