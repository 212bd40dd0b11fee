//! How the databases find what the store asks for: nothing that is done often reads a big table from
//! end to end. The statements are those that the store really sends, taken from what is logged of
//! them; SQLite's plans don't depend on what the tables hold, and PostgreSQL is told to avoid
//! reading whole tables where it can.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that can not go on shall fail, and says what it skips"
)]

mod explain;
mod heard;
mod work;

use explain::Database;
use ferric::states::ProvisionState as State;
use ferric::store::{NodeFilter, Page, Store, Vault};
use uuid::Uuid;

#[tokio::test]
async fn nothing_that_is_done_often_reads_a_whole_table() {
    let _alone = heard::alone().await;
    let folder = tempfile::tempdir().unwrap();
    for database in Database::all(folder.path()).await {
        let store = Store::open(database.url(), Vault::new("a key"))
            .await
            .unwrap();
        let said = heard::during(Box::pin(work::everything(&store))).await;
        assert!(said.len() > 40, "{}: {said:#?}", database.url());
        for statement in said {
            let plan = database.plan(&statement).await;
            let whole = explain::whole_tables(&plan);
            assert!(
                whole.is_empty(),
                "{statement}\nreads all of {whole:?}:\n{plan:#?}"
            );
        }
    }
}

#[tokio::test]
async fn each_filter_of_nodes_has_an_index() {
    let name = || Some("x".to_owned());
    let uuid = Some(Uuid::nil());
    let with = |change: &dyn Fn(&mut NodeFilter)| {
        let mut filter = NodeFilter::default();
        change(&mut filter);
        filter
    };
    // In order of creation: what most nodes fulfil is not searched for.
    let walk = "INTEGER PRIMARY KEY (rowid>?)";
    let cases: [(&str, NodeFilter); 23] = [
        ("nodes_parent", NodeFilter::default()),
        (walk, with(&|f| f.include_children = true)),
        (
            "sqlite_autoindex_nodes_3",
            with(&|f| f.instance_uuid = uuid),
        ),
        ("nodes_instance_name", with(&|f| f.instance_name = name())),
        ("nodes_chassis", with(&|f| f.chassis_uuid = uuid)),
        ("nodes_associated", with(&|f| f.associated = Some(true))),
        (walk, with(&|f| f.associated = Some(false))),
        ("nodes_maintenance", with(&|f| f.maintenance = Some(true))),
        (walk, with(&|f| f.maintenance = Some(false))),
        ("nodes_retired", with(&|f| f.retired = Some(true))),
        (walk, with(&|f| f.retired = Some(false))),
        ("nodes_sharded", with(&|f| f.sharded = Some(true))),
        (walk, with(&|f| f.sharded = Some(false))),
        (
            "nodes_provision_state",
            with(&|f| f.provision_state = Some(State::Active)),
        ),
        ("nodes_driver", with(&|f| f.driver = name())),
        ("nodes_resource_class", with(&|f| f.resource_class = name())),
        ("nodes_fault", with(&|f| f.fault = name())),
        (
            "nodes_conductor_group",
            with(&|f| f.conductor_group = name()),
        ),
        ("nodes_conductor ", with(&|f| f.conductor = name())),
        ("nodes_owner", with(&|f| f.project = name())),
        (
            "nodes_description",
            with(&|f| f.description_contains = name()),
        ),
        (
            "nodes_shard ",
            with(&|f| f.shards = name().map(|shard| vec![shard])),
        ),
        ("nodes_parent", with(&|f| f.parent_node = uuid)),
    ];
    let _alone = heard::alone().await;
    let folder = tempfile::tempdir().unwrap();
    let database = Database::sqlite(folder.path()).await;
    let store = Store::open(database.url(), Vault::new("a key"))
        .await
        .unwrap();
    for (index, filter) in cases {
        let said = heard::during(async {
            store.node_ids(&filter, &Page::default()).await.unwrap();
        })
        .await;
        let plan = database.plan(said.last().unwrap()).await;
        let lines = plan.join(" ");
        assert!(
            lines.contains(index),
            "{filter:?}\nuses no {index}:\n{plan:#?}"
        );
    }
}

/// Orders without an index are sorted by the database, which reads one column of all nodes for it.
#[tokio::test]
async fn an_order_that_has_an_index_is_read_off_it_at_any_page() {
    let _alone = heard::alone().await;
    let folder = tempfile::tempdir().unwrap();
    let database = Database::sqlite(folder.path()).await;
    let store = Store::open(database.url(), Vault::new("a key"))
        .await
        .unwrap();
    let node = store.create_node(&work::node("n1")).await.unwrap();
    for sort_key in [
        "id",
        "uuid",
        "name",
        "owner",
        "provision_state",
        "resource_class",
        "driver",
    ] {
        for descending in [false, true] {
            for marker in [None, Some(node.uuid)] {
                let page = Page {
                    marker,
                    sort_key: sort_key.to_owned(),
                    descending,
                    ..Page::default()
                };
                let said = heard::during(async {
                    store.node_ids(&NodeFilter::default(), &page).await.unwrap();
                })
                .await;
                for statement in said {
                    let plan = database.plan(&statement).await;
                    let is_sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
                    assert!(!is_sorted, "{statement}\nis sorted:\n{plan:#?}");
                }
            }
        }
    }
}
