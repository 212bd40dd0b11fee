//! Identity and network interfaces.

use cimc_client::{CimcError, HostNic, Identity, NicKind};

use crate::SERVER;
use crate::stub::{Stub, schema_error};

async fn identity(stub: &Stub) -> Identity {
    stub.on_dn("sys/rack-unit-1", &[SERVER]);
    let (_controllers, controller) = stub.controller();
    controller
        .run(async |session| session.identity().await)
        .await
        .unwrap()
}

async fn host_nics(stub: &Stub) -> Result<Vec<HostNic>, CimcError> {
    let (_controllers, controller) = stub.controller();
    controller
        .run(async |session| session.host_nics().await)
        .await
}

#[tokio::test]
async fn identity_is_read_with_the_version_of_the_login() {
    let stub = Stub::start("2.0(13e)").await;
    let identity = identity(&stub).await;
    assert_eq!(identity.model.as_deref(), Some("UCSC-C220-M3S"));
    assert_eq!(identity.serial.as_deref(), Some("FCH1752V07Z"));
    assert_eq!(identity.name.as_deref(), Some("UCS C220 M3S"));
    assert_eq!(
        identity.uuid.as_deref(),
        Some("4A42480B-345D-4CD0-8824-A399795E279C")
    );
    assert_eq!(identity.firmware.unwrap().to_string(), "2.0(13e)");
    assert_eq!(identity.memory_mb, Some(131_072));
    assert_eq!(
        (identity.cpus, identity.cores, identity.threads),
        (Some(2), Some(16), Some(32))
    );
    assert_eq!(stub.work().len(), 1);
}

#[tokio::test]
async fn without_a_version_at_login_the_running_firmware_is_read() {
    let stub = Stub::start("").await;
    let object = "<firmwareRunning dn=\"sys/rack-unit-1/mgmt/fw-system\" version=\"1.5(1b)\"/>";
    stub.on_dn("sys/rack-unit-1/mgmt/fw-system", &[object]);
    assert_eq!(
        identity(&stub).await.firmware.unwrap().to_string(),
        "1.5(1b)"
    );
}

#[tokio::test]
async fn without_that_object_the_class_is_searched_for_the_controllers_own_firmware() {
    let stub = Stub::start("").await;
    stub.on("/mgmt/fw-system\"", [schema_error("no such thing")]);
    stub.on_class(
        "firmwareRunning",
        "<firmwareRunning dn=\"sys/rack-unit-1/bios/fw-boot-loader\" version=\"9.9(9)\"/>\
         <firmwareRunning dn=\"sys/rack-unit-1/mgmt/fw-system\" version=\"1.5(1b)\"/>",
    );
    assert_eq!(
        identity(&stub).await.firmware.unwrap().to_string(),
        "1.5(1b)"
    );
}

#[tokio::test]
async fn a_controller_that_never_tells_its_version_still_has_an_identity() {
    let stub = Stub::start("").await;
    let identity = identity(&stub).await;
    assert_eq!((identity.firmware, identity.serial.is_some()), (None, true));
}

#[tokio::test]
async fn interfaces_are_filtered_and_sorted() {
    let stub = Stub::start("4.1(3i)").await;
    stub.on_class(
        "adaptorHostEthIf",
        "<adaptorHostEthIf dn=\"sys/rack-unit-1/adaptor-MLOM/host-eth-eth0\" name=\"eth0\" \
         mac=\"3C:08:F6:D9:8F:00\" pxeBoot=\"disabled\"/>\
         <adaptorHostEthIf dn=\"sys/rack-unit-1/adaptor-MLOM/host-eth-eth1\" name=\"eth1\" \
         mac=\"3C:08:F6:D9:8F:01\" pxeBoot=\"enabled\"/>\
         <adaptorHostEthIf dn=\"sys/rack-unit-1/adaptor-1/host-eth-eth0\" name=\"eth0\" \
         mac=\"00:00:00:00:00:00\" pxeBoot=\"enabled\"/>",
    );
    stub.on_class(
        "networkAdapterEthIf",
        "<networkAdapterEthIf dn=\"sys/rack-unit-1/network-adapter-2/eth-1\" \
         mac=\"AA:00:00:00:02:01\"/>\
         <networkAdapterEthIf dn=\"sys/rack-unit-1/network-adapter-L/eth-10\" \
         mac=\"AA:00:00:00:00:10\"/>\
         <networkAdapterEthIf dn=\"sys/rack-unit-1/network-adapter-L/eth-2\" \
         mac=\"AA:00:00:00:00:02\" name=\"lom2\"/>\
         <networkAdapterEthIf dn=\"sys/rack-unit-1/network-adapter-L/eth-3\" mac=\"N/A\"/>",
    );
    let nics = host_nics(&stub).await.unwrap();
    let found: Vec<(&str, NicKind, &str)> = nics
        .iter()
        .map(|nic| (nic.mac.as_str(), nic.kind, nic.name.as_str()))
        .collect();
    let expected = [
        ("3c:08:f6:d9:8f:01", NicKind::Vic, "eth1"),
        ("aa:00:00:00:00:02", NicKind::Lom, "lom2"),
        ("aa:00:00:00:00:10", NicKind::Lom, "eth-10"),
        ("3c:08:f6:d9:8f:00", NicKind::Vic, "eth0"),
        ("aa:00:00:00:02:01", NicKind::Other, "eth-1"),
    ];
    assert_eq!(found, expected);
    let requests = [
        "<configResolveClass classId=\"adaptorHostEthIf\" cookie=\"C1\" inHierarchical=\"false\" />",
        "<configResolveClass classId=\"networkAdapterEthIf\" cookie=\"C1\" \
         inHierarchical=\"false\" />",
    ];
    assert_eq!(stub.work(), requests);
}

