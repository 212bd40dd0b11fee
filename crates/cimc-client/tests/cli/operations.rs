//! Each operation, by its effect on the simulated server.

use cimc_client::{
    BootKind, CimcError, LedState, NicKind, Operation, PowerCommand, PowerState, Way,
};
use cimc_sim::{Fault, FaultRule};

use crate::bench::{Bench, until};

const WITHOUT_XML: &str = "1.3";

#[tokio::test]
async fn identity_and_versions_are_told() {
    for personality in ["1.3", "1.4", "1.5", "3.0"] {
        let bench = Bench::start(personality).await;
        let controller = bench.controller();
        let (identity, components) = controller
            .cli(async |shell| Ok((shell.identity().await?, shell.firmware_components().await?)))
            .await
            .unwrap();
        let played = bench.sim().personality();
        assert_eq!(identity.model.as_deref(), Some(played.model()));
        assert_eq!(identity.serial.as_deref(), Some(bench.sim().serial()));
        assert_eq!(identity.firmware.unwrap().to_string(), played.firmware());
        assert_eq!(components[0].component, "bmc");
        assert_eq!(components[1].component, "bios");
        assert!(
            !components[1].version.contains(['"', '(']),
            "{components:?}"
        );
    }
}

#[tokio::test]
async fn power_is_switched_and_read() {
    let bench = Bench::start(WITHOUT_XML).await;
    let controller = bench.controller();
    let state = async || {
        controller
            .cli(async |shell| shell.power_state().await)
            .await
            .unwrap()
    };
    assert_eq!(state().await, PowerState::Off);
    let send = async |command| {
        controller
            .cli(async |shell| shell.set_power(command).await)
            .await
    };
    send(PowerCommand::Up).await.unwrap();
    until("power", || bench.sim().is_powered()).await;
    let reads_on = async { while state().await != PowerState::On {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), reads_on)
        .await
        .unwrap();
    send(PowerCommand::Down).await.unwrap();
    until("no power", || !bench.sim().is_powered()).await;
    let error = send(PowerCommand::DiagnosticInterrupt).await.unwrap_err();
    assert!(matches!(error, CimcError::Unsupported { .. }), "{error}");
}

#[tokio::test]
async fn a_device_is_put_first_and_the_others_stay_in_their_order() {
    for personality in ["1.3", "1.4"] {
        let bench = Bench::start(personality).await;
        let controller = bench.controller();
        let (before, change, after) = controller
            .cli(async |shell| {
                let before = shell.boot_order().await?;
                let change = shell.set_boot_device(BootKind::Network).await?;
                Ok((before, change, shell.boot_order().await?))
            })
            .await
            .unwrap();
        let kinds = |order: &cimc_client::BootOrder| -> Vec<_> {
            order.devices.iter().map(|device| device.kind).collect()
        };
        assert_eq!(
            kinds(&before),
            [BootKind::Cdrom, BootKind::Disk, BootKind::Network]
        );
        assert_eq!(
            kinds(&after),
            [BootKind::Network, BootKind::Cdrom, BootKind::Disk]
        );
        assert!(change.changed && change.persistent);
        let (again, restored, back) = controller
            .cli(async |shell| {
                let again = shell.set_boot_device(BootKind::Network).await?;
                let restored = shell.restore_boot_order(&before.save()).await?;
                Ok((again, restored, shell.boot_order().await?))
            })
            .await
            .unwrap();
        assert!(!again.changed && restored);
        assert_eq!(kinds(&back), kinds(&before));
    }
}

#[tokio::test]
async fn an_order_kept_by_one_way_can_be_put_back_by_the_other() {
    let bench = Bench::start("1.4").await;
    let controller = bench.controller();
    let kept = controller
        .run(async |session| Ok(session.boot_order().await?.save()))
        .await
        .unwrap();
    let by_cli = controller
        .cli(async |shell| Ok(shell.boot_order().await?.save()))
        .await
        .unwrap();
    assert_eq!(kept, by_cli);
}

#[tokio::test]
async fn a_boot_order_that_is_not_stored_is_an_error() {
    let bench = Bench::start(WITHOUT_XML).await;
    bench
        .sim()
        .faults()
        .add(FaultRule::always(Fault::BootOrderNotStored));
    let set = async |shell: &mut cimc_client::Shell| shell.set_boot_device(BootKind::Network).await;
    let error = bench.controller().cli(set).await.unwrap_err();
    assert!(error.to_string().contains("reads back as"), "{error}");
}

#[tokio::test]
async fn mac_addresses_are_those_of_vic_and_board() {
    for (personality, boards) in [("1.3", 0), ("1.4", 0), ("1.5", 2), ("2.0", 2)] {
        let bench = Bench::start(personality).await;
        let nics = bench
            .controller()
            .cli(async |shell| shell.host_nics().await)
            .await
            .unwrap();
        let of = |kind| -> Vec<_> {
            nics.iter()
                .filter(|nic| nic.kind == kind)
                .map(|nic| nic.mac.clone())
                .collect()
        };
        let real = bench.sim().macs();
        assert_eq!(of(NicKind::Vic), real[2..], "{personality}");
        assert_eq!(of(NicKind::Lom), real[..boards], "{personality}");
    }
}

