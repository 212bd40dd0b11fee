//! The operations: how each is done through a node's interfaces, and how its effect is looked at
//! from the other side.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use cimc_sim::{BootDevice as Booted, Event};
use ferric::drivers::DriverError;
use ferric::drivers::interfaces::{BootDevice, BootMode, IndicatorState};
use ferric::states::{PowerState, PowerTarget};

use crate::bench::Bench;

/// What came of an operation.
pub(crate) enum Seen {
    /// It was done, and the effect was there.
    Works(&'static str),
    /// It was refused as something that this firmware doesn't have; the words.
    Refused(String),
}

impl Seen {
    pub(crate) fn cell(&self) -> String {
        match self {
            Self::Works(how) => (*how).to_owned(),
            Self::Refused(_) => "no".to_owned(),
        }
    }
}

type Run = for<'b> fn(&'b Bench) -> Pin<Box<dyn Future<Output = Seen> + Send + 'b>>;

/// Each row of the table, in the order in which they are done: its name, the operation of the probe
/// that it goes by, and how it is done.
pub(crate) const OPERATIONS: &[(&str, &str, Run)] = &[
    ("power state", "power_state", |b| Box::pin(power_state(b))),
    ("power on", "power", |b| Box::pin(power_on(b))),
    ("diagnostic interrupt", "inject_nmi", |b| {
        Box::pin(interrupt(b))
    }),
    ("reset", "power", |b| Box::pin(reset(b))),
    ("power off", "power", |b| Box::pin(power_off(b))),
    ("boot device for good", "set_boot_device", |b| {
        Box::pin(boot_for_good(b))
    }),
    ("boot device once", "set_boot_device", |b| {
        Box::pin(boot_once(b))
    }),
    ("boot order put back", "set_boot_device", |b| {
        Box::pin(put_back(b))
    }),
    ("BIOS set-up at the next boot", "bios_setup", |b| {
        Box::pin(set_up(b))
    }),
    ("boot mode, read", "boot_mode", |b| Box::pin(boot_mode(b))),
    ("boot mode, set", "set_boot_mode", |b| {
        Box::pin(set_boot_mode(b))
    }),
    ("MAC addresses", "host_nics", |b| Box::pin(macs(b))),
    ("inventory", "inventory", |b| Box::pin(inventory(b))),
    ("firmware versions", "firmware_components", |b| {
        Box::pin(firmware(b))
    }),
    ("BIOS settings", "bios_settings", |b| Box::pin(bios(b))),
    ("sensors", "sensors", |b| Box::pin(sensors(b))),
    ("faults, health", "faults", |b| Box::pin(faults(b))),
    ("locator LED", "locator_led", |b| Box::pin(led(b))),
];

/// The value, or the words of a refusal; any other failure ends the test.
macro_rules! done {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error @ (DriverError::Unsupported { .. } | DriverError::Refused(_))) => {
                return Seen::Refused(error.to_string());
            }
            Err(error) => panic!("{error}"),
        }
    };
}

fn seen(bench: &Bench, event: &Event) -> usize {
    let events = bench.controller().events();
    events.iter().filter(|entry| entry.event == *event).count()
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let wait = testkit::until(what, Duration::from_secs(20), || async {
        condition().then_some(())
    });
    wait.await.unwrap();
}

async fn power_state(bench: &Bench) -> Seen {
    let state = done!(bench.interfaces.power.state(&bench.node).await);
    assert_eq!(state, PowerState::Off);
    Seen::Works("yes")
}

async fn power_on(bench: &Bench) -> Seen {
    done!(
        bench
            .interfaces
            .power
            .request(&bench.node, PowerTarget::On)
            .await
    );
    until("power", || bench.controller().is_powered()).await;
    bench.reads(PowerState::On).await;
    Seen::Works("yes")
}

async fn interrupt(bench: &Bench) -> Seen {
    done!(bench.interfaces.management.inject_nmi(&bench.node).await);
    until("an interrupt", || seen(bench, &Event::Interrupted) == 1).await;
    Seen::Works("yes")
}

async fn reset(bench: &Bench) -> Seen {
    let before = seen(bench, &Event::PostBegan);
    done!(
        bench
            .interfaces
            .power
            .request(&bench.node, PowerTarget::Reboot)
            .await
    );
    until("another POST", || seen(bench, &Event::PostBegan) > before).await;
    assert!(bench.controller().is_powered());
    Seen::Works("yes")
}

