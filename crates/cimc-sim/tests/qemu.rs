//! QEMU guests behind the controllers, without a network and without an OS: what boots is a boot
//! sector of a few bytes.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cimc_sim::{
    BootDevice, Controller, Event, GuestState, Phase, QemuFirmware, QemuSpec, Quirk, Rack,
    RackSpec, StartError,
};
use support::{attribute, client, login, oper_power, power, resolve_dn, spec, write};

/// Translated guests on a busy host: a POST took a second there, and DHCP with nothing to boot ten.
const LIMIT: Duration = Duration::from_secs(180);

/// Writes a letter to the serial port.
fn say(letter: u8) -> Vec<u8> {
    // mov dx, 0x3f8; mov al, letter; out dx, al
    vec![0xba, 0xf8, 0x03, 0xb0, letter, 0xee]
}

/// Stands still: hlt; jmp -3.
const HALT: &[u8] = &[0xf4, 0xeb, 0xfd];
/// Switches itself off by ACPI, where SeaBIOS puts `PM1a_CNT`: mov dx, 0x604; mov ax, 0x2000;
/// out dx, ax.
const POWER_OFF: &[u8] = &[0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef];
/// Reboots by the keyboard controller: mov al, 0xfe; out 0x64, al.
const REBOOT: &[u8] = &[0xb0, 0xfe, 0xe6, 0x64];
/// Asks for the power button (`PM1a_EN`): mov dx, 0x602; mov ax, 0x100; out dx, ax.
const ASK_FOR_BUTTON: &[u8] = &[0xba, 0x02, 0x06, 0xb8, 0x00, 0x01, 0xef];
/// Waits until it is pressed (`PM1a_STS`): mov dx, 0x600; in ax, dx; test ah, 1; jz -6.
const AWAIT_BUTTON: &[u8] = &[0xba, 0x00, 0x06, 0xed, 0xf6, 0xc4, 0x01, 0x74, 0xfa];

fn sector(code: &[&[u8]]) -> Vec<u8> {
    let mut sector = code.concat();
    sector.resize(510, 0);
    sector.extend([0x55, 0xaa]);
    sector
}

/// Guests in a directory that goes when the test ends.
struct Lab {
    rack: Rack,
    dir: tempfile::TempDir,
}

