//! `--backend qemu`: QEMU guests behind the controllers.

use std::path::PathBuf;

use cimc_sim::{QemuAccel, QemuFirmware, QemuSpec};
use clap::{Args, ValueEnum};

/// What the guests are like. Without a bridge they are in a network of QEMU's own.
#[derive(Debug, Args)]
#[command(next_help_heading = "QEMU guests (--backend qemu)")]
pub(super) struct QemuArgs {
    /// Where the guests keep disks, logs and sockets, each in a directory of its own; kept, and used
    /// again the next time
    #[arg(long, value_name = "DIR", required_if_eq("backend", "qemu"))]
    qemu_dir: Option<PathBuf>,
    /// Memory of each guest
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(32..))]
    qemu_memory: u32,
    /// The disk of each guest, which takes no more room than is written; 0 for none
    #[arg(long, value_name = "GIB", default_value_t = 8)]
    qemu_disk: u32,
    /// The bridge that the guests' first network port is plugged into (takes root); without one it
    /// is in a network of QEMU's own, with nothing to boot from
    #[arg(long, value_name = "NAME")]
    qemu_bridge: Option<String>,
    /// The firmware [default: uefi where the simulated model knows nothing else, else bios]
    #[arg(long, value_name = "FIRMWARE", value_enum)]
    qemu_firmware: Option<Firmware>,
    /// How the processor is made: tcg works everywhere; kvm only where the host's /dev/kvm runs the
    /// guest's kernel, which in virtual machines it may not
    #[arg(long, value_name = "ACCEL", value_enum, default_value_t = Accel::Tcg)]
    qemu_accel: Accel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Firmware {
    Bios,
    Uefi,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Accel {
    Tcg,
    Kvm,
}

impl QemuArgs {
    /// The guest that the flags describe, if they name a place for it.
    pub(super) fn spec(&self) -> Option<QemuSpec> {
        Some(QemuSpec {
            memory_mib: self.qemu_memory,
            disk_gib: self.qemu_disk,
            bridge: self.qemu_bridge.clone(),
            firmware: self.qemu_firmware.map(|firmware| match firmware {
                Firmware::Bios => QemuFirmware::Bios,
                Firmware::Uefi => QemuFirmware::Uefi,
            }),
            accel: match self.qemu_accel {
                Accel::Tcg => QemuAccel::Tcg,
                Accel::Kvm => QemuAccel::Kvm,
            },
            ..QemuSpec::new(self.qemu_dir.as_ref()?)
        })
    }
}
