//! Resources and allocations in the store, on SQLite and, where there is one, on PostgreSQL.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use ferric::conductor::{Conductor, Options};
use ferric::drivers::cobbler::Cobblers;
use ferric::drivers::{Registry, Settings};
use ferric::model::{Interfaces, Node, Port, Resource, ResourceKind, now};
use ferric::states::{PowerState, ProvisionState};
use ferric::store::{NodeFilter, Page, ResourceFilter, Store, StoreError};
use serde_json::json;
use strum::IntoEnumIterator as _;
use tokio_util::sync::CancellationToken;

use crate::stores::on_each;
use crate::support::map;

fn resource(kind: ResourceKind, fields: serde_json::Value) -> Resource {
    let mut resource = Resource::new(kind, now());
    resource.fields = map(fields);
    resource
}

fn free_node(name: &str) -> Node {
    let mut node = Node::new("fake-hardware", Interfaces::default(), now());
    node.name = Some(name.to_owned());
    node.resource_class = Some("rack".to_owned());
    node.power_state = Some(PowerState::Off);
    node.enter(ProvisionState::Available, now());
    node
}

fn allocation() -> Resource {
    let fields = json!({
        "resource_class": "rack", "state": "allocating", "last_error": null, "traits": [],
        "candidate_nodes": [], "owner": null, "extra": {},
    });
    resource(ResourceKind::Allocation, fields)
}

pub(crate) fn conductor(store: &Store) -> Conductor {
    let controllers = Arc::new(cimc_client::Controllers::new());
    let drivers = Registry::new(controllers, Duration::from_secs(10), Cobblers::default());
    Conductor::new(
        store.clone(),
        drivers,
        Settings::default(),
        Options::default(),
    )
}

#[tokio::test]
async fn each_kind_comes_back_as_it_was_written_and_by_its_kind_alone() {
    on_each(async |store| {
        for kind in ResourceKind::iter() {
            let mut made = resource(kind, json!({"extra": {"password": "p"}, "n": 1}));
            made.name = Some("CUSTOM_SAME".to_owned());
            let stored = store.create_resource(&made).await.unwrap();
            made.id = stored.id;
            assert_eq!(stored, made);
            assert_eq!(store.resource(kind, "CUSTOM_SAME").await.unwrap(), made);
            let mut after = made.clone();
            after.fields.insert("n".to_owned(), 2.into());
            let saved = store.save_resource(&made, &after).await.unwrap();
            assert_eq!((saved.version, &saved.fields), (1, &after.fields));
            let late = store.save_resource(&made, &after).await;
            assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
        }
        let uuid = store
            .resource(ResourceKind::Chassis, "CUSTOM_SAME")
            .await
            .unwrap()
            .uuid;
        let other = store
            .resource(ResourceKind::Runbook, &uuid.to_string())
            .await;
        assert!(matches!(
            other,
            Err(StoreError::NotFound {
                what: "Runbook",
                ..
            })
        ));
    })
    .await;
}