impl Lab {
    /// A controller of firmware 3.0 with a guest; None where there is no QEMU.
    async fn start(change: impl FnOnce(&mut RackSpec)) -> Option<Self> {
        if !has_qemu() {
            eprintln!(
                "SKIPPED: qemu-system-x86_64 is not installed (apt-get install qemu-system-x86)"
            );
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let mut spec = spec(&["3.0"]);
        spec.controllers[0].qemu = Some(QemuSpec {
            memory_mib: 64,
            disk_gib: 1,
            ..QemuSpec::new(dir.path())
        });
        change(&mut spec);
        let rack = Rack::start(spec).await.unwrap();
        Some(Self { rack, dir })
    }

    fn controller(&self) -> &Controller {
        &self.rack.controllers()[0]
    }

    fn disk(&self) -> PathBuf {
        self.dir.path().join("cimc0000/disk.img")
    }

    /// Puts code where the firmware looks for it, on the disk as it is.
    fn install(&self, code: &[&[u8]]) {
        use std::io::Write;
        let mut disk = std::fs::OpenOptions::new()
            .write(true)
            .open(self.disk())
            .unwrap();
        disk.write_all(&sector(code)).unwrap();
    }

    fn guest(&self) -> GuestState {
        self.controller().guest().unwrap()
    }

    fn serial(&self) -> String {
        read(&self.guest().serial_log)
    }

    fn boots(&self) -> Vec<BootDevice> {
        let events = self.controller().events().into_iter();
        events
            .filter_map(|entry| match entry.event {
                Event::Booted(device) => Some(device),
                _ => None,
            })
            .collect()
    }

    fn posts(&self) -> usize {
        let events = self.controller().events();
        events
            .iter()
            .filter(|entry| entry.event == Event::PostBegan)
            .count()
    }

    /// Waits; what the guest said is shown if it is in vain.
    async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let start = Instant::now();
        while !holds().await {
            let guest = self.guest();
            assert!(
                start.elapsed() < LIMIT,
                "not within {LIMIT:?}: {what}\n{guest:?}\n{}\n{}\n{}",
                read(&guest.serial_log),
                read(&guest.firmware_log),
                read(&guest.error_log)
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn until_serial(&self, expected: &str) {
        let what = format!("the serial port says {expected:?}");
        self.until(&what, async || self.serial() == expected).await;
    }

    async fn until_power(&self, cookie: &str, expected: &str) {
        let what = format!("operPower is {expected}");
        let reads = async || oper_power(self.controller(), cookie).await == expected;
        self.until(&what, reads).await;
    }
}

/// The guest of the first controller.
fn qemu(spec: &mut RackSpec) -> &mut QemuSpec {
    spec.controllers[0].qemu.as_mut().unwrap()
}

fn read(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn has_qemu() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join("qemu-system-x86_64").is_file())
}

fn exists(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

async fn order(controller: &Controller, cookie: &str, devices: &[(&str, &str, &str)]) {
    for (place, (class, prefix, name)) in devices.iter().enumerate() {
        let dn = format!("sys/rack-unit-1/boot-precision/{prefix}-{name}");
        let object = format!(r#"<{class} order="{}" state="Enabled"/>"#, place + 1);
        let answer = write(controller, cookie, &dn, &object).await;
        assert_eq!(attribute(&answer, "errorCode"), None, "{answer}");
    }
}

const NETWORK: (&str, &str, &str) = ("lsbootPxe", "pxe", "network");
const DISK: (&str, &str, &str) = ("lsbootHdd", "hdd", "localdisk");

#[tokio::test]
async fn power_is_a_process_and_each_verb_does_what_it_says() {
    let Some(lab) = Lab::start(|_| {}).await else {
        return;
    };
    let controller = lab.controller();
    lab.install(&[ASK_FOR_BUTTON, &say(b'a'), AWAIT_BUTTON, POWER_OFF, HALT]);
    let cookie = login(controller).await;
    assert_eq!(lab.guest().pid, None);

    power(controller, &cookie, "up").await;
    lab.until_serial("a").await;
    lab.until_power(&cookie, "on").await;
    let first = lab.guest().pid.unwrap();
    assert!(exists(first));
    lab.until("the boot is noticed", async || {
        lab.boots() == [BootDevice::Disk]
    })
    .await;
    assert_eq!(lab.guest().last_boot, Some(BootDevice::Disk));
    assert_eq!(controller.machine().phase, Phase::DiskBoot);

    power(controller, &cookie, "hard-reset-immediate").await;
    lab.until_serial("aa").await;
    assert_eq!(lab.posts(), 2);
    assert!(controller.is_powered());

    power(controller, &cookie, "cycle-immediate").await;
    lab.until_serial("aaa").await;
    assert!(!exists(first));

    power(controller, &cookie, "diagnostic-interrupt").await;
    lab.until("the interrupt", async || {
        controller.machine().counters.interrupts == 1
    })
    .await;

    power(controller, &cookie, "soft-shut-down").await;
    lab.until_power(&cookie, "off").await;
    assert_eq!(
        (lab.guest().pid, controller.machine().phase),
        (None, Phase::Off)
    );

    lab.install(&[&say(b'b'), HALT]);
    power(controller, &cookie, "up").await;
    lab.until_serial("aaab").await;
    let last = lab.guest().pid.unwrap();
    power(controller, &cookie, "soft-shut-down").await;
    power(controller, &cookie, "down").await;
    lab.until("the process is gone", async || !exists(last))
        .await;
    lab.until_power(&cookie, "off").await;
    assert_eq!(lab.guest().problem, None);
}

#[tokio::test]
async fn a_guest_that_switches_itself_off_is_off() {
    let Some(lab) = Lab::start(|_| {}).await else {
        return;
    };
    lab.install(&[&say(b'z'), POWER_OFF, HALT]);
    let cookie = login(lab.controller()).await;
    power(lab.controller(), &cookie, "up").await;
    lab.until_serial("z").await;
    lab.until("it has no power", async || !lab.controller().is_powered())
        .await;
    lab.until_power(&cookie, "off").await;
    assert_eq!(lab.guest().pid, None);
    power(lab.controller(), &cookie, "up").await;
    lab.until_serial("zz").await;
}

#[tokio::test]
async fn a_reboot_of_the_guest_is_one_post_with_the_order_of_that_moment() {
    let Some(lab) = Lab::start(|_| {}).await else {
        return;
    };
    let controller = lab.controller();
    lab.install(&[ASK_FOR_BUTTON, &say(b'r'), AWAIT_BUTTON, REBOOT, HALT]);
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    lab.until_serial("r").await;
    lab.install(&[&say(b's'), HALT]);
    power(controller, &cookie, "soft-shut-down").await;
    lab.until_serial("rs").await;
    assert_eq!(lab.posts(), 2);
    assert!(controller.is_powered());
}

#[tokio::test]
async fn a_one_time_device_is_tried_once_and_then_the_order_stands_again() {
    let Some(lab) = Lab::start(|_| {}).await else {
        return;
    };
    let controller = lab.controller();
    lab.install(&[&say(b'd'), HALT]);
    let cookie = login(controller).await;
    order(controller, &cookie, &[DISK, NETWORK]).await;
    let dn = "sys/rack-unit-1/one-time-precision-boot";
    let once = r#"<oneTimePrecisionBootDevice device="network" rebootOnUpdate="no"/>"#;
    let answer = write(controller, &cookie, dn, once).await;
    assert_eq!(attribute(&answer, "errorCode"), None, "{answer}");

    power(controller, &cookie, "up").await;
    lab.until(
        "the network, where nothing answers, then the disk",
        async || lab.boots() == [BootDevice::Network, BootDevice::Disk],
    )
    .await;
    power(controller, &cookie, "hard-reset-immediate").await;
    lab.until_serial("dd").await;
    lab.until("the disk at once", async || {
        lab.boots() == [BootDevice::Network, BootDevice::Disk, BootDevice::Disk]
    })
    .await;
}

#[tokio::test]
async fn a_guest_may_ignore_the_order() {
    let Some(lab) = Lab::start(|_| {}).await else {
        return;
    };
    let controller = lab.controller();
    lab.install(&[&say(b'i'), HALT]);
    controller.set_quirks([Quirk::IgnoresBootOrder, Quirk::NoDhcp]);
    let cookie = login(controller).await;
    order(controller, &cookie, &[DISK, NETWORK]).await;
    power(controller, &cookie, "up").await;
    lab.until("the network comes first", async || {
        lab.boots().first() == Some(&BootDevice::Network)
    })
    .await;
}

#[tokio::test]
async fn what_has_nothing_to_boot_has_power_all_the_same() {
    let Some(lab) = Lab::start(|spec| spec.admin = Some("127.0.0.1:0".parse().unwrap())).await
    else {
        return;
    };
    let controller = lab.controller();
    let cookie = login(controller).await;
    let dn = "sys/rack-unit-1/boot-precision/pxe-network";
    write(controller, &cookie, dn, r#"<lsbootPxe state="Disabled"/>"#).await;
    power(controller, &cookie, "up").await;
    lab.until("it gives up", async || {
        controller.machine().phase == Phase::NoBootableDevice
    })
    .await;
    lab.until_power(&cookie, "on").await;
    assert_eq!(lab.boots(), []);

    let admin = format!("http://{}/machines", lab.rack.admin_address().unwrap());
    let get = async |path: &str| {
        let answer = client().get(format!("{admin}{path}")).send().await.unwrap();
        answer.text().await.unwrap()
    };
    let machines: serde_json::Value = serde_json::from_str(&get("").await).unwrap();
    let guest = &machines[0]["guest"];
    assert_eq!(guest["pid"].as_u64(), lab.guest().pid.map(u64::from));
    assert_eq!(guest["firmware"], "bios");
    assert_eq!(
        guest["serial_log"].as_str(),
        lab.guest().serial_log.to_str()
    );
    assert!(
        get("/cimc0000/firmware-log")
            .await
            .contains("No bootable device")
    );

    lab.install(&[&say(b'c'), HALT]);
    power(controller, &cookie, "hard-reset-immediate").await;
    lab.until_serial("c").await;
    assert_eq!(get("/cimc0000/console").await, "c");
}

#[tokio::test]
async fn the_end_of_a_rack_ends_its_guests_and_another_one_goes_on_with_their_disks() {
    let Some(lab) = Lab::start(|_| {}).await else {
        return;
    };
    lab.install(&[&say(b'e'), HALT]);
    let cookie = login(lab.controller()).await;
    power(lab.controller(), &cookie, "up").await;
    lab.until_serial("e").await;
    let pid = lab.guest().pid.unwrap();
    let Lab { rack, dir } = lab;
    let mut again = spec(&["3.0"]);
    again.controllers[0].qemu = Some(QemuSpec::new(dir.path()));
    let taken = Rack::start(again.clone()).await;
    assert!(matches!(taken, Err(StartError::Qemu { .. })), "{taken:?}");
    rack.shutdown().await;
    assert!(!exists(pid));

    let lab = Lab {
        rack: Rack::start(again).await.unwrap(),
        dir,
    };
    let cookie = login(lab.controller()).await;
    power(lab.controller(), &cookie, "up").await;
    lab.until_serial("ee").await;
}

#[tokio::test]
async fn a_guest_that_cannot_start_has_no_power_and_says_why() {
    let Some(lab) = Lab::start(|_| {}).await else {
        return;
    };
    std::fs::remove_file(lab.disk()).unwrap();
    let cookie = login(lab.controller()).await;
    power(lab.controller(), &cookie, "up").await;
    lab.until("the problem is known", async || {
        lab.guest().problem.is_some()
    })
    .await;
    let problem = lab.guest().problem.unwrap();
    assert!(problem.contains("disk.img"), "{problem}");
    lab.until_power(&cookie, "off").await;
}

#[tokio::test]
async fn firmware_that_found_nothing_on_the_network_tries_again_without_a_post() {
    let Some(lab) = Lab::start(|spec| qemu(spec).disk_gib = 0).await else {
        return;
    };
    lab.controller().set_quirks([Quirk::NoDhcp]);
    let cookie = login(lab.controller()).await;
    power(lab.controller(), &cookie, "up").await;
    lab.until("a second try", async || {
        lab.controller().machine().counters.network_attempts == 2
    })
    .await;
    assert_eq!(lab.posts(), 1);
    assert_eq!(lab.guest().disk, None);
}

#[tokio::test]
async fn a_guest_is_of_the_mode_that_its_controller_has_at_post() {
    if !Path::new("/usr/share/OVMF/OVMF_CODE_4M.fd").exists() {
        eprintln!("SKIPPED: UEFI firmware is not installed (apt-get install ovmf)");
        return;
    }
    let Some(lab) = Lab::start(|spec| {
        qemu(spec).memory_mib = 256;
    })
    .await
    else {
        return;
    };
    let cookie = login(lab.controller()).await;
    order(lab.controller(), &cookie, &[NETWORK, DISK]).await;
    let dn = "sys/rack-unit-1/boot-precision";
    let mode = r#"<lsbootDevPrecision configuredBootMode="Uefi"/>"#;
    write(lab.controller(), &cookie, dn, mode).await;
    assert_eq!(lab.guest().firmware, QemuFirmware::Bios);
    power(lab.controller(), &cookie, "up").await;
    lab.until("the network is tried", async || {
        lab.boots().first() == Some(&BootDevice::Network)
    })
    .await;
    assert_eq!(lab.guest().firmware, QemuFirmware::Uefi);
}

#[tokio::test]
async fn a_controller_has_the_mode_of_its_guest() {
    if !Path::new("/usr/share/OVMF/OVMF_CODE_4M.fd").exists() {
        eprintln!("SKIPPED: UEFI firmware is not installed (apt-get install ovmf)");
        return;
    }
    let uefi = |spec: &mut RackSpec| qemu(spec).firmware = Some(QemuFirmware::Uefi);
    let Some(lab) = Lab::start(uefi).await else {
        return;
    };
    let cookie = login(lab.controller()).await;
    for (dn, name) in [
        ("sys/rack-unit-1/boot-precision", "configuredBootMode"),
        ("sys/rack-unit-1/bios/bdgep/boot-mode", "actualBootMode"),
    ] {
        let object = resolve_dn(lab.controller(), &cookie, dn).await;
        assert_eq!(attribute(&object, name).as_deref(), Some("Uefi"));
    }
}
