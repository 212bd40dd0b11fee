//! Machines that install themselves from a small stand-in for Cobbler.
#![allow(clippy::unwrap_used)]

mod stub;
mod support;

use std::net::SocketAddr;
use std::time::Duration;

use cimc_sim::{BootDevice, Controller, Disk, Event, InstallPart, Phase, Quirk, Rack};
use stub::Stub;
use support::{attribute, login, power, spec, until, write};

async fn network_first(controller: &Controller, cookie: &str) {
    let dn = "sys/rack-unit-1/boot-precision/pxe-network";
    let answer = write(controller, cookie, dn, r#"<lsbootPxe order="1" />"#).await;
    assert_eq!(attribute(&answer, "errorCode"), None, "{answer}");
}

async fn disk_first(controller: &Controller, cookie: &str) {
    let dn = "sys/rack-unit-1/boot-precision/hdd-localdisk";
    let answer = write(controller, cookie, dn, r#"<lsbootHdd order="1" />"#).await;
    assert_eq!(attribute(&answer, "errorCode"), None, "{answer}");
}

const QUICK: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn an_install_calls_its_links_and_ends_on_disk() {
    let stub = Stub::start().await;
    let rack = Rack::start(stub.spec(&["3.0"], Duration::from_secs(1)))
        .await
        .unwrap();
    let controller = &rack.controllers()[0];
    stub.add("web01", controller);
    let cookie = login(controller).await;
    network_first(controller, &cookie).await;
    power(controller, &cookie, "up").await;
    until("the installer runs", async || {
        matches!(controller.machine().phase, Phase::Installing(_))
    })
    .await;
    disk_first(controller, &cookie).await;
    until("the OS is up", async || {
        controller.machine().phase == Phase::OsUp
    })
    .await;

    let machine = controller.machine();
    let Disk::Installed(system) = machine.disk else {
        panic!("nothing on disk")
    };
    assert_eq!(system.packages, ["@core", "nginx", "chrony"]);
    assert_eq!(
        (system.system.as_str(), system.hostname.as_str()),
        ("web01", "web01.lab")
    );
    assert!(system.autoinstall.starts_with("#version=RHEL9"));
    assert_eq!(machine.fetched["/root/userdata"], "for this node only");
    assert_eq!(
        (
            machine.counters.installs_started,
            machine.counters.installs_finished
        ),
        (1, 1)
    );
    assert_eq!(machine.counters.boots[&BootDevice::Network], 1);
    assert_eq!(machine.counters.boots[&BootDevice::Disk], 1);
    assert_eq!(
        machine.counters.reports_failed, 1,
        "the link that nobody serves"
    );

    let reports = stub.reports();
    assert_eq!(
        reports.first().map(String::as_str),
        Some("started message=")
    );
    assert_eq!(
        reports.last().map(String::as_str),
        Some("done message=all+good")
    );
    let progress: Vec<_> = reports
        .iter()
        .filter(|r| r.starts_with("packages"))
        .collect();
    assert_eq!(progress.len(), 10);
    assert_eq!(progress[9], "packages message=3%2F3");
    let booted: Vec<_> = controller
        .events()
        .into_iter()
        .filter(|e| matches!(e.event, Event::Booted(_)))
        .collect();
    assert_eq!(booted[0].event, Event::Booted(BootDevice::Network));
    assert_eq!(booted[1].event, Event::Booted(BootDevice::Disk));

    power(controller, &cookie, "soft-shut-down").await;
    until("the OS has shut down", async || {
        controller.machine().phase == Phase::Off
    })
    .await;
    assert!(!controller.is_powered());
    rack.shutdown().await;
}

#[tokio::test]
async fn a_machine_left_on_network_boot_installs_again_and_again() {
    let stub = Stub::start().await;
    let rack = Rack::start(stub.spec(&["4.2"], Duration::from_millis(20)))
        .await
        .unwrap();
    let controller = &rack.controllers()[0];
    stub.add("loop", controller);
    let cookie = login(controller).await;
    network_first(controller, &cookie).await;
    power(controller, &cookie, "up").await;
    until("it has installed three times", async || {
        controller.machine().counters.installs_finished >= 3
    })
    .await;
    assert_eq!(
        controller.machine().counters.boots.get(&BootDevice::Disk),
        None
    );
    stub.netboot("loop", false);
    until("the loop has ended", async || {
        controller.machine().phase == Phase::OsUp
    })
    .await;
}

#[tokio::test]
async fn a_one_time_network_boot_installs_once() {
    let stub = Stub::start().await;
    let rack = Rack::start(stub.spec(&["3.0"], QUICK)).await.unwrap();
    let controller = &rack.controllers()[0];
    stub.add("once", controller);
    let cookie = login(controller).await;
    disk_first(controller, &cookie).await;
    let dn = "sys/rack-unit-1/one-time-precision-boot";
    let object = r#"<oneTimePrecisionBootDevice device="network" rebootOnUpdate="no" />"#;
    write(controller, &cookie, dn, object).await;
    power(controller, &cookie, "up").await;
    until("the OS is up", async || {
        controller.machine().phase == Phase::OsUp
    })
    .await;
    assert_eq!(controller.machine().counters.installs_started, 1);
}

#[tokio::test]
async fn power_off_in_the_middle_leaves_the_disk_empty() {
    let stub = Stub::start().await;
    let rack = Rack::start(stub.spec(&["2.0"], Duration::from_secs(2)))
        .await
        .unwrap();
    let controller = &rack.controllers()[0];
    stub.add("cut", controller);
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    until("packages are installed", async || {
        controller.machine().phase == Phase::Installing(InstallPart::Packages)
    })
    .await;
    power(controller, &cookie, "down").await;
    until("power is off", async || {
        controller.machine().phase == Phase::Off
    })
    .await;
    let machine = controller.machine();
    assert_eq!(machine.disk, Disk::Empty);
    assert_eq!(
        (
            machine.counters.installs_started,
            machine.counters.installs_finished
        ),
        (1, 0)
    );
    assert!(!stub.reports().iter().any(|r| r.starts_with("done")));
}

#[tokio::test]
async fn without_an_enabled_system_the_network_is_tried_until_there_is_one() {
    let stub = Stub::start().await;
    let rack = Rack::start(stub.spec(&["1.5"], LONG)).await.unwrap();
    let controller = &rack.controllers()[0];
    let cookie = login(controller).await;
    power(controller, &cookie, "up").await;
    until("the network was tried twice", async || {
        controller.machine().counters.network_attempts >= 2
    })
    .await;
    assert_eq!(controller.machine().counters.installs_started, 0);
    stub.add("late", controller);
    until("the installer runs", async || {
        matches!(controller.machine().phase, Phase::Installing(_))
    })
    .await;
}

#[tokio::test]
async fn an_answer_file_with_nopxe_ends_netboot() {
    let stub = Stub::start().await;
    let nopxe = format!(
        "curl \"http://{}/cblr/svc/op/nopxe/system/self\" -o /dev/null\n",
        stub.address
    );
    stub.serve(&stub.kickstart(&nopxe, "reboot"));
    let rack = Rack::start(stub.spec(&["3.0"], QUICK)).await.unwrap();
    let controller = &rack.controllers()[0];
    stub.add("self", controller);
    let cookie = login(controller).await;
    network_first(controller, &cookie).await;
    power(controller, &cookie, "up").await;
    until("the OS is up", async || {
        controller.machine().phase == Phase::OsUp
    })
    .await;
    assert_eq!(controller.machine().counters.installs_started, 1);
}

#[tokio::test]
async fn an_installer_without_a_usable_file_or_ending_waits() {
    let stub = Stub::start().await;
    let rack = Rack::start(stub.spec(&["3.0", "3.0"], QUICK))
        .await
        .unwrap();
    let stuck = |controller: &Controller| match controller.machine().phase {
        Phase::InstallerStuck(why) => Some(why),
        _ => None,
    };
    let [broken, endless] = rack.controllers() else {
        panic!("two controllers")
    };
    stub.serve("# This automatic OS installation file had errors that prevented it\n");
    stub.add("broken", broken);
    let cookie = login(broken).await;
    power(broken, &cookie, "up").await;
    until("the installer is stuck", async || stuck(broken).is_some()).await;
    assert_eq!(broken.machine().counters.installs_started, 0);
    stub.serve(&stub.kickstart("", ""));
    stub.add("endless", endless);
    let cookie = login(endless).await;
    power(endless, &cookie, "up").await;
    until("the installer waits", async || stuck(endless).is_some()).await;
    assert_eq!(endless.machine().counters.installs_finished, 1);
}

#[tokio::test]
async fn quirks_make_installs_fail_in_their_ways() {
    let stub = Stub::start().await;
    let rack = Rack::start(stub.spec(&["3.0", "3.0", "3.0", "3.0"], QUICK))
        .await
        .unwrap();
    let quirks = [
        Quirk::NoDhcp,
        Quirk::HangsBeforePre,
        Quirk::FailsInPackages,
        Quirk::IgnoresBootOrder,
    ];
    for (controller, quirk) in rack.controllers().iter().zip(quirks) {
        controller.set_quirks([quirk]);
        stub.add(controller.serial(), controller);
        let cookie = login(controller).await;
        power(controller, &cookie, "up").await;
    }
    let [silent, hangs, fails, stubborn] = rack.controllers() else {
        panic!("four controllers")
    };
    until("the network failed twice", async || {
        silent.machine().counters.network_attempts > 1
    })
    .await;
    assert_eq!(silent.machine().counters.installs_started, 0);
    until("it hangs", async || {
        matches!(hangs.machine().phase, Phase::InstallerStuck(_))
    })
    .await;
    until("it halts", async || fails.machine().phase == Phase::Halted).await;
    assert_eq!(fails.machine().disk, Disk::Empty);
    assert!(
        stub.reports()
            .contains(&"failed message=packages+broke".to_owned())
    );
    until("the stubborn one installs twice", async || {
        stubborn.machine().counters.installs_finished > 1
    })
    .await;
}

#[tokio::test]
async fn another_process_can_watch_the_machines() {
    let mut spec = spec(&["1.5", "3.0"]);
    spec.admin = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let rack = Rack::start(spec).await.unwrap();
    let url = format!("http://{}/machines", rack.admin_address().unwrap());
    let answer = support::client().get(url).send().await.unwrap();
    let machines: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(machines[1]["firmware"], "3.0(4a)");
    assert_eq!(machines[0]["phase"], "off");
    assert_eq!(
        machines[0]["macs"][0],
        rack.controllers()[0].macs()[0].as_str()
    );
    rack.shutdown().await;
}
