//! The recorded scenarios, each on what it found when it was recorded.

use ferric::model::{InterfaceKind, Node};
use ferric::states::{PowerState, ProvisionState};

use crate::harness::{Api, many};
use crate::replay::Replay;

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../fixtures/ironic-39.0.0/", $name, ".jsonl"))
    };
}

/// Every recording.
#[rustfmt::skip]
pub(crate) const ALL: [(&str, &str); 16] = [
    ("01-root-and-versions", recorded!("01-root-and-versions")),
    ("02-node-crud", recorded!("02-node-crud")),
    ("03-ports", recorded!("03-ports")),
    ("07-maintenance-bootdev-traits", recorded!("07-maintenance-bootdev-traits")),
    ("08-allocations", recorded!("08-allocations")),
    ("09-deploy-templates-runbooks", recorded!("09-deploy-templates-runbooks")),
    ("10-drivers-conductors", recorded!("10-drivers-conductors")),
    ("11-errors", recorded!("11-errors")),
    ("14-chassis", recorded!("14-chassis")),
    ("15-portgroups", recorded!("15-portgroups")),
    ("16-deploy-templates", recorded!("16-deploy-templates")),
    ("17-runbooks", recorded!("17-runbooks")),
    ("18-allocations", recorded!("18-allocations")),
    ("19-volumes", recorded!("19-volumes")),
    ("20-passthru-raid-vmedia", recorded!("20-passthru-raid-vmedia")),
    ("21-inspection-rules", recorded!("21-inspection-rules")),
];

#[tokio::test]
async fn root_and_versions() {
    Replay::run(Api::start().await, "01", recorded!("01-root-and-versions")).await;
}

#[tokio::test]
async fn node_crud() {
    Replay::run(Api::start().await, "02", recorded!("02-node-crud")).await;
}

#[tokio::test]
async fn ports() {
    let api = Api::start().await;
    let uuid = "26fa2200-3704-428e-ba33-b59c88aba2c4";
    api.node_in(uuid, "ports-1", ProvisionState::Enroll).await;
    Replay::run(api, "03", recorded!("03-ports")).await;
}

#[tokio::test]
async fn maintenance_boot_device_and_traits() {
    let api = Api::start().await;
    let uuid = "cc31ac39-ccd5-4eeb-b16a-ba1b719d2809";
    api.node_in(uuid, "misc-1", ProvisionState::Manageable)
        .await;
    Replay::run(api, "07", recorded!("07-maintenance-bootdev-traits")).await;
}

#[tokio::test]
async fn drivers_and_conductors() {
    Replay::run(Api::start().await, "10", recorded!("10-drivers-conductors")).await;
}

#[tokio::test]
async fn errors() {
    let api = Api::start().await;
    api.node_in(
        "4bc4396e-7eec-4102-89ca-05647e6149a6",
        "err-1",
        ProvisionState::Enroll,
    )
    .await;
    api.node_in(
        "71f4e6c2-fd5b-41ea-b138-709a837de384",
        "err-2",
        ProvisionState::Available,
    )
    .await;
    api.node_in(
        "5ba8fc7d-5b85-4767-bded-f1690b109653",
        "err-3",
        ProvisionState::Active,
    )
    .await;
    for name in ["err-1", "err-3"] {
        api.change(name, |node| {
            node.resource_class = Some("baremetal".to_owned())
        })
        .await;
    }
    Replay::run(api, "11", recorded!("11-errors")).await;
}

#[tokio::test]
async fn allocations_that_find_no_node() {
    let api = Api::start().await;
    let uuid = "ea79bd1b-3d3d-4799-b6dc-b19121216a17";
    api.node_in(uuid, "alloc-1", ProvisionState::Available)
        .await;
    api.change("alloc-1", |node| {
        node.resource_class = Some("alloc-rc".to_owned());
    })
    .await;
    Replay::run(api, "08", recorded!("08-allocations")).await;
}

#[tokio::test]
async fn deploy_templates_and_runbooks_of_the_command_line() {
    let api = Api::start().await;
    let uuid = "4962b288-f11c-46e3-8568-90c0fb1eecee";
    api.node_in(uuid, "rb-1", ProvisionState::Manageable).await;
    Replay::run(api, "09", recorded!("09-deploy-templates-runbooks")).await;
}

#[tokio::test]
async fn chassis() {
    let api = Api::start().await;
    for (uuid, name) in [
        ("14141414-0000-4000-8000-00000000000a", "ch-1"),
        ("14141414-0000-4000-8000-00000000000b", "ch-2"),
    ] {
        api.node_in(uuid, name, ProvisionState::Enroll).await;
    }
    Replay::run(api, "14", recorded!("14-chassis")).await;
}

