//! `ferric config`: print the default configuration, or check one.

use clap::Subcommand;

use super::exit::{Exit, Outcome};
use super::{Global, output};
use crate::config::{Config, DEFAULT_FILE, Overrides};

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print a commented file with every key and its default
    Default,
    /// Check the configuration: file, environment and flags together
    Check,
}

pub(super) fn run(global: &Global, command: &ConfigCommand) -> Outcome {
    match command {
        ConfigCommand::Default => output::line(DEFAULT_FILE.trim_end()),
        ConfigCommand::Check => {
            let config = Config::load(global.config.as_deref(), &Overrides::default())?;
            let from = match &global.config {
                Some(path) => path.display().to_string(),
                None => "no file, so defaults and environment".to_owned(),
            };
            output::line(format!("the configuration is good ({from})"));
            output::line(format!("api       {}", config.api.listen));
            output::line(format!("database  {}", config.database.display_url()));
            for (name, cobbler) in &config.cobbler {
                output::line(format!(
                    "cobbler   {name}: {} as {}",
                    cobbler.url, cobbler.username
                ));
            }
        }
    }
    Ok(Exit::Done)
}