#[tokio::test]
async fn one_missing_class_does_not_hide_the_other() {
    let stub = Stub::start("1.5(4)").await;
    stub.on(
        "adaptorHostEthIf",
        [schema_error("no class named adaptorHostEthIf")],
    );
    stub.on_class(
        "networkAdapterEthIf",
        "<networkAdapterEthIf dn=\"sys/rack-unit-1/network-adapter-L/eth-1\" \
         mac=\"AA:00:00:00:00:01\"/>",
    );
    assert_eq!(host_nics(&stub).await.unwrap().len(), 1);
}

#[tokio::test]
async fn firmware_1_4_has_no_addresses_in_whatever_way_it_says_so() {
    let refuses = Stub::start("1.4(3c)").await;
    refuses.on("configResolveClass", [schema_error("no class named x")]);
    let empty = Stub::start("1.4(3z09)").await;
    let blank = Stub::start("1.4(3c)").await;
    blank.on_class(
        "adaptorHostEthIf",
        "<adaptorHostEthIf dn=\"sys/rack-unit-1/adaptor-1/host-eth-eth0\" mac=\"N/A\"/>",
    );
    for stub in [refuses, empty, blank] {
        let error = host_nics(&stub).await.unwrap_err();
        assert!(matches!(error, CimcError::Unsupported { .. }), "{error}");
    }
}

#[tokio::test]
async fn later_firmware_may_have_no_addresses_yet() {
    let stub = Stub::start("3.0(4a)").await;
    assert_eq!(host_nics(&stub).await.unwrap(), []);
}

#[tokio::test]
async fn the_firmware_of_a_card_has_the_cards_maker_and_serial_number() {
    let stub = Stub::start("4.0(4b)").await;
    let running = |place: &str, version: &str| {
        format!("<firmwareRunning dn=\"sys/rack-unit-1/{place}/fw-system\" version=\"{version}\"/>")
    };
    stub.on_class(
        "firmwareRunning",
        &[
            running("mgmt", "4.0(4b)"),
            running("adaptor-MLOM/mgmt", "4.3(2a)"),
            running("board/storage-SAS-MRAID", "24.12.1"),
        ]
        .concat(),
    );
    stub.on_class(
        "adaptorUnit",
        "<adaptorUnit dn=\"sys/rack-unit-1/adaptor-MLOM\" model=\"UCSC-MLOM-C25Q-04\" serial=\"FCH2\" \
         vendor=\"Cisco Systems Inc\"/>",
    );
    stub.on(
        "storageController",
        [schema_error("no class named storageController")],
    );
    let (_controllers, controller) = stub.controller();
    let components = controller
        .run(async |session| session.firmware_components().await)
        .await
        .unwrap();
    let told: Vec<_> = components
        .iter()
        .map(|one| {
            (
                one.component.as_str(),
                one.model.as_deref(),
                one.serial.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("bmc", None, None),
            ("nic:MLOM", Some("UCSC-MLOM-C25Q-04"), Some("FCH2")),
            ("raid:SAS-MRAID", None, None),
        ]
    );
    assert_eq!(components[1].vendor.as_deref(), Some("Cisco Systems Inc"));
}

#[tokio::test]
async fn cards_without_firmware_of_their_own_are_not_asked_for() {
    let stub = Stub::start("2.0(13e)").await;
    stub.on_class(
        "firmwareRunning",
        "<firmwareRunning dn=\"sys/rack-unit-1/mgmt/fw-system\" version=\"2.0(13e)\"/>",
    );
    let (_controllers, controller) = stub.controller();
    let components = controller
        .run(async |session| session.firmware_components().await)
        .await
        .unwrap();
    assert_eq!(components.len(), 1);
    assert_eq!(stub.work().len(), 1, "{:?}", stub.work());
}
