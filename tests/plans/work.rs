//! Everything that is asked of a store while nodes are listed, changed, and worked on.

use std::time::Duration;

use ferric::model::{
    DocumentKind, Evidence, EvidenceKind, EvidenceSource, HistoryEntry, Interfaces, Node, Port,
    Resource, ResourceKind, Severity, now,
};
use ferric::store::{
    Newcomers, NodeColumns, NodeFilter, Page, PortFilter, ResourceFilter, Rhythm, Store,
};
use serde_json::json;
use uuid::Uuid;

const LEASE: Duration = Duration::from_secs(60);

pub(crate) fn node(name: &str) -> Node {
    let mut node = Node::new("fake-hardware", Interfaces::default(), now());
    node.name = Some(name.to_owned());
    node
}

/// All of it, once.
pub(crate) async fn everything(store: &Store) {
    let node = nodes(store).await;
    ports(store, &node).await;
    records(store, &node).await;
    let node = resources(store, node).await;
    power_sync(store).await;
    store.nodes_by_state().await.unwrap();
    store.shards().await.unwrap();
    store.heartbeat("host", "", &[]).await.unwrap();
    store.conductors().await.unwrap();
    store.delete_node(&node).await.unwrap();
}

async fn nodes(store: &Store) -> Node {
    let mut due = node("n1");
    due.next_run_at = Some(now());
    let made = store.create_node(&due).await.unwrap();
    store.node("n1").await.unwrap();
    store.node(&made.uuid.to_string()).await.unwrap();
    let pages = [None, Some(made.uuid)].map(|marker| Page {
        marker,
        ..Page::default()
    });
    for page in &pages {
        store.nodes(&NodeFilter::default(), page).await.unwrap();
    }
    let brief = NodeColumns::of(["name", "power_state"]);
    store.nodes_by_id(&[made.id], &brief).await.unwrap();
    let free = NodeFilter {
        resource_class: Some("x".to_owned()),
        associated: Some(false),
        maintenance: Some(false),
        project: Some("x".to_owned()),
        include_children: true,
        ..NodeFilter::default()
    };
    store.nodes(&free, &Page::all()).await.unwrap();
    store.next_due().await.unwrap();
    let claimed = store.claim_due("host", LEASE).await.unwrap().unwrap();
    store.wake_node(claimed.uuid).await.unwrap();
    store.release_all("host").await.unwrap();
    let free = store.node("n1").await.unwrap();
    store.claim_node(&free, "host", LEASE).await.unwrap()
}

async fn ports(store: &Store, node: &Node) {
    let port = Port::new(node.uuid, "00:25:b5:00:00:01".to_owned(), now());
    let port = store.create_port(&port).await.unwrap();
    store.port(&port.uuid.to_string()).await.unwrap();
    store.port("none").await.unwrap_err();
    store.port_by_address(&port.address).await.unwrap();
    store.ports_of(node.uuid).await.unwrap();
    store.has_members(Uuid::nil()).await.unwrap();
    let names = || Some(vec!["x".to_owned()]);
    for filter in [
        PortFilter::default(),
        PortFilter {
            portgroup_uuid: Some(node.uuid),
            ..PortFilter::default()
        },
        PortFilter {
            address: Some(port.address.clone()),
            ..PortFilter::default()
        },
        PortFilter {
            shards: names(),
            ..PortFilter::default()
        },
        PortFilter {
            conductor_groups: names(),
            ..PortFilter::default()
        },
        PortFilter {
            description_contains: Some("x".to_owned()),
            ..PortFilter::default()
        },
    ] {
        store.ports(&filter, &Page::default()).await.unwrap();
    }
    let saved = store.save_port(&port, &port).await.unwrap();
    store.delete_port(saved.uuid).await.unwrap();
}

/// What is kept of a node's work.
async fn records(store: &Store, node: &Node) {
    let job_id = Uuid::new_v4();
    let seen = Evidence {
        node_uuid: node.uuid,
        job_id,
        source: EvidenceSource::Installer,
        kind: EvidenceKind::Started,
        message: String::new(),
        seen_at: now(),
    };
    store.add_evidence(&seen).await.unwrap();
    store.evidence(node.uuid, job_id).await.unwrap();
    store.newest_evidence(node.uuid).await.unwrap();
    for sort_key in ["id", "created_at"] {
        let page = Page {
            sort_key: sort_key.to_owned(),
            ..Page::default()
        };
        store.history(node.uuid, &page).await.unwrap();
    }
    let kind = DocumentKind::Bios;
    store
        .put_document(node.uuid, kind, &json!([]))
        .await
        .unwrap();
    store.document(node.uuid, kind).await.unwrap();
}

async fn resources(store: &Store, node: Node) -> Node {
    let kind = ResourceKind::Allocation;
    let mut made = Resource::new(kind, now());
    made.name = Some("a1".to_owned());
    let made = store.create_resource(&made).await.unwrap();
    store.resource(kind, "a1").await.unwrap();
    let pages = [None, Some(made.uuid)].map(|marker| Page {
        marker,
        ..Page::default()
    });
    for page in &pages {
        store
            .resources(kind, &ResourceFilter::default(), page)
            .await
            .unwrap();
    }
    let mut filters = vec![
        ResourceFilter {
            node_uuid: Some(node.uuid),
            ..ResourceFilter::default()
        },
        ResourceFilter {
            shards: Some(vec!["x".to_owned()]),
            ..ResourceFilter::default()
        },
        ResourceFilter {
            project: Some("x".to_owned()),
            ..ResourceFilter::default()
        },
    ];
    filters.extend(
        ["state", "resource_class", "owner"].map(|field| ResourceFilter {
            equal: vec![(field, "x".to_owned())],
            ..ResourceFilter::default()
        }),
    );
    for filter in &filters {
        store.resources(kind, filter, &pages[0]).await.unwrap();
    }
    let mut taken = node;
    taken.instance_uuid = Some(made.uuid);
    taken.allocation_uuid = Some(made.uuid);
    store.save_allocation(&made, &taken).await.unwrap();
    let mut node = store.node(&taken.uuid.to_string()).await.unwrap();
    node.allocation_uuid = None;
    let event = "it failed".to_owned();
    let entry = HistoryEntry::about(&node, "verify", Severity::Error, event, "host", now());
    let saved = store.save_outcome(&node, &[entry]).await.unwrap();
    for kind in [ResourceKind::Chassis, ResourceKind::Portgroup] {
        let made = store
            .create_resource(&Resource::new(kind, now()))
            .await
            .unwrap();
        let made = store.save_resource(&made, &made).await.unwrap();
        store.delete_resource(&made).await.unwrap();
    }
    saved
}

async fn power_sync(store: &Store) {
    let rhythm = Rhythm::new(Duration::from_secs(60));
    store.resume_power_sync(rhythm).await.unwrap();
    store
        .enlist_for_power_sync(rhythm, Newcomers::New)
        .await
        .unwrap();
    // A round from now, every node's turn has come.
    let rounds = Rhythm::new(Duration::from_millis(1));
    let claimed = async || store.claim_power_syncs(rounds, 10).await.unwrap();
    let mut due = claimed().await;
    while due.is_empty() {
        for id in 1..10 {
            store.note_power_sync(id, 0, rounds, 1).await.unwrap();
        }
        tokio::task::yield_now().await;
        due = claimed().await;
    }
    store.next_power_sync().await.unwrap();
}
