//! The configuration: defaults, then a TOML file, then `FERRIC__SECTION__KEY` in the environment,
//! then flags; the later wins. One file a section.
//!
//! It is checked as a whole before anything starts. Lengths of time are numbers of seconds
//! (fractions allowed), in keys that end in `_seconds`; in the code they are
//! [`Duration`](std::time::Duration)s.

mod api;
mod cimc;
mod cobbler;
mod conductor;
mod database;
pub mod environment;
mod error;
mod images;
mod layers;
mod log;
pub mod nearest;
mod seconds;
mod secret_text;
mod secrets;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

pub use api::{Api, Auth};
pub use cimc::Cimc;
pub(crate) use cobbler::is_loopback;
pub use cobbler::{Cobbler, Verify};
pub use conductor::{Conductor, InstalledWhen};
pub use database::Database;
pub use error::{ConfigError, Problem};
pub use images::ImageTarget;
pub use layers::Overrides;
pub use log::{Log, LogFormat};
pub use secrets::Secrets;

use environment::Environment;
use error::Report;

/// A commented configuration file with every key and its default.
pub const DEFAULT_FILE: &str = include_str!("default.toml");

/// Everything that can be configured.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The REST API.
    pub api: Api,
    /// Where state is kept.
    pub database: Database,
    /// The Cobbler servers, by the name that a node's `driver_info.cobbler` gives.
    pub cobbler: BTreeMap<String, Cobbler>,
    /// The engine.
    pub conductor: Conductor,
    /// How controllers are spoken to.
    pub cimc: Cimc,
    /// What an image id (the one Nova sends) means in Cobbler.
    pub images: BTreeMap<String, ImageTarget>,
    /// How secrets are encrypted at rest.
    pub secrets: Secrets,
    /// What is logged.
    pub log: Log,
}

impl Config {
    /// Loads and checks the configuration.
    ///
    /// # Errors
    ///
    /// When the file can't be read or is not TOML; when a key is unknown, of a wrong kind, or its
    /// value can't be used. Every problem says where it comes from and what to do.
    pub fn load(path: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        Self::load_from(path, &Environment::of_process(), overrides)
    }

    /// [`Config::load`] with a given environment.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn load_from(
        path: Option<&Path>,
        environment: &Environment,
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        let figment = layers::figment(path, environment, overrides)?;
        let mut config: Self = figment
            .extract_lossy()
            .map_err(|error| ConfigError::from_figment(&figment, error))?;
        let mut report = Report::new(&figment);
        config.check(&mut report);
        report.finish()?;
        Ok(config)
    }

    fn check(&mut self, report: &mut Report<'_>) {
        self.api.check(report);
        self.database.check(report);
        for (name, cobbler) in &mut self.cobbler {
            cobbler.check(name, report);
        }
        self.conductor.check(report);
        self.cimc.check(report);
        self.secrets.check(report);
    }
}

#[cfg(test)]
mod tests;