async fn power_off(bench: &Bench) -> Seen {
    done!(
        bench
            .interfaces
            .power
            .request(&bench.node, PowerTarget::Off)
            .await
    );
    until("no power", || !bench.controller().is_powered()).await;
    bench.reads(PowerState::Off).await;
    Seen::Works("yes")
}

/// A device set for good is what the next boots read.
async fn boot_for_good(bench: &Bench) -> Seen {
    let management = &bench.interfaces.management;
    for device in [BootDevice::Cdrom, BootDevice::Pxe, BootDevice::Disk] {
        let set = done!(
            management
                .set_boot_device(&bench.node, device, true, None)
                .await
        );
        assert_eq!(set.persistent, Some(true));
        let read = done!(management.boot_device(&bench.node).await);
        assert_eq!((read.device, read.persistent), (Some(device), Some(true)));
    }
    Seen::Works("yes")
}

/// What was set for one boot is gone after it, or the answer says that it is for good.
async fn boot_once(bench: &Bench) -> Seen {
    let management = &bench.interfaces.management;
    let set = done!(
        management
            .set_boot_device(&bench.node, BootDevice::Pxe, false, None)
            .await
    );
    let read = done!(management.boot_device(&bench.node).await);
    assert_eq!(read.device, Some(BootDevice::Pxe));
    assert_eq!(read.persistent, set.persistent);
    if set.persistent == Some(true) {
        return Seen::Works("for good");
    }
    let posts = seen(bench, &Event::PostBegan);
    done!(
        bench
            .interfaces
            .power
            .request(&bench.node, PowerTarget::On)
            .await
    );
    until("a POST", || seen(bench, &Event::PostBegan) > posts).await;
    let after = done!(management.boot_device(&bench.node).await);
    assert_eq!(
        (after.device, after.persistent),
        (Some(BootDevice::Disk), Some(true))
    );
    done!(
        bench
            .interfaces
            .power
            .request(&bench.node, PowerTarget::Off)
            .await
    );
    bench.reads(PowerState::Off).await;
    Seen::Works("yes")
}

/// The order that was kept stands again after others have been set.
async fn put_back(bench: &Bench) -> Seen {
    let management = &bench.interfaces.management;
    done!(
        management
            .set_boot_device(&bench.node, BootDevice::Disk, true, None)
            .await
    );
    let kept = done!(management.keep_boot_order(&bench.node).await).unwrap();
    done!(
        management
            .set_boot_device(&bench.node, BootDevice::Pxe, true, None)
            .await
    );
    assert_ne!(
        done!(management.keep_boot_order(&bench.node).await).as_ref(),
        Some(&kept)
    );
    done!(management.restore_boot_order(&bench.node, &kept).await);
    assert_eq!(
        done!(management.keep_boot_order(&bench.node).await).as_ref(),
        Some(&kept)
    );
    // Again is as well as once.
    done!(management.restore_boot_order(&bench.node, &kept).await);
    Seen::Works("yes")
}

async fn set_up(bench: &Bench) -> Seen {
    let management = &bench.interfaces.management;
    let offered = management
        .supported_boot_devices(&bench.node)
        .contains(&BootDevice::Bios);
    let set = management
        .set_boot_device(&bench.node, BootDevice::Bios, false, None)
        .await;
    assert_eq!(
        set.is_ok(),
        offered,
        "what is offered is what works: {set:?}"
    );
    done!(set);
    let booted = || {
        let events = bench.controller().events();
        let boots = [Booted::Network, Booted::Disk, Booted::Cdrom, Booted::Other];
        events
            .iter()
            .filter(|entry| boots.iter().any(|d| entry.event == Event::Booted(*d)))
            .count()
    };
    let (posts, boots) = (seen(bench, &Event::PostBegan), booted());
    done!(
        bench
            .interfaces
            .power
            .request(&bench.node, PowerTarget::On)
            .await
    );
    until("a POST", || seen(bench, &Event::PostBegan) > posts).await;
    assert_eq!(booted(), boots, "it sits in its set-up");
    done!(
        bench
            .interfaces
            .power
            .request(&bench.node, PowerTarget::Off)
            .await
    );
    bench.reads(PowerState::Off).await;
    Seen::Works("yes")
}

