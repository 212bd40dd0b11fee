//! `ferric db`: the database by itself.

use clap::Subcommand;

use super::exit::{Exit, Failure, Outcome};
use super::{Global, output};
use crate::config::Overrides;
use crate::service;

#[derive(Debug, Subcommand)]
pub(super) enum DbCommand {
    /// Make the database if need be, and bring its schema up to date
    Migrate,
}

pub(super) async fn run(global: &Global, command: DbCommand) -> Outcome {
    let config = global.load(Overrides::default(), false)?;
    match command {
        DbCommand::Migrate => {
            let store = service::open_store(&config)
                .await
                .map_err(|error| Failure::of(Exit::CannotStart, &error))?;
            store.close().await;
            output::line(format!("{} is up to date", config.database.display_url()));
        }
    }
    Ok(Exit::Done)
}
