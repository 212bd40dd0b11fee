//! What is known of a machine from outside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::backend::BootDevice;

/// What a machine is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No power.
    Off,
    /// Power-on self test.
    Post,
    /// In the BIOS set-up menu.
    Setup,
    /// Trying to boot from the network.
    NetworkBoot,
    /// The boot loader on disk is starting the OS.
    DiskBoot,
    /// The OS on disk runs.
    OsUp,
    /// Nothing bootable was found.
    NoBootableDevice,
    /// The installer runs, in this part.
    Installing(InstallPart),
    /// The installer waits for a person who isn't there; why.
    InstallerStuck(String),
    /// Stopped with power on.
    Halted,
    /// A rescue system runs from memory; the disk is as it was.
    Rescue,
}

/// The parts of an install, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InstallPart {
    /// The `%pre` scripts.
    Pre,
    /// The commands: partitions are made, the old contents are gone.
    Partitioning,
    /// The packages.
    Packages,
    /// The `%post` scripts.
    Post,
}

/// What is on the disk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disk {
    /// Nothing that boots.
    #[default]
    Empty,
    /// A finished install.
    Installed(InstalledSystem),
    /// The disk image of a QEMU guest. Nobody looks into it.
    Image,
}

/// A finished install.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstalledSystem {
    /// The name of the Cobbler system.
    pub system: String,
    /// The name of its Cobbler profile.
    pub profile: String,
    /// The host name given in Cobbler.
    pub hostname: String,
    /// The answer file as Cobbler rendered it.
    pub autoinstall: String,
    /// The lines of `%packages`.
    pub packages: Vec<String>,
}

impl InstalledSystem {
    /// A system that was there before anybody looked.
    pub(crate) fn unknown() -> Self {
        Self {
            system: "unknown".to_owned(),
            profile: String::new(),
            hostname: String::new(),
            autoinstall: String::new(),
            packages: Vec::new(),
        }
    }
}

/// How often things have happened to a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Installers that began to work on an answer file.
    pub installs_started: u32,
    /// Installs that came to their end. More than one for one deployment is a reinstall loop.
    pub installs_finished: u32,
    /// Rescue systems that came up.
    pub rescues: u32,
    /// Boots by device that found something to boot.
    pub boots: BTreeMap<BootDevice, u32>,
    /// Network boot attempts, successful or not.
    pub network_attempts: u32,
    /// Non-maskable interrupts.
    pub interrupts: u32,
    /// Links in scripts that could not be called.
    pub reports_failed: u32,
}

/// A machine at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MachineState {
    /// What it is doing.
    pub phase: Phase,
    /// What is on its disk.
    pub disk: Disk,
    /// How often things have happened.
    pub counters: Counters,
    /// What `ferric_fetch` has fetched in the newest install, by file name.
    pub fetched: BTreeMap<String, String>,
    /// Below which link the installed system reports its first boot from disk.
    #[serde(skip)]
    pub first_boot: Option<String>,
}

impl MachineState {
    pub(crate) fn new(disk: Disk) -> Self {
        Self {
            phase: Phase::Off,
            disk,
            counters: Counters::default(),
            fetched: BTreeMap::new(),
            first_boot: None,
        }
    }
}

/// How a machine misbehaves. QEMU guests know the first two, from their next boot on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// DHCP never answers: every network boot fails.
    NoDhcp,
    /// Always tries the network first, whatever the boot order says.
    IgnoresBootOrder,
    /// What answers its network boot hands out the installer of a system whose netboot is off, as a
    /// second boot server with old files does.
    StaleNetboot,
    /// The installer stops before `%pre`.
    HangsBeforePre,
    /// The server resets itself in the middle of the packages, without a word.
    ResetsInPackages,
    /// No report of the installer or the installed system arrives; fetches and Cobbler's own services
    /// do.
    CannotReport,
    /// The installer fails in the middle of the packages: `%onerror`, then halt.
    FailsInPackages,
}