async fn boot_mode(bench: &Bench) -> Seen {
    let mode = done!(bench.interfaces.management.boot_mode(&bench.node).await);
    match mode.unwrap() {
        BootMode::Bios => Seen::Works("bios"),
        BootMode::Uefi => Seen::Works("uefi"),
    }
}

async fn set_boot_mode(bench: &Bench) -> Seen {
    let management = &bench.interfaces.management;
    let before = done!(management.boot_mode(&bench.node).await).unwrap();
    let other = match before {
        BootMode::Bios => BootMode::Uefi,
        BootMode::Uefi => BootMode::Bios,
    };
    for mode in [other, before] {
        done!(management.set_boot_mode(&bench.node, mode).await);
        assert_eq!(done!(management.boot_mode(&bench.node).await), Some(mode));
    }
    Seen::Works("yes")
}

async fn macs(bench: &Bench) -> Seen {
    let nics = done!(bench.interfaces.inspect.nics(&bench.node).await);
    let mut found: Vec<_> = nics.all.iter().map(|nic| nic.mac.clone()).collect();
    let mut real = bench.controller().macs().to_vec();
    let boots = nics.boots.unwrap();
    if found == real[2..] {
        assert_eq!(boots.mac, real[2], "{}", boots.why);
        return Seen::Works("of the VIC");
    }
    assert_eq!(boots.mac, real[0], "{}", boots.why);
    found.sort();
    real.sort();
    assert_eq!(found, real);
    Seen::Works("yes")
}

async fn inventory(bench: &Bench) -> Seen {
    let found = done!(bench.interfaces.inspect.inspect(&bench.node).await);
    assert_eq!(found.properties["cpus"], 32);
    assert_eq!(found.properties["memory_mb"], 131_072);
    let system = &found.inventory["system_vendor"];
    assert_eq!(system["serial_number"], bench.controller().serial());
    let interfaces = found.inventory["interfaces"].as_array().unwrap();
    assert_eq!(interfaces.len(), found.nics.all.len());
    let modules = found.plugin_data["memory_modules"].as_array().unwrap();
    let Some(disk) = found.properties.get("local_gb") else {
        let not_read = found.plugin_data["not_read"].as_array().unwrap();
        assert!(!not_read.is_empty(), "what is missing is said");
        return match modules.len() {
            0 => Seen::Works("without disks and modules"),
            _ => Seen::Works("without disks"),
        };
    };
    assert_eq!(*disk, 278);
    assert_eq!(modules.len(), 8);
    Seen::Works("yes")
}

async fn firmware(bench: &Bench) -> Seen {
    let components = done!(bench.interfaces.firmware.components(&bench.node).await);
    let version = bench.controller().personality().firmware();
    assert!(
        components
            .iter()
            .any(|one| one.component == "bmc" && one.version == version),
        "{components:?}"
    );
    assert!(
        components.iter().any(|one| one.component == "bios"),
        "{components:?}"
    );
    Seen::Works("yes")
}

async fn bios(bench: &Bench) -> Seen {
    let settings = done!(bench.interfaces.bios.settings(&bench.node).await);
    assert!(
        settings
            .iter()
            .any(|one| one.name == "vpLOMPort0State" && one.value == "Enabled")
    );
    Seen::Works("yes")
}

async fn sensors(bench: &Bench) -> Seen {
    let sensors = done!(bench.interfaces.management.sensors(&bench.node).await);
    assert!(
        sensors
            .iter()
            .any(|one| one.group == "Temperature" && one.value == Some(22.0))
    );
    assert!(
        sensors
            .iter()
            .any(|one| one.group == "Fan" && one.status.is_some())
    );
    Seen::Works("yes")
}

async fn faults(bench: &Bench) -> Seen {
    let condition = done!(bench.interfaces.management.condition(&bench.node).await);
    assert_eq!(
        (condition.health.as_str(), condition.faults.len()),
        ("OK", 0)
    );
    Seen::Works("yes")
}

async fn led(bench: &Bench) -> Seen {
    let management = &bench.interfaces.management;
    for (on, wanted) in [(true, IndicatorState::On), (false, IndicatorState::Off)] {
        done!(management.set_indicator(&bench.node, on).await);
        assert_eq!(done!(management.indicator(&bench.node).await), wanted);
    }
    Seen::Works("yes")
}