#[tokio::test]
async fn inventory_is_read_page_by_page_and_says_what_is_missing() {
    let bench = Bench::start("1.4").await;
    let found = bench
        .controller()
        .cli(async |shell| shell.inventory().await)
        .await
        .unwrap();
    assert_eq!(
        found
            .processors
            .iter()
            .filter_map(|cpu| cpu.threads)
            .sum::<u32>(),
        32
    );
    assert_eq!((found.memory_mb, found.modules.len()), (Some(131_072), 8));
    assert_eq!(
        (found.disks[0].size >> 20, found.disks[0].boot),
        (285_148, Some(true))
    );
    assert!(found.notes.is_empty(), "{:?}", found.notes);
    let bench = Bench::start("1.3").await;
    let found = bench
        .controller()
        .cli(async |shell| shell.inventory().await)
        .await
        .unwrap();
    assert_eq!((found.memory_mb, found.disks.len()), (Some(131_072), 0));
    assert!(
        found
            .notes
            .iter()
            .any(|note| note.contains("storageadapter")),
        "{:?}",
        found.notes
    );
}

#[tokio::test]
async fn the_locator_led_is_switched() {
    let bench = Bench::start(WITHOUT_XML).await;
    let seen = bench
        .controller()
        .cli(async |shell| {
            shell.set_locator_led(true).await?;
            let on = shell.locator_led().await?;
            shell.set_locator_led(false).await?;
            Ok([on, shell.locator_led().await?])
        })
        .await
        .unwrap();
    assert_eq!(seen, [LedState::On, LedState::Off]);
}

#[tokio::test]
async fn what_a_command_says_no_to_is_quoted() {
    let bench = Bench::start(WITHOUT_XML).await;
    let error = Fault::Error {
        code: String::new(),
        text: "Managed object does not exist".to_owned(),
    };
    bench
        .sim()
        .faults()
        .add(FaultRule::always(error).on("show chassis"));
    let error = bench
        .controller()
        .cli(async |shell| shell.power_state().await)
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("show chassis detail") && text.contains("does not exist"),
        "{text}"
    );
}

#[tokio::test]
async fn a_user_who_may_only_read_is_refused_a_write() {
    let bench = Bench::start(WITHOUT_XML).await;
    let controller = bench.controller_with(|settings| settings.username = "viewer".to_owned());
    let error = controller
        .cli(async |shell| shell.set_power(PowerCommand::Up).await)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("insufficient privileges"),
        "{error}"
    );
}

#[tokio::test]
async fn the_probe_takes_the_command_line_for_what_the_xml_api_lacks() {
    let way = |found: &cimc_client::Capabilities, operation| found.way(operation);
    let bench = Bench::start("1.3").await;
    let found = bench.controller().probe().await.unwrap();
    assert_eq!(found.firmware.as_deref(), Some("1.3(3)"));
    for operation in [
        Operation::Power,
        Operation::SetBootDevice,
        Operation::HostNics,
    ] {
        assert_eq!(way(&found, operation), Some(Way::Cli), "{operation}");
    }
    let bench = Bench::start("1.4").await;
    let found = bench.controller().probe().await.unwrap();
    assert_eq!(way(&found, Operation::Power), Some(Way::Xml));
    assert_eq!(way(&found, Operation::HostNics), Some(Way::Cli));
    // All is there: nobody is asked again.
    let bench = Bench::start("2.0").await;
    let found = bench.controller().probe().await.unwrap();
    assert_eq!(way(&found, Operation::HostNics), Some(Way::Xml));
    assert_eq!(bench.sim().sessions().logins, 1);
}

#[tokio::test]
async fn mainboard_ports_that_xml_does_not_show_come_from_the_command_line() {
    let bench = Bench::start("2.0").await;
    let refused = Fault::Error {
        code: "2003".to_owned(),
        text: "not supported".to_owned(),
    };
    bench
        .sim()
        .faults()
        .add(FaultRule::always(refused).on("networkAdapterEthIf"));
    let found = bench.controller().probe().await;
    let way = found.map(|found| found.way(Operation::HostNics));
    // 2003 is "not ready": the probe must not take it for an answer.
    assert!(way.is_err());
    bench.sim().faults().clear();
    let refused = Fault::Error {
        code: "594".to_owned(),
        text: "no class named networkAdapterEthIf".to_owned(),
    };
    bench
        .sim()
        .faults()
        .add(FaultRule::always(refused).on("networkAdapterEthIf"));
    let found = bench.controller().probe().await.unwrap();
    assert_eq!(found.way(Operation::HostNics), Some(Way::XmlAndCli));
}
