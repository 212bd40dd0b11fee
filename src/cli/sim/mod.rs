//! `ferric sim`: simulated controllers, machines and Cobbler servers, until Ctrl-C.

mod cimc;
mod cobbler;
mod guests;
mod lab;
mod lab_files;
mod open_files;
mod places;
pub(super) mod rack;
mod replay;

use clap::Subcommand;

pub(super) use cimc::seconds;
pub(super) use lab_files::{name as lab_name, needs_command_line};

use super::exit::Outcome;
use super::{Global, interrupt};

#[derive(Debug, Subcommand)]
pub(super) enum SimCommand {
    /// Controllers of one firmware on consecutive ports
    Cimc(Box<cimc::CimcArgs>),
    /// A Cobbler server
    Cobbler(cobbler::CobblerArgs),
    /// Controllers with machines that boot from the network, and a Cobbler; writes a batch file,
    /// a configuration and enrolment commands for them
    Lab(lab::LabArgs),
}

pub(super) async fn run(global: &Global, command: SimCommand) -> Outcome {
    global.log()?;
    let stop = interrupt::watch();
    match command {
        SimCommand::Cimc(args) => cimc::run(*args, &stop).await,
        SimCommand::Cobbler(args) => cobbler::run(args, &stop).await,
        SimCommand::Lab(args) => lab::run(args, &stop).await,
    }
}
