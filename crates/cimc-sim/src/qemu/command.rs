//! The command line of a guest, for one boot.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::backend::{BootDevice, BootPlan};
use crate::identity::Identity;

use super::home::Home;
use super::spec::{QemuAccel, QemuSpec};

/// What a guest is, whatever it boots.
#[derive(Debug)]
pub(super) struct Description {
    /// The name of its controller.
    pub(super) name: String,
    pub(super) model: &'static str,
    pub(super) identity: Identity,
    pub(super) spec: QemuSpec,
}

/// A device that firmware can boot from: its id in QEMU.
const DISK: &str = "disk0";

fn nic(number: usize) -> String {
    format!("nic{number}")
}

/// The ids of the devices that a plan means, in its order. Empty if it means none.
pub(super) fn boot_order(machine: &Description, plan: &BootPlan) -> Vec<String> {
    let mut order = Vec::new();
    if plan.setup {
        return order;
    }
    for target in &plan.targets {
        match target.device {
            BootDevice::Network => {
                let ports = machine.identity.macs.iter().enumerate();
                let meant = |(_, mac): &(usize, &String)| {
                    target.mac.as_ref().is_none_or(|named| named == *mac)
                };
                order.extend(
                    ports
                        .take(machine.spec.cables)
                        .filter(meant)
                        .map(|(number, _)| nic(number)),
                );
            }
            BootDevice::Disk if machine.spec.disk_gib > 0 => order.push(DISK.to_owned()),
            // There are no drives, and nothing else is connected.
            BootDevice::Disk | BootDevice::Cdrom | BootDevice::Other => {}
        }
    }
    let mut seen = HashSet::new();
    order.retain(|device| seen.insert(device.clone()));
    order
}

/// The ids of the ports without a cable.
pub(super) fn unplugged(machine: &Description) -> impl Iterator<Item = String> {
    (machine.spec.cables..machine.identity.macs.len()).map(nic)
}

/// What differs from one boot to the next.
#[derive(Debug)]
pub(super) struct Start {
    /// The ids of the devices to boot from, in this order.
    pub(super) order: Vec<String>,
    /// Whether somebody may answer on the network.
    pub(super) dhcp: bool,
    /// The code of the UEFI firmware; None for a BIOS.
    pub(super) ovmf: Option<PathBuf>,
}

/// The arguments of a guest for one boot. It begins stopped, stops when it wants to reboot or to
/// switch itself off, and says so on its control socket.
pub(super) fn arguments(machine: &Description, home: &Home, start: &Start) -> Vec<OsString> {
    let Start { order, dhcp, ovmf } = start;
    let spec = &machine.spec;
    let Identity {
        serial, uuid, macs, ..
    } = &machine.identity;
    let mut line = Line::default();
    line.add("-name", &machine.name);
    line.add("-machine", if ovmf.is_some() { "q35" } else { "pc" });
    match spec.accel {
        QemuAccel::Tcg => line.add("-accel", "tcg,thread=multi"),
        QemuAccel::Kvm => {
            line.add("-accel", "kvm");
            line.add("-cpu", "host");
        }
    }
    line.add("-m", spec.memory_mib.to_string());
    for plain in ["-nodefaults", "-S", "-no-reboot", "-no-shutdown"] {
        line.0.push(plain.into());
    }
    line.add("-display", "none");
    line.add("-vga", "none");
    // Nothing is booted but what the order names.
    line.add("-boot", "strict=on");
    line.add("-uuid", uuid);
    line.add(
        "-smbios",
        format!(
            "type=1,manufacturer=Cisco Systems Inc,product={},serial={serial},uuid={uuid}",
            machine.model
        ),
    );
    let index = |device: &str| match order.iter().position(|d| d == device) {
        Some(position) => format!(",bootindex={}", position + 1),
        None => String::new(),
    };
    if spec.disk_gib > 0 {
        // Unsafe only if the host crashes: a killed QEMU has left everything to the host.
        line.add(
            "-drive",
            format!(
                "if=none,id=drive0,format=raw,cache=unsafe,discard=unmap,file={}",
                quoted(&home.disk())
            ),
        );
        line.add(
            "-device",
            format!("virtio-blk-pci,drive=drive0,id={DISK}{}", index(DISK)),
        );
    }
    for (number, mac) in macs.iter().enumerate() {
        let id = nic(number);
        let plugged = number < spec.cables;
        line.add(
            "-netdev",
            match &spec.bridge {
                Some(_) if plugged && *dhcp => format!(
                    "tap,id=net{number},ifname={}n{number},script={},downscript=no",
                    machine.name,
                    quoted(&home.plug())
                ),
                None if plugged && *dhcp => format!("user,id=net{number}"),
                // A switch with nobody else on it.
                _ => format!("hubport,id=net{number},hubid={number}"),
            },
        );
        let rom = if plugged { "" } else { ",romfile=" };
        line.add(
            "-device",
            format!(
                "virtio-net-pci,netdev=net{number},id={id},mac={mac}{rom}{}",
                index(&id)
            ),
        );
    }
    line.add("-device", "virtio-rng-pci");
    line.add(
        "-chardev",
        format!(
            "socket,id=console,path={},server=on,wait=off,logfile={},logappend=on",
            quoted(&home.console()),
            quoted(&home.serial_log())
        ),
    );
    line.add("-serial", "chardev:console");
    line.add(
        "-chardev",
        format!(
            "file,id=firmware,append=on,path={}",
            quoted(&home.firmware_log())
        ),
    );
    line.add("-device", "isa-debugcon,iobase=0x402,chardev=firmware");
    if let Some(code) = ovmf {
        line.add(
            "-drive",
            format!(
                "if=pflash,format=raw,unit=0,readonly=on,file={}",
                quoted(code)
            ),
        );
        line.add(
            "-drive",
            format!(
                "if=pflash,format=raw,unit=1,file={}",
                quoted(&home.variables())
            ),
        );
    }
    line.add(
        "-qmp",
        format!("unix:{},server=on,wait=off", quoted(&home.control())),
    );
    line.0
}

