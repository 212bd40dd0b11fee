//! `ferric openapi`: describes the API for programs.

use clap::Args;

use super::exit::{Exit, Failure, Outcome};
use super::output;
use crate::api::openapi::{document, no_such};
use crate::api::version::Version;

/// What `openapi` takes.
#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct OpenApiArgs {
    /// The API version that the document describes: `1.80`, say
    #[arg(long = "version", value_name = "1.N", default_value = "latest")]
    api: String,
}

/// Prints the document.
pub(super) fn run(args: &OpenApiArgs) -> Outcome {
    let version = Version::named(&args.api).ok_or_else(|| Failure::usage(no_such(&args.api)))?;
    output::line(format!("{:#}", document(version)));
    Ok(Exit::Done)
}
