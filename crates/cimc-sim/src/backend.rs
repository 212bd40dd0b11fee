//! The seam between a controller and the machine it controls.
//!
//! A [`Backend`] is the machine seen from its controller: the model in [`crate::machine`], or a
//! virtual machine. A [`Board`] is the controller seen from the machine: it holds the boot order.
//! No method blocks or waits; a back end does its work in tasks of its own.

use std::fmt::Debug;

use serde::Serialize;

/// A machine that a controller switches on and off.
pub trait Backend: Debug + Send + Sync {
    /// Power arrives. The machine begins POST: it calls [`Board::begin_post`].
    fn power_on(&self);
    /// Power goes, at once, whatever the machine is doing.
    fn power_off(&self);
    /// The ACPI power button. Only a running OS obeys; it calls [`Board::powered_down`] when down.
    fn soft_off(&self);
    /// Reset while powered: POST again.
    fn reset(&self);
    /// A non-maskable interrupt (`diagnostic-interrupt`).
    fn interrupt(&self);
}

/// What a machine gets from, and tells, its controller.
pub trait Board: Debug + Send + Sync {
    /// POST begins: the configured boot order becomes the actual one, a one-time device is used up.
    fn begin_post(&self) -> BootPlan;
    /// POST is over (`biosPostState` completed).
    fn end_post(&self);
    /// The machine has booted from a device.
    fn booted(&self, device: BootDevice);
    /// The machine has switched itself off.
    fn powered_down(&self);
}

/// What the firmware tries after POST.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BootPlan {
    /// The devices in the order of trying; a one-time device comes first.
    pub targets: Vec<BootTarget>,
    /// The BIOS set-up menu was asked for: nothing boots.
    pub setup: bool,
    /// The configured mode; None on a release that has no such setting, or whose setting is none.
    pub mode: Option<BootMode>,
}

/// How the firmware boots (`configuredBootMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootMode {
    /// As a BIOS: boot sectors and option ROMs.
    Legacy,
    /// As UEFI: programs on an EFI system partition.
    Uefi,
}

/// One entry of a boot order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootTarget {
    /// The kind of device.
    pub device: BootDevice,
    /// Its name in the boot order; the type for legacy orders.
    pub name: String,
    /// For a network device: the MAC address (lower case) of the port, if the order names a port.
    pub mac: Option<String>,
}

/// A kind of boot device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BootDevice {
    /// PXE on a network port.
    Network,
    /// A local disk.
    Disk,
    /// A CD, virtual or local. The simulated drives are empty.
    Cdrom,
    /// Anything else (USB, SAN, a shell). Never boots in the model.
    Other,
}