#[tokio::test]
async fn names_and_claims_are_unique_within_their_kind() {
    on_each(async |store| {
        let group = |name: &str, address: &str| {
            let mut group = resource(ResourceKind::Portgroup, json!({"address": address}));
            group.name = Some(name.to_owned());
            group
        };
        let first = group("bond0", "52:54:00:00:00:01");
        store.create_resource(&first).await.unwrap();
        let name = store
            .create_resource(&group("bond0", "52:54:00:00:00:02"))
            .await;
        assert!(
            matches!(name, Err(StoreError::NameTaken { .. })),
            "{name:?}"
        );
        let claim = store
            .create_resource(&group("bond1", "52:54:00:00:00:01"))
            .await;
        assert!(
            matches!(claim, Err(StoreError::ClaimTaken { .. })),
            "{claim:?}"
        );
        let mut twin = group("bond2", "52:54:00:00:00:03");
        twin.uuid = first.uuid;
        let uuid = store.create_resource(&twin).await;
        assert!(
            matches!(uuid, Err(StoreError::UuidTaken { .. })),
            "{uuid:?}"
        );
        let mut orphan = group("bond3", "52:54:00:00:00:04");
        orphan.node_uuid = Some(uuid::Uuid::new_v4());
        let orphan = store.create_resource(&orphan).await;
        assert!(
            matches!(orphan, Err(StoreError::NotFound { what: "Node", .. })),
            "{orphan:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn lists_are_narrowed_by_columns_and_by_fields_and_sorted_by_both() {
    on_each(async |store| {
        let node = store.create_node(&free_node("n1")).await.unwrap();
        for (index, priority) in [(0, 10), (1, 9), (2, 100)] {
            let fields = json!({"priority": priority, "phase": "main", "public": index == 2});
            let mut one = resource(ResourceKind::InspectionRule, fields);
            one.node_uuid = (index == 0).then_some(node.uuid);
            store.create_resource(&one).await.unwrap();
        }
        let list = async |filter: ResourceFilter, sort_key: &str| {
            let page = Page {
                sort_key: sort_key.to_owned(),
                ..Page::default()
            };
            let found = store
                .resources(ResourceKind::InspectionRule, &filter, &page)
                .await;
            let found = found.unwrap();
            found
                .iter()
                .map(|r| r.fields["priority"].as_i64().unwrap())
                .collect::<Vec<_>>()
        };
        let all = ResourceFilter::default;
        assert_eq!(list(all(), "priority").await, [9, 10, 100]);
        assert_eq!(list(all(), "id").await, [10, 9, 100]);
        let of_node = ResourceFilter {
            node_uuid: Some(node.uuid),
            ..all()
        };
        assert_eq!(list(of_node, "created_at").await, [10]);
        let public = ResourceFilter {
            project: Some("p1".to_owned()),
            ..all()
        };
        assert_eq!(list(public, "id").await, [100]);
        let phase = ResourceFilter {
            equal: vec![("phase", "x".to_owned())],
            ..all()
        };
        assert!(list(phase, "phase").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_chassis_with_nodes_and_a_portgroup_with_ports_stay() {
    on_each(async |store| {
        let chassis = resource(ResourceKind::Chassis, json!({}));
        let chassis = store.create_resource(&chassis).await.unwrap();
        let mut node = free_node("n1");
        node.chassis_uuid = Some(chassis.uuid);
        let mut node = store.create_node(&node).await.unwrap();
        let mut group = resource(ResourceKind::Portgroup, json!({"physical_network": "a"}));
        group.node_uuid = Some(node.uuid);
        let group = store.create_resource(&group).await.unwrap();
        let mut port = Port::new(node.uuid, "00:25:b5:00:00:01".to_owned(), now());
        port.portgroup_uuid = Some(group.uuid);
        port.physical_network = Some("a".to_owned());
        let port = store.create_port(&port).await.unwrap();
        for held in [&chassis, &group] {
            let refused = store.delete_resource(held).await;
            assert!(
                matches!(refused, Err(StoreError::InUse { .. })),
                "{refused:?}"
            );
        }
        // The port goes with its portgroup to another network.
        let mut moved = group.clone();
        moved.fields = map(json!({"physical_network": "b"}));
        let group = store.save_resource(&group, &moved).await.unwrap();
        let port = store.port(&port.uuid.to_string()).await.unwrap();
        assert_eq!(port.physical_network.as_deref(), Some("b"));

        store.delete_port(port.uuid).await.unwrap();
        node.chassis_uuid = None;
        store.save_node(&node).await.unwrap();
        for free in [&chassis, &group] {
            store.delete_resource(free).await.unwrap();
            let gone = store.delete_resource(free).await;
            assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn forty_allocations_share_twenty_nodes_one_each() {
    on_each(async |store| {
        for index in 0..20 {
            store
                .create_node(&free_node(&format!("n{index}")))
                .await
                .unwrap();
        }
        // Two processes on one database.
        let conductors = [conductor(&store), conductor(&store)];
        let mut requests = tokio::task::JoinSet::new();
        for index in 0..40 {
            let conductor = conductors[index % 2].clone();
            requests.spawn(async move { conductor.create_allocation(allocation()).await.unwrap() });
        }
        requests.join_all().await;
        let all = store
            .resources(
                ResourceKind::Allocation,
                &ResourceFilter::default(),
                &Page::all(),
            )
            .await
            .unwrap();
        let active: Vec<&Resource> = all
            .iter()
            .filter(|a| a.text("state") == Some("active"))
            .collect();
        let failed = all
            .iter()
            .filter(|a| a.text("state") == Some("error"))
            .count();
        assert_eq!((active.len(), failed), (20, 20));
        let nodes: BTreeSet<_> = active.iter().map(|a| a.node_uuid.unwrap()).collect();
        assert_eq!(nodes.len(), 20);
        let taken = NodeFilter {
            associated: Some(true),
            ..NodeFilter::default()
        };
        for node in store.nodes(&taken, &Page::all()).await.unwrap() {
            let held = active
                .iter()
                .find(|a| Some(a.uuid) == node.allocation_uuid)
                .unwrap();
            assert_eq!(
                (held.node_uuid, node.instance_uuid),
                (Some(node.uuid), Some(held.uuid))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_allocation_that_a_dead_process_left_is_taken_up() {
    on_each(async |store| {
        store.create_node(&free_node("n1")).await.unwrap();
        let mut left = allocation();
        left.created_at -= TimeDelta::minutes(5);
        store.create_resource(&left).await.unwrap();
        let stop = CancellationToken::new();
        let engine = conductor(&store);
        let running = tokio::spawn({
            let stop = stop.clone();
            async move { engine.run(stop).await }
        });
        let uuid = left.uuid.to_string();
        let taken = async || {
            let now = store
                .resource(ResourceKind::Allocation, &uuid)
                .await
                .unwrap();
            now.text("state") == Some("active")
        };
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while !taken().await {
            assert!(tokio::time::Instant::now() < deadline, "nobody took it up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
        running.await.unwrap();
    })
    .await;
}
