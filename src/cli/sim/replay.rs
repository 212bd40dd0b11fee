//! `ferric sim cimc --replay`: a recorded controller.

use std::net::SocketAddr;
use std::path::Path;

use cimc_sim::{Replay, ReplaySpec, Transcript};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::cli::exit::{Exit, Failure, Outcome};
use crate::cli::output;

/// Serves a transcript until it is told to stop.
pub(super) async fn run(
    file: &Path,
    listen: SocketAddr,
    user: String,
    password: SecretString,
    stop: &CancellationToken,
) -> Outcome {
    let transcript = Transcript::read(file).map_err(|error| Failure::of(Exit::Usage, &error))?;
    let told = |value: Option<&str>| value.unwrap_or("not told").to_owned();
    let (firmware, model) = (told(transcript.firmware()), told(transcript.model()));
    let exchanges = transcript.exchanges();
    let replay = Replay::start(ReplaySpec {
        transcript,
        listen,
        user,
        password,
    })
    .await
    .map_err(|error| Failure::of(Exit::CannotStart, &error))?;
    output::line(format!(
        "{}  {firmware}  {model}  {exchanges} recorded requests",
        replay.url()
    ));
    stop.cancelled().await;
    replay.shutdown().await;
    Ok(Exit::Done)
}
