//! From the configuration to the parts of the service.

use std::os::unix::fs::DirBuilderExt as _;

use cobbler_client::{CobblerConfig, Verify};

use super::StartError;
use crate::conductor::{self, PowerSync};
use crate::config::{self, Config, InstalledWhen};
use crate::drivers::Settings;
use crate::drivers::cimc::session_journal;
use crate::drivers::cobbler::Cobblers;
use crate::metrics::Metrics;

/// The registry of controllers, with the journal of their sessions and, if wanted, transcripts.
pub(super) fn controllers(
    config: &Config,
    metrics: &Metrics,
) -> Result<cimc_client::Controllers, StartError> {
    let controllers = cimc_client::Controllers::with(cimc_client::Policy {
        pause: config.cimc.session_pause,
        observer: std::sync::Arc::new(metrics.cimc().clone()),
        journal: session_journal(&config.database.state_dir),
        ..cimc_client::Policy::default()
    });
    let Some(path) = &config.cimc.record_dir else {
        return Ok(controllers);
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| StartError::RecordDir {
            path: path.clone(),
            source,
        })?;
    tracing::info!(directory = %path.display(), "transcripts of controllers are written");
    Ok(controllers.recording_in(path.clone()))
}

/// The Cobbler servers and the image map.
pub(super) fn cobblers(config: &Config, metrics: &Metrics) -> Result<Cobblers, StartError> {
    let mut servers = Vec::new();
    for (name, section) in &config.cobbler {
        let client = cobbler(name, section, Some(metrics))?;
        servers.push((name.clone(), section.url.clone(), client));
    }
    let images = config
        .images
        .iter()
        .map(|(id, target)| (id.clone(), target.to_string()))
        .collect();
    Ok(Cobblers::new(servers, images))
}

/// A client of one Cobbler server, whose calls are counted if there is somebody to count them.
pub(super) fn cobbler(
    name: &str,
    section: &config::Cobbler,
    metrics: Option<&Metrics>,
) -> Result<cobbler_client::Cobbler, StartError> {
    let mut settings = CobblerConfig::new(
        name,
        section.url.as_str(),
        section.username.as_str(),
        section.password.clone(),
    );
    if let Some(metrics) = metrics {
        settings.observer = std::sync::Arc::new(metrics.cobbler().clone());
    }
    settings.verify = match &section.verify {
        config::Verify::Yes => Verify::On,
        config::Verify::No => Verify::Off,
        config::Verify::CaFile(path) => Verify::CaFile(path.clone()),
    };
    cobbler_client::Cobbler::new(settings).map_err(|error| StartError::Cobbler {
        name: name.to_owned(),
        reason: error.to_string(),
    })
}

/// What drivers need to know of the configuration.
pub(super) fn settings(config: &Config, public_url: &str) -> Settings {
    Settings {
        power_wait: config.cimc.power_wait,
        power_poll: config.cimc.poll_interval,
        soft_power_off_grace: config.cimc.soft_power_off_grace,
        session_wait: config.cimc.session_wait,
        install_silence_limit: config.conductor.install_silence_limit,
        wait_for_first_boot: config.conductor.installed_when == InstalledWhen::Booted,
        first_boot_limit: config.conductor.first_boot_limit,
        public_url: public_url.to_owned(),
        ..Settings::default()
    }
}

/// How the conductor works.
pub(super) fn options_of(config: &Config, metrics: Metrics) -> conductor::Options {
    conductor::Options {
        hostname: config.conductor.host.clone(),
        lease: config.conductor.lease,
        // What a step may take must end well before others take its node over.
        step_timeout: config.conductor.lease.mul_f64(0.8),
        poll_interval: config.conductor.poll_interval,
        workers: config.conductor.workers,
        power_sync: PowerSync {
            interval: config.conductor.power_sync_interval,
            force: config.conductor.power_sync_force,
            max_retries: config.conductor.power_sync_max_retries,
            workers: config.conductor.power_sync_workers,
        },
        metrics,
        ..conductor::Options::default()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use super::*;

    fn recording_in(path: PathBuf) -> Config {
        let mut config = Config::default();
        config.cimc.record_dir = Some(path);
        config
    }

    #[test]
    fn the_directory_for_transcripts_is_made_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a/transcripts");
        controllers(&recording_in(path.clone()), &Metrics::default()).unwrap();
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_directory_for_transcripts_that_can_not_be_made_is_named_with_its_key() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = controllers(&recording_in(file.join("x")), &Metrics::default()).unwrap_err();
        assert!(error.to_string().contains("cimc.record_dir"), "{error}");
    }
}
