//! Lists, page by page, as gophercloud's pager reads them.

use axum::http::StatusCode;
use ferric::model::{HistoryEntry, Port, Resource, ResourceKind, Severity, now};
use serde_json::{Value, json};

use crate::harness::{Api, HOST, many};

/// Pages through a collection by `<key>_links` alone, which is where gophercloud v2 looks
/// (`NodePage.NextPageURL` and its like), and gives the items' names for themselves.
async fn pages(api: &Api, path: &str, key: &str, name: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = api.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let items = answer.body[key].as_array().unwrap();
        names.extend(
            items
                .iter()
                .map(|item| item[name].as_str().unwrap().to_owned()),
        );
        let links = &answer.body[format!("{key}_links")];
        // Ironic's own form says the same.
        let own = &answer.body["next"];
        next = links.as_array().map(|links| {
            assert_eq!(links, &[json!({"rel": "next", "href": own})]);
            let url = links[0]["href"].as_str().unwrap();
            url.strip_prefix(&format!("http://{HOST}"))
                .unwrap()
                .to_owned()
        });
        assert_eq!(next.is_none(), own.is_null());
    }
    names
}

#[tokio::test]
async fn gophercloud_sees_every_page_of_every_collection() {
    let api = Api::start().await;
    many(&api.store, 5).await;
    let node = api.store.node("n0").await.unwrap();
    for number in 0..5 {
        let address = format!("52:54:00:00:00:0{number}");
        let port = Port::new(node.uuid, address, now());
        api.store.create_port(&port).await.unwrap();
        for kind in [
            ResourceKind::Chassis,
            ResourceKind::Portgroup,
            ResourceKind::Allocation,
            ResourceKind::VolumeTarget,
        ] {
            let mut resource = Resource::new(kind, now());
            resource.node_uuid = Some(node.uuid).filter(|_| kind != ResourceKind::Chassis);
            resource
                .fields
                .insert("boot_index".to_owned(), number.into());
            api.store.create_resource(&resource).await.unwrap();
        }
        let event = |node: &_| {
            let info = Severity::Info;
            HistoryEntry::about(node, "verify", info, format!("e{number}"), "host", now())
        };
        let node = api.store.node("n0").await.unwrap();
        api.store
            .save_outcome(&node, &[event(&node)])
            .await
            .unwrap();
    }
    for (path, key) in [
        ("/v1/nodes", "nodes"),
        ("/v1/nodes/detail", "nodes"),
        ("/v1/ports", "ports"),
        ("/v1/portgroups", "portgroups"),
        ("/v1/chassis", "chassis"),
        ("/v1/volume/targets", "targets"),
        ("/v1/nodes/n0/history", "history"),
    ] {
        let seen = pages(&api, &format!("{path}?limit=2"), key, "uuid").await;
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((seen.len(), once.len()), (5, 5), "{path}");
    }
}

#[tokio::test]
async fn a_list_without_a_next_page_has_no_link_to_it() {
    let api = Api::start().await;
    many(&api.store, 2).await;
    let list = api.get("/v1/nodes").await.body;
    let keys: Vec<&String> = list.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["nodes"]);
}

#[tokio::test]
async fn a_history_says_in_which_state_and_for_how_long_from_the_versions_on_that_have_it() {
    let api = Api::start().await;
    let node = api.enrolled("n1").await;
    let entry = HistoryEntry::about(&node, "verify", Severity::Error, "e".to_owned(), "h", now());
    let entry = HistoryEntry {
        duration_seconds: Some(7),
        target_provision_state: Some("manageable".to_owned()),
        ..entry
    };
    api.store
        .save_outcome(&node, std::slice::from_ref(&entry))
        .await
        .unwrap();
    let at = async |version: &str| {
        let path = format!("/v1/nodes/n1/history/{}", entry.uuid);
        let answer = api.call(version, "GET", &path, Value::Null).await;
        answer.body.as_object().unwrap().clone()
    };
    let old = at("1.112").await;
    assert!(
        !old.contains_key("project") && !old.contains_key("state"),
        "{old:?}"
    );
    assert_eq!(at("1.113").await["project"], Value::Null);
    let new = at("1.115").await;
    assert_eq!(
        (
            &new["state"],
            &new["target_provision_state"],
            &new["duration_seconds"]
        ),
        (&json!("enroll"), &json!("manageable"), &json!(7))
    );
    let list = api.get("/v1/nodes/n1/history").await.body;
    assert_eq!(list["history"][0].get("state"), None, "in detail only");
}
