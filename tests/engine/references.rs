//! Who joins what somebody else deletes at the same instant: one of them is refused, and nothing
//! refers to what isn't there.

use ferric::model::{Interfaces, Node, Port, Resource, ResourceKind, now};
use ferric::store::{Store, StoreError};

use crate::stores::on_each;

async fn chassis(store: &Store) -> Resource {
    let chassis = Resource::new(ResourceKind::Chassis, now());
    store.create_resource(&chassis).await.unwrap()
}

async fn group(store: &Store, node: &Node) -> Resource {
    let mut group = Resource::new(ResourceKind::Portgroup, now());
    group.node_uuid = Some(node.uuid);
    store.create_resource(&group).await.unwrap()
}

fn node() -> Node {
    Node::new("fake-hardware", Interfaces::default(), now())
}

fn port(node: &Node, number: usize) -> Port {
    Port::new(node.uuid, format!("52:54:00:00:00:{number:02x}"), now())
}

fn is_missing<T>(result: &Result<T, StoreError>, kind: &str) -> bool {
    matches!(result, Err(StoreError::NotFound { what, .. }) if *what == kind)
}

#[tokio::test]
async fn what_was_deleted_after_it_was_looked_for_can_not_be_joined() {
    on_each(async |store| {
        let owner = store.create_node(&node()).await.unwrap();
        let (gone, left) = (group(&store, &owner).await, chassis(&store).await);
        let before = store.create_port(&port(&owner, 1)).await.unwrap();
        // Here somebody has looked, and found both.
        store.delete_resource(&gone).await.unwrap();
        store.delete_resource(&left).await.unwrap();

        let mut joins = port(&owner, 2);
        joins.portgroup_uuid = Some(gone.uuid);
        let made = store.create_port(&joins).await;
        assert!(is_missing(&made, "Portgroup"), "{made:?}");
        let mut after = before.clone();
        after.portgroup_uuid = Some(gone.uuid);
        let saved = store.save_port(&before, &after).await;
        assert!(is_missing(&saved, "Portgroup"), "{saved:?}");
        assert_eq!(store.port(&before.uuid.to_string()).await.unwrap(), before);

        let mut stands = node();
        stands.chassis_uuid = Some(left.uuid);
        let made = store.create_node(&stands).await;
        assert!(is_missing(&made, "Chassis"), "{made:?}");
        let mut moves = owner.clone();
        moves.chassis_uuid = Some(left.uuid);
        let saved = store.save_node(&moves).await;
        assert!(is_missing(&saved, "Chassis"), "{saved:?}");
        assert_eq!(store.node(&owner.uuid.to_string()).await.unwrap(), owner);
        // A port of a node that isn't there names the node.
        let lost = store.create_port(&port(&node(), 3)).await;
        assert!(is_missing(&lost, "Node"), "{lost:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joining_and_deleting_at_once_never_leaves_a_member_of_nothing() {
    on_each(async |store| {
        let mut owner = store.create_node(&node()).await.unwrap();
        for round in 0..30 {
            let (shared, stands) = (group(&store, &owner).await, chassis(&store).await);
            let mut member = port(&owner, round);
            member.portgroup_uuid = Some(shared.uuid);
            let mut moved = owner.clone();
            moved.chassis_uuid = Some(stands.uuid);
            let (joined, deleted, entered, removed) = tokio::join!(
                store.create_port(&member),
                store.delete_resource(&shared),
                store.save_node(&moved),
                store.delete_resource(&stands),
            );
            assert_ne!(joined.is_ok(), deleted.is_ok(), "{joined:?} {deleted:?}");
            assert_ne!(entered.is_ok(), removed.is_ok(), "{entered:?} {removed:?}");
            if let Ok(mut node) = entered {
                node.chassis_uuid = None;
                owner = store.save_node(&node).await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_node_takes_its_portgroup_and_the_members_along() {
    on_each(async |store| {
        let owner = store.create_node(&node()).await.unwrap();
        let shared = group(&store, &owner).await;
        let mut member = port(&owner, 1);
        member.portgroup_uuid = Some(shared.uuid);
        let member = store.create_port(&member).await.unwrap();
        store.delete_node(&owner).await.unwrap();
        let port = store.port(&member.uuid.to_string()).await;
        assert!(is_missing(&port, "Port"), "{port:?}");
        let uuid = shared.uuid.to_string();
        let group = store.resource(ResourceKind::Portgroup, &uuid).await;
        assert!(is_missing(&group, "Portgroup"), "{group:?}");
    })
    .await;
}
