//! What a guest is to be, and why there is none.

use std::io;
use std::path::PathBuf;

use serde::Serialize;

use crate::backend::BootMode;
use crate::personality::Personality;

/// The program, as Debian and most other distributions name it.
const PROGRAM: &str = "qemu-system-x86_64";

/// A QEMU guest in the place of a model machine. Begin with [`QemuSpec::new`] and change what
/// differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QemuSpec {
    /// Where guests live: each has a directory named like its controller, for its disk, its logs
    /// and its sockets. What is there is kept and used again.
    pub dir: PathBuf,
    /// Memory in MiB. The controller's inventory reports its usual 128 GiB whatever this is.
    pub memory_mib: u32,
    /// The size of the disk in GiB, taken as it is written; 0 for a machine without a disk. A
    /// disk that is there already keeps its size and contents.
    pub disk_gib: u32,
    /// The bridge that the network ports are plugged into. Without one they are in a network of
    /// QEMU's own, with an address by DHCP and nothing to boot from.
    pub bridge: Option<String>,
    /// How many of the machine's four ports have a cable, the first mainboard port first. The
    /// guest sees the others without a link, and no firmware boots from them.
    pub cables: usize,
    /// The firmware to begin with; without one, UEFI where the simulated model knows nothing else,
    /// else BIOS. The controller has the boot mode that goes with it, and where it is given another
    /// one, the next POST is of that.
    pub firmware: Option<QemuFirmware>,
    /// How the guest's processor is made.
    pub accel: QemuAccel,
    /// The program to run: a name to be found on the PATH, or a path.
    pub program: PathBuf,
}

impl QemuSpec {
    /// A guest with 1 GiB of memory and a disk of 8 GiB, one cable into QEMU's own network.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            memory_mib: 1024,
            disk_gib: 8,
            bridge: None,
            cables: 1,
            firmware: None,
            accel: QemuAccel::default(),
            program: PathBuf::from(PROGRAM),
        }
    }

    /// The firmware that a guest of this model begins with.
    pub(crate) fn firmware(&self, personality: &Personality) -> QemuFirmware {
        self.firmware.unwrap_or(match personality.fixed_boot_mode {
            true => QemuFirmware::Uefi,
            false => QemuFirmware::Bios,
        })
    }
}

/// The firmware of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QemuFirmware {
    /// SeaBIOS on QEMU's `pc` machine.
    Bios,
    /// OVMF on QEMU's `q35` machine, with variables of the guest's own.
    Uefi,
}

impl QemuFirmware {
    /// As the controller calls it.
    pub(crate) fn mode(self) -> BootMode {
        match self {
            Self::Bios => BootMode::Legacy,
            Self::Uefi => BootMode::Uefi,
        }
    }
}

/// How a guest's processor is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QemuAccel {
    /// By translation: slow, and works everywhere.
    #[default]
    Tcg,
    /// By the host's processor through `/dev/kvm`. Never chosen by itself: where a virtual
    /// machine offers the device, common guest kernels may not run on it, or a hundred times
    /// slower than with TCG, and opening it tells nothing.
    Kvm,
}

/// Why a guest can't be had.
#[derive(Debug, thiserror::Error)]
pub enum QemuError {
    /// QEMU is not there.
    #[error(
        "{} is not installed, or not on the PATH; Debian has it in qemu-system-x86, with the boot \
         ROMs in ipxe-qemu and seabios: apt-get install qemu-system-x86 ipxe-qemu seabios",
        program.display()
    )]
    NoProgram {
        /// What was looked for.
        program: PathBuf,
    },
    /// UEFI firmware is not there.
    #[error(
        "UEFI firmware for guests is not installed; Debian has it in ovmf: apt-get install ovmf"
    )]
    NoUefi,
    /// The processor can't be had.
    #[error(
        "/dev/kvm can't be opened: without KVM guests run by translation (tcg), which is the default"
    )]
    NoKvm(#[source] io::Error),
    /// A directory or file of the guest can't be made.
    #[error("{what} {} can't be made", path.display())]
    Make {
        /// What it is: a directory, a disk of 8 GiB.
        what: String,
        /// Its path.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The paths of the sockets are longer than the system takes.
    #[error(
        "{} is too long for a socket: {length} bytes where {limit} are allowed; choose a directory \
         with a shorter path",
        path.display()
    )]
    PathTooLong {
        /// The socket.
        path: PathBuf,
        /// The bytes of its path.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Another process has the guest.
    #[error(
        "{} belongs to a simulator that is running: end it, or choose another directory",
        path.display()
    )]
    InUse {
        /// The guest's directory.
        path: PathBuf,
    },
    /// The bridge is not there.
    #[error(
        "there is no bridge {name}: ip link add {name} type bridge && ip link set {name} up makes one"
    )]
    NoBridge {
        /// What was looked for.
        name: String,
    },
    /// Ports can't be made.
    #[error(
        "no permission to plug guests into {bridge}: that takes root (CAP_NET_ADMIN); without a \
         bridge guests are in a network of QEMU's own"
    )]
    NoNetAdmin {
        /// The bridge.
        bridge: String,
    },
    /// QEMU can't be started.
    #[error("starting {} failed", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// QEMU ended before it was asked to.
    #[error("QEMU ended as it started; it said: {said}")]
    Ended {
        /// The last lines of its error output.
        said: String,
    },
    /// QEMU doesn't do what it is told by its control socket (QMP).
    #[error("QEMU didn't carry out {command}")]
    Qmp {
        /// The command.
        command: String,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
}
