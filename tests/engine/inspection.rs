//! Inspection out of band, on servers of every generation.

use ferric::model::DocumentKind;
use ferric::states::{ProvisionState as State, Verb};
use testkit::{Lab, LabSpec};

use crate::support::{Running, sqlite};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inspected_server_has_properties_ports_inventory_and_versions() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec {
        nodes: 4,
        ..LabSpec::default()
    })
    .await
    .unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    for number in 0..4 {
        let controller = &lab.rack.controllers()[number];
        let node = running.enrol(&lab, number).await;
        running.say(&node, Verb::Manage).await;
        running.rests(&node, State::Manageable).await;
        running.say(&node, Verb::Inspect).await;
        let node = running.rests(&node, State::Manageable).await;
        assert_eq!(node.last_error, None);
        assert!(node.inspection_finished_at > node.inspection_started_at);
        assert_eq!(node.properties["memory_mb"], 131_072);
        assert_eq!(node.properties["cpu_arch"], "x86_64");
        assert_eq!(node.health.as_deref(), Some("OK"));
        assert_eq!(node.boot_mode.as_deref(), Some("bios"));

        let store = running.conductor.store();
        let ports = store.ports_of(node.uuid).await.unwrap();
        assert_eq!(ports.len(), controller.macs().len());
        let pxe: Vec<_> = ports
            .iter()
            .filter(|port| port.pxe_enabled)
            .map(|port| &port.address)
            .collect();
        assert_eq!(pxe, [&controller.macs()[0]]);
        let why = node.internal_text("pxe_port").unwrap();
        assert!(
            why.starts_with(&controller.macs()[0]) && why.len() > 20,
            "{why}"
        );

        let document = |kind| store.document(node.uuid, kind);
        let inventory = document(DocumentKind::Inventory)
            .await
            .unwrap()
            .unwrap()
            .value;
        assert_eq!(
            inventory["inventory"]["system_vendor"]["serial_number"],
            controller.serial()
        );
        let firmware = document(DocumentKind::Firmware)
            .await
            .unwrap()
            .unwrap()
            .value;
        assert_eq!(firmware[0]["component"], "bmc");
        assert_eq!(
            firmware[0]["initial_version"],
            controller.personality().firmware()
        );
        let adapter = firmware.as_array().unwrap().iter();
        let mut adapter = adapter.filter(|one| one["component"] == "nic:MLOM");
        if let Some(adapter) = adapter.next() {
            assert_eq!(adapter["vendor"], "Cisco Systems Inc");
            assert_eq!(
                adapter["serial_number"],
                format!("{}A", controller.serial())
            );
        }
        assert!(document(DocumentKind::Bios).await.unwrap().is_some());
        assert_eq!(controller.sessions().open, 0);
        assert_eq!(controller.sessions().most_open, 1);
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_answer_fails_its_inspection_and_can_be_inspected_again() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::start(LabSpec::default()).await.unwrap();
    let running = Running::start(sqlite(folder.path()).await, &lab).await;
    let node = running.enrol(&lab, 0).await;
    running.say(&node, Verb::Manage).await;
    running.rests(&node, State::Manageable).await;
    let faults = lab.rack.controllers()[0].faults();
    faults.add(cimc_sim::FaultRule::always(cimc_sim::Fault::Error {
        code: "551".to_owned(),
        text: "Authentication failed".to_owned(),
    }));
    running.say(&node, Verb::Inspect).await;
    let failed = running.rests(&node, State::InspectFailed).await;
    let error = failed.last_error.unwrap();
    assert!(
        error.contains("inspect") && error.contains("password"),
        "{error}"
    );
    faults.clear();
    running.say(&node, Verb::Inspect).await;
    let node = running.rests(&node, State::Manageable).await;
    assert_eq!(node.last_error, None);
    running.stop().await;
}
