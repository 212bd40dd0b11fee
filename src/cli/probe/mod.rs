//! `ferric probe`: what a controller is, what its server is set to, and what can be done with it.

mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cimc_client::{
    CimcError, CliSettings, ControllerSettings, Controllers, HostKey, Policy, Protocol, Recorder,
    SessionJournal, TlsProfile, TlsVerify,
};
use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure, Outcome};
use super::{Global, interrupt, output};
use crate::config::Database;
use crate::config::environment::Environment;
use crate::drivers::cimc::session_journal;

#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    /// The controller: HOST or HOST:PORT
    address: String,
    /// The account
    #[arg(long, value_name = "USER", default_value = "admin")]
    user: String,
    /// The environment variable that holds its password
    #[arg(long, value_name = "VAR", default_value = "CIMC_PASSWORD")]
    password_env: String,
    /// Plain HTTP, on a network that is trusted
    #[arg(long)]
    http: bool,
    /// modern: TLS 1.2 and later; legacy: TLS 1.0 and later, for firmware below 2.0
    #[arg(long, value_name = "PROFILE", value_enum, default_value_t = Tls::Modern, conflicts_with = "http")]
    tls: Tls,
    /// Accept any certificate; most controllers have a self-signed one
    #[arg(long, conflicts_with = "fingerprint")]
    insecure: bool,
    /// Accept only the certificate with this SHA-256 fingerprint
    #[arg(long, value_name = "SHA256")]
    fingerprint: Option<String>,
    /// Write what is said with the controller into a new file, without passwords, cookies, serial
    /// numbers, names and addresses: for bug reports, and for `ferric sim cimc --replay`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// The port of its SSH service, for the command line
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 22,
        conflicts_with = "no_ssh"
    )]
    ssh_port: u16,
    /// Accept only the SSH host key with this fingerprint; without it, --insecure accepts any
    #[arg(long, value_name = "SHA256:…", conflicts_with = "no_ssh")]
    ssh_fingerprint: Option<String>,
    /// Don't use the command line, even where the XML API can't do a thing
    #[arg(long)]
    no_ssh: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A TLS profile by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tls {
    Modern,
    Legacy,
}

pub(super) async fn run(global: &Global, args: ProbeArgs) -> Outcome {
    global.log()?;
    let settings = settings(&args)?;
    // Before a file is made that would be empty.
    settings
        .check()
        .map_err(|error| Failure::of(Exit::Usage, &error))?;
    let recorder = args.record.as_deref().map(recorder).transpose()?;
    let mut controllers = Controllers::with(Policy {
        journal: journal(),
        ..Policy::default()
    });
    if let Some((recorder, _)) = &recorder {
        controllers = controllers.recording(recorder.clone());
    }
    let stop = interrupt::watch();
    let found = tokio::select! {
        found = report::read(&controllers, &settings, recorder.is_some()) => Some(found),
        () = stop.cancelled() => None,
    };
    // Also when interrupted: the controller has four sessions in all.
    controllers.shut_down().await;
    if let Some((recorder, path)) = &recorder {
        recorder
            .finish()
            .map_err(|error| cannot_record(path, &error))?;
        output::note(format!(
            "recorded in {path}: look it through before you give it away",
            path = path.display()
        ));
    }
    let Some(found) = found else {
        return Ok(Exit::Interrupted);
    };
    let found = found.map_err(|error| refused(&error))?;
    if args.json {
        output::line(format!("{:#}", report::as_json(&args.address, &found)));
    } else {
        output::line(report::as_text(&args.address, &found));
    }
    Ok(Exit::Done)
}

fn recorder(path: &Path) -> Result<(Arc<Recorder>, &Path), Failure> {
    match Recorder::create(path) {
        Ok(recorder) => Ok((Arc::new(recorder), path)),
        Err(error) => Err(cannot_record(path, &error)),
    }
}

fn cannot_record(path: &Path, error: &std::io::Error) -> Failure {
    let advice = match error.kind() {
        std::io::ErrorKind::AlreadyExists => "remove it, or choose another name",
        _ => "choose a place that can be written to",
    };
    Failure::usage(format!("--record {}: {error}; {advice}", path.display()))
}

/// Where this machine keeps a state anyway, the session is noted there; a look at a controller
/// makes no directories.
fn journal() -> Option<Arc<SessionJournal>> {
    let directory = Database::default().state_dir;
    directory
        .is_dir()
        .then(|| session_journal(&directory))
        .flatten()
}

/// An unknown host key is set by a flag here.
fn refused(error: &CimcError) -> Failure {
    let mut failure = Failure::of(Exit::CannotStart, error);
    let cli = match error {
        CimcError::NoWayIn { cli, .. } => cli,
        other => other,
    };
    if matches!(cli, CimcError::HostKey { .. }) {
        failure.message.push_str(" (here: --ssh-fingerprint)");
    }
    failure
}

fn settings(args: &ProbeArgs) -> Result<ControllerSettings, Failure> {
    let environment = Environment::of_process();
    let Some(password) = environment.get(&args.password_env) else {
        return Err(Failure::usage(format!(
            "the environment variable {name} is not set; run: read -rs {name}; export {name}",
            name = args.password_env
        )));
    };
    let mut settings = ControllerSettings::new(&args.address, &args.user, password.into());
    if args.http {
        settings.protocol = Protocol::Http;
    }
    settings.tls = match args.tls {
        Tls::Modern => TlsProfile::Modern,
        Tls::Legacy => TlsProfile::Legacy,
    };
    if args.insecure {
        settings.verify = TlsVerify::Off;
    }
    if let Some(text) = &args.fingerprint {
        settings.verify = TlsVerify::fingerprint(text).ok_or_else(|| {
            Failure::usage(format!(
                "--fingerprint: {text:?} is no SHA-256 fingerprint; write 64 hexadecimal digits"
            ))
        })?;
    }
    settings.cli = command_line(args)?;
    Ok(settings)
}

fn command_line(args: &ProbeArgs) -> Result<Option<CliSettings>, Failure> {
    if args.no_ssh {
        return Ok(None);
    }
    let host_key = match &args.ssh_fingerprint {
        Some(text) => HostKey::fingerprint(text).ok_or_else(|| {
            Failure::usage(format!(
                "--ssh-fingerprint: {text:?} is no fingerprint of a host key; write SHA256: and 43 characters, as \
                 ssh-keygen -l prints it"
            ))
        })?,
        None if args.insecure => HostKey::Any,
        None => HostKey::Unknown,
    };
    Ok(Some(CliSettings {
        port: args.ssh_port,
        host_key,
    }))
}