#[derive(Default)]
struct Line(Vec<OsString>);

impl Line {
    fn add(&mut self, option: &str, value: impl Into<OsString>) {
        self.0.extend([option.into(), value.into()]);
    }
}

/// A path as a value of QEMU's options, where a comma is written twice.
fn quoted(path: &Path) -> String {
    path.to_string_lossy().replace(',', ",,")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::BootTarget;
    use crate::qemu::spec::QemuFirmware;

    fn machine(spec: QemuSpec) -> Description {
        Description {
            name: "cimc0007".to_owned(),
            model: "UCSC-C220-M4S",
            identity: Identity::new(7),
            spec,
        }
    }

    fn target(device: BootDevice, mac: Option<&str>) -> BootTarget {
        BootTarget {
            device,
            name: String::new(),
            mac: mac.map(str::to_owned),
        }
    }

    fn order(spec: QemuSpec, targets: Vec<BootTarget>) -> Vec<String> {
        let setup = false;
        let plan = BootPlan {
            targets,
            setup,
            mode: None,
        };
        boot_order(&machine(spec), &plan)
    }

    #[test]
    fn an_order_names_what_is_there_once_and_in_its_order() {
        let all = vec![
            target(BootDevice::Cdrom, None),
            target(BootDevice::Network, Some("00:25:b5:00:07:01")),
            target(BootDevice::Disk, None),
            target(BootDevice::Network, None),
            target(BootDevice::Other, None),
        ];
        let two = QemuSpec {
            cables: 2,
            ..QemuSpec::new("/x")
        };
        assert_eq!(order(two, all.clone()), ["nic1", "disk0", "nic0"]);
        assert_eq!(order(QemuSpec::new("/x"), all.clone()), ["disk0", "nic0"]);
        let diskless = QemuSpec {
            disk_gib: 0,
            ..QemuSpec::new("/x")
        };
        assert_eq!(order(diskless, all.clone()), ["nic0"]);
        let plan = BootPlan {
            targets: all,
            setup: true,
            mode: None,
        };
        assert!(boot_order(&machine(QemuSpec::new("/x")), &plan).is_empty());
    }

    /// The arguments of a guest in a directory whose name has a comma in it, one option a line.
    fn line(change: impl FnOnce(&mut QemuSpec), order: &[&str], dhcp: bool) -> String {
        line_with(change, order, dhcp, None)
    }

    fn line_with(
        change: impl FnOnce(&mut QemuSpec),
        order: &[&str],
        dhcp: bool,
        ovmf: Option<PathBuf>,
    ) -> String {
        let parent = tempfile::tempdir().unwrap();
        let mut spec = QemuSpec {
            program: "/bin/sh".into(),
            ..QemuSpec::new(parent.path().join("a,b"))
        };
        let home = Home::prepare(&spec, "cimc0007", QemuFirmware::Bios).unwrap();
        change(&mut spec);
        let start = Start {
            order: order.iter().map(|id| (*id).to_owned()).collect(),
            dhcp,
            ovmf,
        };
        let words = arguments(&machine(spec), &home, &start);
        let words: Vec<_> = words.iter().map(|word| word.to_str().unwrap()).collect();
        words.join(" ").replace(" -", "\n-")
    }

    #[test]
    fn a_guest_is_what_its_controller_says_it_is() {
        let line = line(|_| {}, &["nic0", "disk0"], true);
        for part in [
            "-uuid 4A42480B-345D-4CD0-8824-000000000007\n",
            "product=UCSC-C220-M4S,serial=FCH1900V007,",
            "mac=00:25:b5:00:07:00,bootindex=1\n",
            "mac=00:25:b5:00:07:03,romfile=\n",
            "id=disk0,bootindex=2\n",
            "/a,,b/cimc0007/disk.img\n",
            "-netdev user,id=net0\n",
            "-netdev hubport,id=net1,hubid=1\n",
            "-accel tcg,thread=multi\n",
        ] {
            assert!(line.contains(part), "{part} in {line}");
        }
    }

    #[test]
    fn a_port_on_a_bridge_is_made_by_qemu() {
        let bridge = |spec: &mut QemuSpec| spec.bridge = Some("br0".to_owned());
        let plugged = line(bridge, &[], true);
        assert!(
            plugged.contains("-netdev tap,id=net0,ifname=cimc0007n0,script="),
            "{plugged}"
        );
        assert!(!plugged.contains("bootindex"), "{plugged}");
        let silent = line(bridge, &[], false);
        assert!(!silent.contains("tap"), "{silent}");
    }

    #[test]
    fn uefi_has_code_that_stays_and_variables_of_its_own() {
        let bios = line(|_| {}, &["disk0"], true);
        assert!(bios.contains("-machine pc\n"), "{bios}");
        assert!(!bios.contains("pflash"), "{bios}");
        let uefi = line_with(|_| {}, &["disk0"], true, Some("/x/CODE.fd".into()));
        for part in [
            "-machine q35\n",
            "unit=0,readonly=on,file=/x/CODE.fd\n",
            "unit=1,file=",
        ] {
            assert!(uefi.contains(part), "{part} in {uefi}");
        }
    }
}
