//! A guest's directory: its disk, logs and sockets, made before the rack starts so that what is
//! missing is said then.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::spec::{QemuAccel, QemuError, QemuFirmware, QemuSpec};

/// `sun_path` has 108 bytes on Linux, the last of which is a zero.
const SOCKET_PATH_LIMIT: usize = 107;

/// Where distributions put OVMF, its code beside its variables: Debian and Ubuntu, older ones of
/// them, Fedora, Arch.
const OVMF: &[(&str, &str)] = &[
    (
        "/usr/share/OVMF/OVMF_CODE_4M.fd",
        "/usr/share/OVMF/OVMF_VARS_4M.fd",
    ),
    (
        "/usr/share/OVMF/OVMF_CODE.fd",
        "/usr/share/OVMF/OVMF_VARS.fd",
    ),
    (
        "/usr/share/edk2/ovmf/OVMF_CODE.fd",
        "/usr/share/edk2/ovmf/OVMF_VARS.fd",
    ),
    (
        "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
        "/usr/share/edk2/x64/OVMF_VARS.4m.fd",
    ),
];

/// The directory of one guest. While it is held, no other process has the guest.
#[derive(Debug)]
pub(super) struct Home {
    dir: PathBuf,
    _lock: File,
}

impl Home {
    /// Makes what isn't there yet and looks for what the guest will need.
    pub(super) fn prepare(
        spec: &QemuSpec,
        name: &str,
        firmware: QemuFirmware,
    ) -> Result<Self, QemuError> {
        if !is_program(&spec.program) {
            return Err(QemuError::NoProgram {
                program: spec.program.clone(),
            });
        }
        if spec.accel == QemuAccel::Kvm {
            let kvm = OpenOptions::new().read(true).write(true).open("/dev/kvm");
            kvm.map_err(QemuError::NoKvm)?;
        }
        if let Some(bridge) = &spec.bridge {
            check_bridge(bridge)?;
        }
        let dir = std::path::absolute(spec.dir.join(name))
            .and_then(|dir| fs::create_dir_all(&dir).map(|()| dir))
            .map_err(|source| make("the directory", &spec.dir.join(name), source))?;
        let home = Self {
            _lock: lock(&dir)?,
            dir,
        };
        for socket in [home.control(), home.console()] {
            let length = socket.as_os_str().len();
            if length > SOCKET_PATH_LIMIT {
                return Err(QemuError::PathTooLong {
                    path: socket,
                    length,
                    limit: SOCKET_PATH_LIMIT,
                });
            }
        }
        if spec.disk_gib > 0 {
            make_disk(&home.disk(), spec.disk_gib)?;
        }
        if let Some(bridge) = &spec.bridge {
            // Run by QEMU with the name of the new port. QEMU takes the port away as it ends.
            let script = format!("#!/bin/sh\nexec ip link set dev \"$1\" master '{bridge}' up\n");
            make_script(&home.plug(), &script)?;
        }
        if firmware == QemuFirmware::Uefi {
            home.uefi()?;
        }
        Ok(home)
    }

    /// The code of the UEFI firmware. The guest has its own copy of the variables then; what the
    /// firmware has stored there stays.
    pub(super) fn uefi(&self) -> Result<PathBuf, QemuError> {
        let is_there = |(code, variables): &&(&str, &str)| {
            Path::new(code).exists() && Path::new(variables).exists()
        };
        let (code, variables) = OVMF.iter().find(is_there).ok_or(QemuError::NoUefi)?;
        let own = self.variables();
        if !own.exists() {
            fs::copy(variables, &own).map_err(|source| make("the UEFI variables", &own, source))?;
        }
        Ok(PathBuf::from(code))
    }

    pub(super) fn disk(&self) -> PathBuf {
        self.dir.join("disk.img")
    }

    /// What the guest wrote to its serial port, of all its boots.
    pub(super) fn serial_log(&self) -> PathBuf {
        self.dir.join("serial.log")
    }

    /// What SeaBIOS says of its work.
    pub(super) fn firmware_log(&self) -> PathBuf {
        self.dir.join("firmware.log")
    }

    /// What QEMU itself complains about.
    pub(super) fn error_log(&self) -> PathBuf {
        self.dir.join("qemu.log")
    }

    /// QMP.
    pub(super) fn control(&self) -> PathBuf {
        self.dir.join("qmp.sock")
    }

    /// The serial port, for a person to type at.
    pub(super) fn console(&self) -> PathBuf {
        self.dir.join("console.sock")
    }

    pub(super) fn variables(&self) -> PathBuf {
        self.dir.join("uefi-vars.fd")
    }

    pub(super) fn plug(&self) -> PathBuf {
        self.dir.join("plug.sh")
    }
}

fn make(what: impl Into<String>, path: &Path, source: io::Error) -> QemuError {
    QemuError::Make {
        what: what.into(),
        path: path.to_owned(),
        source,
    }
}