#[tokio::test]
async fn portgroups() {
    let api = Api::start().await;
    let uuid = "15151515-0000-4000-8000-00000000000a";
    api.node_in(uuid, "pgn-1", ProvisionState::Enroll).await;
    let uuid = "15151515-0000-4000-8000-00000000000b";
    api.node_in(uuid, "pgn-2", ProvisionState::Available).await;
    Replay::run(api, "15", recorded!("15-portgroups")).await;
}

#[tokio::test]
async fn deploy_templates() {
    Replay::run(Api::start().await, "16", recorded!("16-deploy-templates")).await;
}

#[tokio::test]
async fn runbooks() {
    let api = Api::start().await;
    let uuid = "17171717-0000-4000-8000-00000000000a";
    api.node_in(uuid, "rbn-1", ProvisionState::Manageable).await;
    Replay::run(api, "17", recorded!("17-runbooks")).await;
}

#[tokio::test]
async fn allocations() {
    let api = Api::start().await;
    for (end, class, state) in [
        ("a", "rc-1", ProvisionState::Available),
        ("b", "rc-2", ProvisionState::Active),
        ("c", "rc-3", ProvisionState::Available),
    ] {
        let number = class.trim_start_matches("rc-");
        let uuid = format!("18181818-0000-4000-8000-00000000000{end}");
        api.node_in(&uuid, &format!("al-{number}"), state).await;
        api.change(&uuid, |node| {
            node.resource_class = Some(class.to_owned());
            node.power_state = Some(PowerState::On);
            if end == "a" {
                node.traits = vec!["CUSTOM_GPU".to_owned()];
            }
        })
        .await;
    }
    Replay::run(api, "18", recorded!("18-allocations")).await;
}

#[tokio::test]
async fn volumes() {
    let api = Api::start().await;
    for (end, name, state, power) in [
        ("a", "vol-1", ProvisionState::Manageable, PowerState::Off),
        ("b", "vol-2", ProvisionState::Active, PowerState::On),
    ] {
        let uuid = format!("19191919-0000-4000-8000-00000000000{end}");
        api.node_in(&uuid, name, state).await;
        api.change(&uuid, |node| node.power_state = Some(power))
            .await;
    }
    Replay::run(api, "19", recorded!("19-volumes")).await;
}

#[tokio::test]
async fn shards_events_and_what_interfaces_lack() {
    let api = Api::start().await;
    let uuid = "20202020-0000-4000-8000-00000000000a";
    api.node_in(uuid, "rest-1", ProvisionState::Manageable)
        .await;
    let uuid = "20202020-0000-4000-8000-00000000000b";
    api.node_in(uuid, "rest-2", ProvisionState::Enroll).await;
    many(&api.store, 9).await;
    api.enrolled("rest-3").await;
    api.enrolled("rest-4").await;
    let no_raid = |node: &mut Node| node.interfaces.set(InterfaceKind::Raid, "no-raid");
    api.change("rest-2", no_raid).await;
    for (name, shard) in [("rest-2", "s1"), ("rest-3", "s1"), ("rest-4", "s2")] {
        api.change(name, |node| node.shard = Some(shard.to_owned()))
            .await;
    }
    Replay::run(api, "20", recorded!("20-passthru-raid-vmedia")).await;
}

#[tokio::test]
async fn inspection_rules() {
    Replay::run(Api::start().await, "21", recorded!("21-inspection-rules")).await;
}

#[tokio::test]
async fn what_came_after_1_110() {
    let api = Api::start().await;
    let uuid = "7c1f3a52-0000-4000-8000-000000000022";
    api.node_in(uuid, "versions-1", ProvisionState::Manageable)
        .await;
    Replay::run(api, "22", recorded!("22-versions-to-1.115")).await;
}

#[tokio::test]
async fn vendor_methods() {
    let api = Api::start().await;
    for (uuid, name, vendor) in [
        ("7c1f3a52-0000-4000-8000-00000000002a", "vendor-1", "fake"),
        (
            "7c1f3a52-0000-4000-8000-00000000002b",
            "vendor-2",
            "no-vendor",
        ),
    ] {
        api.node_in(uuid, name, ProvisionState::Enroll).await;
        let set = |node: &mut Node| node.interfaces.set(InterfaceKind::Vendor, vendor);
        api.change(name, set).await;
    }
    Replay::run(api, "23", recorded!("23-vendor-methods")).await;
}
