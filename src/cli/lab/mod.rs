//! `ferric lab`: a rack of QEMU guests that boot from the network for real, through a real Cobbler.
//!
//! It is two processes of this program. The outer one prepares what needs the machine's own network
//! (packages, the installer's image, Cobbler) and then runs the inner one in namespaces of its own: there
//! are the bridge, dnsmasq, Cobbler, the controllers, the guests and the service, and when the inner one
//! ends, however it ends, the kernel ends all of it.

mod files;
mod inside;
mod prepare;
mod wishes;
mod world;

use std::path::PathBuf;
use std::process::Stdio;

use cimc_sim::QemuFirmware;
use clap::{Args, ValueEnum};
use tokio::process::Command;

use super::exit::{Exit, Failure, Outcome};
use super::sim::rack::MIX;
use super::{Global, interrupt, output};
use files::Folder;

#[derive(Debug, Args)]
pub(super) struct LabArgs {
    /// How many servers; each is a virtual machine that keeps a core busy while it installs
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    nodes: u16,
    /// Install all, print a summary and end; 0 only if every node is active
    #[arg(long)]
    once: bool,
    /// Set everything up and install nothing: for other clients
    #[arg(long, conflicts_with = "once")]
    idle: bool,
    /// The firmware of the servers' controllers, or `mix`
    #[arg(long, value_name = "V", default_value = MIX)]
    firmware: String,
    /// How the servers boot; `mix` is BIOS and UEFI in turn
    #[arg(long, value_name = "MODE", value_enum, default_value_t = BootModes::Mix)]
    boot_mode: BootModes,
    /// Where everything is kept: what is built stays for the next time, the rack doesn't
    #[arg(long, value_name = "DIR", default_value = "/var/tmp/ferric-lab")]
    dir: PathBuf,
    /// The memory of a server in MiB
    #[arg(long, value_name = "MIB", default_value_t = 512, value_parser = clap::value_parser!(u32).range(256..))]
    memory: u32,
    /// How long the service waits for a word of an installer before it gives the installation up
    #[arg(long, value_name = "S", default_value_t = 900)]
    silence: u32,
    /// Run as the process inside the namespaces; the outer process gives this
    #[arg(long, hide = true)]
    inside: bool,
}

/// The boot modes of a rack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BootModes {
    Bios,
    Uefi,
    Mix,
}

impl BootModes {
    /// That of the server of this number.
    fn of(self, index: usize) -> QemuFirmware {
        match self {
            Self::Bios => QemuFirmware::Bios,
            Self::Uefi => QemuFirmware::Uefi,
            Self::Mix if index.is_multiple_of(2) => QemuFirmware::Bios,
            Self::Mix => QemuFirmware::Uefi,
        }
    }
}

pub(super) async fn run(global: &Global, args: LabArgs) -> Outcome {
    if args.inside {
        return inside::run(global, &args, &Folder::new(&args.dir)?).await;
    }
    prepare::check().await?;
    let folder = Folder::new(&args.dir)?;
    let _lock = folder.lock()?;
    prepare::build(&folder).await?;
    enter(&folder).await
}

/// Runs the inner process in namespaces of its own, and ends as it ends.
async fn enter(folder: &Folder) -> Outcome {
    let failed = |error: std::io::Error| {
        Failure::cannot_start(format!("the lab's process can't be started: {error}"))
    };
    let stop = interrupt::watch();
    let mut command = Command::new("unshare");
    command
        .args([
            "--net",
            "--pid",
            "--mount",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "--",
        ])
        .arg(std::env::current_exe().map_err(failed)?)
        .args(std::env::args_os().skip(1))
        .arg("--inside")
        // Its end tells the inner process that this one is gone, whatever ended it.
        .stdin(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(failed)?;
    if let Some(pid) = child.id() {
        folder.write("pid", &format!("{pid}\n"))?;
    }
    let pipe = child.stdin.take();
    let status = tokio::select! {
        status = child.wait() => status,
        () = stop.cancelled() => {
            drop(pipe);
            child.wait().await
        }
    };
    Ok(match status.map_err(failed)?.code() {
        Some(0) => Exit::Done,
        Some(1) => Exit::NodeFailed,
        Some(2) => Exit::Usage,
        Some(130) => Exit::Interrupted,
        Some(3) => Exit::CannotStart,
        _ => {
            output::note("error: the lab's process was killed");
            Exit::CannotStart
        }
    })
}
