//! What stands around the service inside the namespaces: network, Cobbler, repository, servers.

use std::ffi::OsString;
use std::fs::File;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use cimc_sim::{ControllerSpec, QemuSpec, Rack, RackSpec, Timing};
use tokio::process::{Child, Command};

use super::LabArgs;
use super::files::Folder;
use super::prepare::cobbler_script;
use crate::cli::exit::Failure;
use crate::cli::sim::rack::{controllers, start_rack};
use crate::cli::sim::{lab_name, needs_command_line};

/// The bridge that the guests are plugged into, as `network.sh` names it.
const BRIDGE: &str = "lab0";
/// The bridge's address: DHCP, TFTP, Cobbler, repository and service are there. The network exists in
/// the namespace alone.
pub(super) const ADDRESS: Ipv4Addr = Ipv4Addr::new(172, 31, 250, 1);
/// The distro that Cobbler's owner would have imported.
pub(super) const DISTRO: &str = "lab-x86_64";
/// Where cobblerd sees the distro's files.
const FILES_IN_COBBLER: &str = "/var/www/cobbler/distro_mirror/lab";
const REPOSITORY_PORT: u16 = 8080;
const COBBLER_PORT: u16 = 80;
const START_LIMIT: Duration = Duration::from_secs(120);
/// Guests take their own time; only the controllers' part is played.
const PACE: f64 = 0.05;

/// All of it, running.
pub(super) struct World {
    pub(super) rack: Rack,
    pub(super) cobbler_api: String,
    /// dnsmasq and the repository: they end with this.
    _programs: Vec<Child>,
}

impl World {
    pub(super) async fn start(args: &LabArgs, folder: &Folder) -> Result<Self, Failure> {
        let cobbler_root = folder.run().join("cobbler/root");
        let tftp = cobbler_root.join("tftp");
        std::fs::create_dir_all(&tftp).map_err(|error| cannot("Cobbler's TFTP folder", &error))?;
        let network = background(
            Command::new(folder.script("lab/network.sh"))
                .arg(folder.run())
                .arg(&tftp)
                .arg(ADDRESS.to_string()),
            &folder.run().join("network.log"),
        )?;
        wait_for_address().await?;
        let cobbler_api = start_cobbler(folder, &cobbler_root).await?;
        let repository = background(
            Command::new("python3")
                .args(["-u", "-m", "http.server", "--bind", &ADDRESS.to_string()])
                .arg("--directory")
                .arg(folder.image().join("repo"))
                .arg(REPOSITORY_PORT.to_string()),
            &folder.run().join("repository.log"),
        )?;
        folder.write("repository.pid", &own_pid(&repository))?;
        let rack = start_servers(args, folder).await?;
        folder.write("hosts/lab", &leases(&rack))?;
        Ok(Self {
            rack,
            cobbler_api,
            _programs: vec![network, repository],
        })
    }
}

/// As the namespace counts it.
fn own_pid(child: &Child) -> String {
    child.id().map_or_else(String::new, |pid| pid.to_string())
}

/// The address of the server of that number.
pub(super) fn address(index: usize) -> Ipv4Addr {
    let last = u8::try_from(index).unwrap_or(u8::MAX).saturating_add(11);
    Ipv4Addr::new(172, 31, 250, last)
}

/// What dnsmasq reads: the first port of each server has its cable.
fn leases(rack: &Rack) -> String {
    rack.controllers()
        .iter()
        .enumerate()
        .filter_map(|(index, controller)| {
            let mac = controller.macs().first()?.to_lowercase();
            Some(format!("{mac},{},{}\n", address(index), lab_name(index)))
        })
        .collect()
}

async fn start_servers(args: &LabArgs, folder: &Folder) -> Result<Rack, Failure> {
    let mut specs: Vec<ControllerSpec> = controllers(&args.firmware, usize::from(args.nodes))?;
    for (index, spec) in specs.iter_mut().enumerate() {
        // What their XML API can't do, their command line can.
        if needs_command_line(spec.personality) {
            spec.ssh = Some(0);
        }
        spec.qemu = Some(QemuSpec {
            memory_mib: args.memory,
            disk_gib: 4,
            bridge: Some(BRIDGE.to_owned()),
            firmware: Some(args.boot_mode.of(index)),
            ..QemuSpec::new(folder.run().join("servers"))
        });
    }
    start_rack(RackSpec {
        listen_ip: IpAddr::V4(ADDRESS),
        timing: Timing::default().scaled(PACE),
        admin: Some((ADDRESS, ADMIN_PORT).into()),
        ..RackSpec::new(specs)
    })
    .await
}

