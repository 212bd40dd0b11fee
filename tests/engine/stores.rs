//! The store, on SQLite and, where `TEST_DATABASE_URL` names one, on PostgreSQL.

use std::collections::BTreeSet;
use std::time::Duration;

use ferric::model::{HistoryEntry, Interfaces, Node, Port, Severity, now};
use ferric::states::{PowerState, ProvisionState as State};
use ferric::store::{NodeFilter, Page, PortFilter, Store, StoreError, Vault};
use serde_json::json;

use crate::support::map;

/// Runs a test on every database there is.
pub(crate) async fn on_each<F: AsyncFn(Store)>(test: F) {
    let folder = tempfile::tempdir().unwrap();
    test(crate::support::sqlite(folder.path()).await).await;
    match database_url() {
        Some(url) => {
            let name = format!("ferric_{}", uuid::Uuid::new_v4().simple());
            let pool = sqlx::PgPool::connect(&url).await.unwrap();
            sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
                .execute(&pool)
                .await
                .unwrap();
            let url = format!("{}/{name}", url.rsplit_once('/').unwrap().0);
            test(Store::open(&url, Vault::new("a key")).await.unwrap()).await;
        }
        None => eprintln!("skipped on PostgreSQL: TEST_DATABASE_URL is not set"),
    }
}

#[allow(clippy::disallowed_methods)] // A test's own switch, not the service's configuration.
fn database_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok()
}

fn node(name: &str) -> Node {
    let mut node = Node::new("fake-hardware", Interfaces::default(), now());
    node.name = Some(name.to_owned());
    node
}

fn names(nodes: &[Node]) -> Vec<&str> {
    nodes
        .iter()
        .map(|n| n.name.as_deref().unwrap_or("-"))
        .collect()
}

