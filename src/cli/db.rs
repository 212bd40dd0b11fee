//! `ferric db`: the database by itself.

use clap::Subcommand;
use secrecy::ExposeSecret;

use super::exit::{Exit, Failure, Outcome};
use super::{Global, output};
use crate::config::Overrides;
use crate::store::{Store, Vault};

#[derive(Debug, Subcommand)]
pub(super) enum DbCommand {
    /// Make the database if need be, and bring its schema up to date
    Migrate,
}

pub(super) async fn run(global: &Global, command: DbCommand) -> Outcome {
    let config = global.load(Overrides::default(), false)?;
    match command {
        DbCommand::Migrate => {
            let state_dir = &config.database.state_dir;
            std::fs::create_dir_all(state_dir).map_err(|error| {
                Failure::cannot_start(format!(
                    "the state directory {} can't be made: {error}; choose another with \
                     database.state_dir",
                    state_dir.display()
                ))
            })?;
            let key = config.secrets.load_key(state_dir)?;
            let url = config.database.effective_url();
            Store::open(url.expose_secret(), Vault::new(key.expose_secret()))
                .await
                .map_err(|error| Failure::of(Exit::CannotStart, &error))?;
            output::line(format!("{} is up to date", config.database.display_url()));
        }
    }
    Ok(Exit::Done)
}