/// Where the controllers tell what the servers do and take faults.
pub(super) const ADMIN_PORT: u16 = 9000;

/// Cobbler's usual first login; this one can be reached from the lab alone.
pub(super) const COBBLER_USER: &str = "cobbler";
/// Its password.
pub(super) const COBBLER_PASSWORD: &str = "cobbler";

async fn start_cobbler(folder: &Folder, root: &Path) -> Result<String, Failure> {
    let log = log_file(&folder.run().join("cobbler.log"))?;
    let output = cobbler_script(folder)
        .env("REAL_COBBLER_PASSWORD", COBBLER_PASSWORD)
        .env("PATH", with_programs(folder))
        .args(["start", "--empty", "--address", &ADDRESS.to_string()])
        .args(["--http-port", &COBBLER_PORT.to_string(), "--dir"])
        .arg(folder.run().join("cobbler"))
        .stdin(Stdio::null())
        .stdout(
            log.try_clone()
                .map_err(|error| cannot("cobbler.log", &error))?,
        )
        .stderr(log)
        .status()
        .await;
    let api = format!("http://{ADDRESS}:{COBBLER_PORT}/cobbler_api");
    match output {
        Ok(status) if status.success() => {}
        _ => return Err(failed("Cobbler did not start", folder, "cobbler.log")),
    }
    let files = root.join("www/distro_mirror/lab");
    for file in ["vmlinuz", "initrd.img"] {
        std::fs::create_dir_all(&files)
            .and_then(|()| std::fs::copy(folder.image().join(file), files.join(file)))
            .map_err(|error| cannot("the distro's files", &error))?;
    }
    let tree = format!("http://{ADDRESS}:{REPOSITORY_PORT}");
    let log = log_file(&folder.run().join("cobbler-setup.log"))?;
    let added = Command::new("python3")
        .arg(folder.script("lab/cobbler.py"))
        .args([&api, COBBLER_USER, COBBLER_PASSWORD, DISTRO])
        .arg(format!("{FILES_IN_COBBLER}/vmlinuz"))
        .arg(format!("{FILES_IN_COBBLER}/initrd.img"))
        .arg(tree)
        .stdin(Stdio::null())
        .stderr(log)
        .status()
        .await;
    match added {
        Ok(status) if status.success() => Ok(api),
        _ => Err(failed(
            "Cobbler did not make its boot loaders or take the distro",
            folder,
            "cobbler-setup.log",
        )),
    }
}

/// The PATH of cobblerd, which calls some programs by other names than Debian's.
fn with_programs(folder: &Folder) -> OsString {
    let mut path = folder.image().join("bin").into_os_string();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    path
}

/// A socket of that address can be had only when the bridge has it.
async fn wait_for_address() -> Result<(), Failure> {
    let start = Instant::now();
    while std::net::TcpListener::bind((ADDRESS, 0)).is_err() {
        if start.elapsed() > START_LIMIT {
            return Err(Failure::cannot_start(
                "the lab's bridge did not come up; see network.log in its folder",
            ));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// A program that ends when its handle is dropped.
fn background(command: &mut Command, log: &Path) -> Result<Child, Failure> {
    let name = command
        .as_std()
        .get_program()
        .to_string_lossy()
        .into_owned();
    let file = log_file(log)?;
    let errors = file.try_clone().map_err(|error| cannot(&name, &error))?;
    command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| cannot(&name, &error))
}

fn log_file(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| cannot(&path.display().to_string(), &error))
}

fn cannot(what: &str, error: &std::io::Error) -> Failure {
    Failure::cannot_start(format!("{what} can't be had: {error}"))
}

fn failed(what: &str, folder: &Folder, log: &str) -> Failure {
    let last = folder.read(log).unwrap_or_default();
    let last = last.lines().last().unwrap_or_default();
    Failure::cannot_start(format!(
        "{what}: {last} (see {})",
        folder.run().join(log).display()
    ))
}
