//! What is done before the namespaces are entered, with the machine's own network.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::files::Folder;
use crate::cli::exit::Failure;
use crate::cli::output;

/// The Debian packages of all that runs: the build, the guests, the network, Cobbler.
const PACKAGES: &[&str] = &[
    "busybox-static",
    "cpio",
    "debootstrap",
    "fdisk",
    "grub-common",
    "grub-efi-amd64-bin",
    "kmod",
    "pxelinux",
    "rsync",
    "syslinux",
    "syslinux-common",
    "qemu-system-x86",
    "ipxe-qemu",
    "ovmf",
    "seabios",
    "dnsmasq-base",
    "iproute2",
    "openssh-client",
    "gcc",
    "libmagic1",
    "python3-dev",
    "python3-venv",
];

/// Looks whether the lab can run here.
pub(super) async fn check() -> Result<(), Failure> {
    if !is_root() {
        return Err(Failure::cannot_start(
            "the lab needs root, for network namespaces, a bridge and debootstrap; run it as: sudo ferric lab",
        ));
    }
    if !succeeds(&["unshare", "--net", "--pid", "--mount", "--fork", "true"]).await {
        return Err(Failure::cannot_start(
            "this system allows no namespaces (unshare --net --pid --mount), as some containers don't; run the lab on \
             a machine or a virtual machine of its own, or in a container with --privileged",
        ));
    }
    if !succeeds(&["dpkg-query", "--version"]).await {
        return Err(Failure::cannot_start(
            "this is not a Debian system: the lab's machines are made of Debian's packages",
        ));
    }
    let mut missing = Vec::new();
    for package in PACKAGES {
        if !succeeds(&["dpkg", "--status", package]).await {
            missing.push(*package);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::cannot_start(format!(
        "Debian packages are missing; install them with:\n    apt-get install --no-install-recommends {}",
        missing.join(" ")
    )))
}

/// Builds the image and installs Cobbler, where that is not done yet.
pub(super) async fn build(folder: &Folder) -> Result<(), Failure> {
    folder.clear_run()?;
    folder.write_scripts()?;
    output::line("The installer's image, from Debian's packages (the first time some minutes):");
    run(Command::new(folder.script("lab/build.sh")).arg(folder.image())).await?;
    output::line("Cobbler, from the Python package index:");
    run(cobbler_script(folder).arg("install")).await
}

/// The script that has the real Cobbler.
pub(super) fn cobbler_script(folder: &Folder) -> Command {
    let mut command = Command::new(folder.script("tests/cobbler/real-cobbler.sh"));
    // Tests have one already.
    if std::env::var_os("REAL_COBBLER_CACHE").is_none() {
        command.env("REAL_COBBLER_CACHE", folder.cobbler());
    }
    command
}

/// Runs a command whose output is for the person who waits.
async fn run(command: &mut Command) -> Result<(), Failure> {
    let name = Path::new(command.as_std().get_program())
        .display()
        .to_string();
    let status = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await;
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::cannot_start(format!(
            "{name} failed; what it said is above"
        ))),
        Err(error) => Err(Failure::cannot_start(format!(
            "{name} can't be run: {error}"
        ))),
    }
}

async fn succeeds(command: &[&str]) -> bool {
    let Some((program, arguments)) = command.split_first() else {
        return false;
    };
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .is_ok_and(|status| status.success())
}

/// The effective user is the second of the line `Uid:`.
fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    effective_user(&status) == Some(0)
}

fn effective_user(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_who_acts_as_root() {
        assert_eq!(effective_user("Name:\tx\nUid:\t1000\t0\t0\t0\n"), Some(0));
        assert_eq!(effective_user("Uid:\t1000\t1000\t1000\t1000\n"), Some(1000));
        assert_eq!(effective_user("Name:\tx\n"), None);
    }
}
