//! The command line: one command a file. Commands that work on nodes do so through the REST API,
//! of the service they start or of one that runs elsewhere.

mod client;
mod config;
mod db;
mod demo;
mod exit;
mod explain;
mod fleet;
mod install;
mod interrupt;
mod lab;
mod openapi;
mod output;
mod plan;
mod probe;
mod rollout;
mod serve;
mod sim;
mod state;
mod table;
mod view;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, LogFormat, Overrides};
use crate::telemetry;
use exit::{Exit, Failure, Outcome};

const EXIT_CODES: &str = "\
Exit codes:
    0  done
    1  some node failed
    2  the command line, the configuration or the batch file is wrong
    3  something can't be started or reached (a port in use, the database, a server)
  130  interrupted before the work was done";

/// OpenStack Ironic's life cycle for Cisco UCS C-Series servers, through CIMC and Cobbler.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
struct Global {
    /// The configuration file (TOML); `ferric config default` prints one
    #[arg(long, value_name = "FILE", env = "FERRIC_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// A level (error, warn, info, debug, trace) or directives by module
    #[arg(long, value_name = "LEVEL", env = "FERRIC_LOG", global = true)]
    log_level: Option<String>,
    /// The form of log lines
    #[arg(long, value_name = "FORMAT", global = true)]
    log_format: Option<LogFormat>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Install a simulated rack: service, controllers, machines and Cobbler in this process
    Demo(demo::DemoArgs),
    /// Install a rack of virtual machines through a real Cobbler, over DHCP, TFTP and PXE (Debian, root)
    Lab(lab::LabArgs),
    /// Run the service
    Serve(serve::ServeArgs),
    /// Install the servers of a batch file
    Install(install::InstallArgs),
    /// Show what `install` would do: steps, calls, installation files
    Plan(plan::PlanArgs),
    /// Follow the nodes of a running service
    Watch(watch::WatchArgs),
    /// Tell where a node is, what it waits for, and on what evidence
    Explain(explain::ExplainArgs),
    /// Tell what a controller is and what it can do
    Probe(probe::ProbeArgs),
    /// Run simulated controllers, machines and Cobbler servers
    #[command(subcommand)]
    Sim(sim::SimCommand),
    /// Print or check the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Print the OpenAPI document of the REST API
    Openapi(openapi::OpenApiArgs),
    /// Work on the database
    #[command(subcommand)]
    Db(db::DbCommand),
}

impl Global {
    /// Loads the configuration and sets logging up. `quiet` commands own the terminal: they log
    /// errors only, unless a level is asked for.
    fn load(&self, overrides: Overrides, quiet: bool) -> Result<Config, Failure> {
        let level = self.log_level.as_deref().or(quiet.then_some("error"));
        let overrides = overrides.set("log.level", level);
        let mut config = Config::load(self.config.as_deref(), &overrides)?;
        if let Some(format) = self.log_format {
            config.log.format = format;
        }
        self.start_log(&config.log.level, config.log.format)?;
        Ok(config)
    }

    /// Logging alone, for commands without a configuration.
    fn log(&self) -> Result<(), Failure> {
        let level = self.log_level.as_deref().unwrap_or("warn");
        self.start_log(level, self.log_format.unwrap_or_default())
    }

    #[allow(clippy::unused_self)]
    fn start_log(&self, level: &str, format: LogFormat) -> Result<(), Failure> {
        telemetry::init(level, format, output::log).map_err(|e| Failure::of(Exit::Usage, &e))
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, and have their own code.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                Exit::Done.into()
            };
        }
    };
    let exit = start(cli).unwrap_or_else(|failure| {
        for line in failure.message.lines() {
            output::note(format!("error: {line}"));
        }
        failure.exit
    });
    exit.into()
}

/// What TLS computes with. Another part of the program may have installed one; any will do.
fn install_crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn start(cli: Cli) -> Outcome {
    install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::cannot_start(format!("the runtime can't start: {error}")))?;
    let outcome = runtime.block_on(run(cli));
    runtime.shutdown_timeout(Duration::from_secs(2));
    outcome
}

async fn run(cli: Cli) -> Outcome {
    let global = cli.global;
    match cli.command {
        Command::Demo(args) => Box::pin(demo::run(&global, args)).await,
        Command::Lab(args) => Box::pin(lab::run(&global, args)).await,
        Command::Serve(args) => Box::pin(serve::run(&global, args)).await,
        Command::Install(args) => Box::pin(install::run(&global, args)).await,
        Command::Plan(args) => Box::pin(plan::run(&global, args)).await,
        Command::Watch(args) => watch::run(&global, args).await,
        Command::Explain(args) => explain::run(&global, args).await,
        Command::Probe(args) => Box::pin(probe::run(&global, args)).await,
        Command::Sim(command) => Box::pin(sim::run(&global, command)).await,
        Command::Config(command) => config::run(&global, &command),
        Command::Openapi(args) => openapi::run(&args),
        Command::Db(command) => db::run(&global, command).await,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_lists_the_exit_codes() {
        let help = Cli::command().render_long_help().to_string();
        for code in ["  0 ", "  1 ", "  2 ", "  3 ", "130 "] {
            assert!(help.contains(code), "{code} is not in {help}");
        }
    }
}