/// Whether it can be found as `execvp` would find it.
fn is_program(program: &Path) -> bool {
    if program.components().count() > 1 {
        return program.is_file();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

fn lock(dir: &Path) -> Result<File, QemuError> {
    let path = dir.join("lock");
    let file = File::create(&path).map_err(|source| make("the lock", &path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(QemuError::InUse {
            path: dir.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(make("the lock", &path, source)),
    }
}

/// Ports of a bridge are made by QEMU, which needs the right to do so.
fn check_bridge(name: &str) -> Result<(), QemuError> {
    // Of this process's network namespace, which `/sys/class/net` need not be.
    let devices = fs::read_to_string("/proc/self/net/dev").unwrap_or_default();
    if !has_device(&devices, name) {
        return Err(QemuError::NoBridge {
            name: name.to_owned(),
        });
    }
    // Where there is no such file, QEMU will say what it lacks.
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    match may_plug(&status) {
        Some(false) => Err(QemuError::NoNetAdmin {
            bridge: name.to_owned(),
        }),
        Some(true) | None => Ok(()),
    }
}

/// Whether a network device is in the table, one line each: `  br0: 12345 ...`.
fn has_device(table: &str, name: &str) -> bool {
    let mut devices = table.lines().filter_map(|line| line.split_once(':'));
    devices.any(|(device, _)| device.trim() == name)
}

/// Whether the effective capabilities of a process have `CAP_NET_ADMIN`, number 12.
fn may_plug(status: &str) -> Option<bool> {
    let effective = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))?;
    let effective = u64::from_str_radix(effective.trim(), 16).ok()?;
    Some(effective & (1 << 12) != 0)
}

/// A file of zeros that takes no room yet.
fn make_disk(path: &Path, gib: u32) -> Result<(), QemuError> {
    let made = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file.set_len(u64::from(gib) << 30),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    };
    made.map_err(|source| make(format!("a disk of {gib} GiB,"), path, source))
}

fn make_script(path: &Path, text: &str) -> Result<(), QemuError> {
    fs::write(path, text)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
        .map_err(|source| make("the script", path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(dir: &Path) -> QemuSpec {
        QemuSpec {
            program: PathBuf::from("/bin/sh"),
            disk_gib: 3,
            ..QemuSpec::new(dir)
        }
    }

    #[test]
    fn a_disk_takes_no_room_and_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::prepare(&spec(dir.path()), "cimc0000", QemuFirmware::Bios).unwrap();
        let disk = home.disk();
        assert_eq!(fs::metadata(&disk).unwrap().len(), 3 << 30);
        drop(home);
        fs::write(&disk, "data").unwrap();
        Home::prepare(&spec(dir.path()), "cimc0000", QemuFirmware::Bios).unwrap();
        assert_eq!(fs::read_to_string(&disk).unwrap(), "data");
    }

    #[test]
    fn a_guest_belongs_to_one_simulator() {
        let dir = tempfile::tempdir().unwrap();
        let first = Home::prepare(&spec(dir.path()), "cimc0000", QemuFirmware::Bios);
        let second = Home::prepare(&spec(dir.path()), "cimc0000", QemuFirmware::Bios);
        assert!(matches!(second, Err(QemuError::InUse { .. })), "{second:?}");
        drop(first);
        Home::prepare(&spec(dir.path()), "cimc0000", QemuFirmware::Bios).unwrap();
    }

    #[test]
    fn what_is_missing_is_said_with_what_helps() {
        let dir = tempfile::tempdir().unwrap();
        let none = QemuSpec {
            program: PathBuf::from("qemu-of-nowhere"),
            ..QemuSpec::new(dir.path())
        };
        let long = QemuSpec {
            dir: dir.path().join("x".repeat(100)),
            ..spec(dir.path())
        };
        let bridge = QemuSpec {
            bridge: Some("no-such-bridge".to_owned()),
            ..spec(dir.path())
        };
        let file = QemuSpec {
            dir: PathBuf::from("/dev/null"),
            ..spec(dir.path())
        };
        for (spec, words) in [
            (
                none,
                &["qemu-of-nowhere", "apt-get install qemu-system-x86"][..],
            ),
            (long, &["qmp.sock", "107", "shorter"]),
            (bridge, &["no-such-bridge", "ip link add"]),
            (file, &["/dev/null/cimc0000"]),
        ] {
            let error = Home::prepare(&spec, "cimc0000", QemuFirmware::Bios).unwrap_err();
            for word in words {
                assert!(error.to_string().contains(word), "{word} in {error}");
            }
        }
    }

    #[test]
    fn a_device_goes_by_its_whole_name() {
        let table = "Inter-|   Receive\n face |bytes    packets\n    lo: 1 2\n  br10: 3 4\n";
        assert!(has_device(table, "br10") && has_device(table, "lo"));
        assert!(!has_device(table, "br1") && !has_device(table, ""));
    }

    #[test]
    fn the_right_to_make_ports_is_capability_12() {
        assert_eq!(
            may_plug("Name:\tx\nCapEff:\t0000000000001000\n"),
            Some(true)
        );
        assert_eq!(may_plug("CapEff:\t0000000000000000\n"), Some(false));
        assert_eq!(may_plug("Name:\tx\n"), None);
    }
}