#[tokio::test]
async fn a_node_comes_back_as_it_was_written() {
    on_each(async |store| {
        let mut node = node("n1");
        node.driver_info = map(json!({"cimc_password": "secret", "a": [1, {"b": null}]}));
        node.power_state = Some(PowerState::On);
        node.secure_boot = Some(false);
        node.traits = vec!["CUSTOM_A".to_owned()];
        node.enter(State::Deploying, now());
        let made = store.create_node(&node).await.unwrap();
        node.id = made.id;
        assert_eq!(made, node);
        let saved = store.save_node(&made).await.unwrap();
        assert_eq!(saved.version, made.version + 1);
        assert_eq!(store.node("n1").await.unwrap(), saved);
        assert_eq!(store.node(&node.uuid.to_string()).await.unwrap(), saved);
        assert!(matches!(
            store.save_node(&made).await,
            Err(StoreError::Stale)
        ));
        assert!(matches!(
            store.node("none").await,
            Err(StoreError::NotFound { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn what_must_be_unique_is_named_when_it_is_taken() {
    on_each(async |store| {
        let first = store.create_node(&node("n1")).await.unwrap();
        let taken = |result: Result<Node, StoreError>| match result {
            Err(StoreError::Duplicate { what, .. }) => what,
            other => panic!("{other:?}"),
        };
        assert_eq!(taken(store.create_node(&node("n1")).await), "node name");
        let mut twin = node("n2");
        twin.uuid = first.uuid;
        assert_eq!(taken(store.create_node(&twin).await), "node uuid");
        let port = Port::new(first.uuid, "00:25:b5:00:00:01".to_owned(), now());
        store.create_port(&port).await.unwrap();
        let again = Port::new(first.uuid, port.address.clone(), now());
        assert!(matches!(
            store.create_port(&again).await,
            Err(StoreError::Duplicate {
                what: "port address",
                ..
            })
        ));
        let orphan = Port::new(uuid::Uuid::new_v4(), "00:25:b5:00:00:02".to_owned(), now());
        assert!(matches!(
            store.create_port(&orphan).await,
            Err(StoreError::NotFound { what: "Node", .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_in_every_order_and_miss_nothing() {
    on_each(async |store| {
        for i in 0..9 {
            let mut node = node(&format!("n{i}"));
            // Equal values and absent ones are where a marker goes wrong.
            node.resource_class = (i % 3 > 0).then(|| format!("class-{}", i % 3));
            store.create_node(&node).await.unwrap();
        }
        for sort_key in ["id", "name", "resource_class", "created_at", "maintenance"] {
            for descending in [false, true] {
                let mut page = Page {
                    limit: 100,
                    marker: None,
                    sort_key: sort_key.to_owned(),
                    descending,
                };
                let whole = store.nodes(&NodeFilter::default(), &page).await.unwrap();
                assert_eq!(whole.len(), 9);
                let mut pieces = Vec::new();
                page.limit = 2;
                loop {
                    let piece = store.nodes(&NodeFilter::default(), &page).await.unwrap();
                    let Some(last) = piece.last() else { break };
                    page.marker = Some(last.uuid);
                    pieces.extend(piece);
                }
                assert_eq!(names(&pieces), names(&whole), "{sort_key} {descending}");
            }
        }
        let bad = Page {
            sort_key: "driver_info".to_owned(),
            ..Page::default()
        };
        assert!(matches!(
            store.nodes(&NodeFilter::default(), &bad).await,
            Err(StoreError::BadSortKey(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_lists() {
    on_each(async |store| {
        let mut a = node("a");
        a.shard = Some("s1".to_owned());
        a.description = Some("100%_real".to_owned());
        a.owner = Some("p1".to_owned());
        let mut b = node("b");
        b.maintenance = true;
        b.lessee = Some("p1".to_owned());
        b.instance_uuid = Some(uuid::Uuid::new_v4());
        let a = store.create_node(&a).await.unwrap();
        store.create_node(&b).await.unwrap();
        let mut child = node("child");
        child.parent_node = Some(a.uuid);
        store.create_node(&child).await.unwrap();

        let cases: [(NodeFilter, &[&str]); 9] = [
            (NodeFilter::default(), &["a", "b"]),
            (
                NodeFilter {
                    include_children: true,
                    ..Default::default()
                },
                &["a", "b", "child"],
            ),
            (
                NodeFilter {
                    parent_node: Some(a.uuid),
                    ..Default::default()
                },
                &["child"],
            ),
            (
                NodeFilter {
                    maintenance: Some(true),
                    ..Default::default()
                },
                &["b"],
            ),
            (
                NodeFilter {
                    associated: Some(false),
                    ..Default::default()
                },
                &["a"],
            ),
            (
                NodeFilter {
                    project: Some("p1".to_owned()),
                    ..Default::default()
                },
                &["a", "b"],
            ),
            (
                NodeFilter {
                    shards: Some(vec!["s1".to_owned(), "s2".to_owned()]),
                    ..Default::default()
                },
                &["a"],
            ),
            (
                NodeFilter {
                    sharded: Some(false),
                    ..Default::default()
                },
                &["b"],
            ),
            (
                NodeFilter {
                    description_contains: Some("0%_".to_owned()),
                    ..Default::default()
                },
                &["a"],
            ),
        ];
        for (filter, expected) in cases {
            let found = store.nodes(&filter, &Page::default()).await.unwrap();
            assert_eq!(names(&found), expected, "{filter:?}");
        }
        let state = NodeFilter {
            provision_state: Some(State::Active),
            ..Default::default()
        };
        assert!(
            store
                .nodes(&state, &Page::default())
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn history_and_node_are_saved_together_and_go_together() {
    on_each(async |store| {
        let node = store.create_node(&node("n1")).await.unwrap();
        let error = Severity::Error;
        let entry = HistoryEntry::about(
            &node,
            "verify",
            error,
            "it failed".to_owned(),
            "host",
            now(),
        );
        assert_eq!(entry.state.as_deref(), Some("enroll"));
        let saved = store
            .save_outcome(&node, std::slice::from_ref(&entry))
            .await
            .unwrap();
        assert!(matches!(
            store
                .save_outcome(&node, std::slice::from_ref(&entry))
                .await,
            Err(StoreError::Stale)
        ));
        assert_eq!(
            store.history(node.uuid, &Page::default()).await.unwrap(),
            [entry]
        );
        store
            .create_port(&Port::new(node.uuid, "00:25:b5:00:00:01".to_owned(), now()))
            .await
            .unwrap();
        store.delete_node(&saved).await.unwrap();
        assert!(
            store
                .ports(&PortFilter::default(), &Page::default())
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .history(node.uuid, &Page::default())
                .await
                .unwrap()
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn claims_are_exclusive_and_a_held_node_is_not_claimed_twice() {
    on_each(async |store| {
        let mut due = node("due");
        due.next_run_at = Some(now());
        store.create_node(&due).await.unwrap();
        store.create_node(&node("idle")).await.unwrap();
        let claimed = store
            .claim_due("one", Duration::from_secs(60))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(claimed.name.as_deref(), Some("due"));
        assert_eq!(claimed.reservation.as_deref(), Some("one"));
        assert!(
            store
                .claim_due("two", Duration::from_secs(60))
                .await
                .unwrap()
                .is_none()
        );
        assert!(matches!(
            store
                .claim_node(&claimed, "two", Duration::from_secs(60))
                .await,
            Err(StoreError::Stale)
        ));
        assert_eq!(store.release_all("one").await.unwrap(), 1);
        assert!(
            store
                .claim_due("two", Duration::from_secs(60))
                .await
                .unwrap()
                .is_some()
        );
    })
    .await;
}

#[tokio::test]
async fn a_conductors_name_is_had_by_one_at_a_time() {
    on_each(async |store| {
        let held = store.take_host("one").await.unwrap();
        let refused = store.take_host("one").await.unwrap_err();
        assert!(refused.to_string().contains("conductor.host"), "{refused}");
        let other = store.take_host("two").await.unwrap();
        drop(held);
        // PostgreSQL notices the end of a connection when it gets round to it.
        let again = testkit::until("the name", crate::support::LIMIT, async || {
            store.take_host("one").await.ok()
        });
        again.await.unwrap();
        drop(other);
    })
    .await;
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let columns = |sql: &str| -> BTreeSet<String> {
        let mut table = String::new();
        let mut found = BTreeSet::new();
        for line in sql.lines() {
            if let Some(name) = line.strip_prefix("CREATE TABLE ") {
                name.trim_end_matches(" (").clone_into(&mut table);
            } else if let Some(column) = line.strip_prefix("    ") {
                found.insert(format!(
                    "{table}.{}",
                    column.split(' ').next().unwrap_or_default()
                ));
            } else if line.starts_with("CREATE INDEX") {
                found.insert(line.to_owned());
            }
        }
        found
    };
    let sqlite = columns(include_str!("../../migrations/sqlite/0001_initial.sql"));
    assert_eq!(
        sqlite,
        columns(include_str!("../../migrations/postgres/0001_initial.sql"))
    );
    assert_eq!(
        columns(include_str!("../../migrations/sqlite/0004_resources.sql")),
        columns(include_str!("../../migrations/postgres/0004_resources.sql"))
    );
    assert!(sqlite.contains("nodes.provision_state"));
}
