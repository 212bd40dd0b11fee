//! Long lists: they are sent in pieces, and nothing of it shows but the missing length.

use axum::http::StatusCode;
use ferric::store::NodeColumns;
use serde_json::Value;

use crate::harness::{Api, many};

fn names(body: &Value) -> Vec<String> {
    let nodes = body["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_list_of_several_pieces_arrives_whole_and_in_its_order() {
    let api = Api::start().await;
    many(&api.store, 450).await;
    let mut expected: Vec<String> = (0..450).map(|index| format!("n{index}")).collect();
    for path in ["/v1/nodes", "/v1/nodes/detail", "/v1/nodes?fields=name"] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(names(&answer.body), expected, "{path}");
        assert_eq!(answer.body.get("next"), None, "{path}");
    }
    expected.sort_unstable();
    expected.reverse();
    let answer = api
        .get("/v1/nodes?sort_key=name&sort_dir=desc&limit=300")
        .await;
    assert_eq!(names(&answer.body), expected[..300]);
    let next = answer.body["next"].as_str().unwrap();
    let answer = api.get(next.split_once("6385").unwrap().1).await;
    assert_eq!(names(&answer.body), expected[300..]);
}

#[tokio::test]
async fn a_node_that_goes_while_a_list_is_read_is_left_out() {
    let api = Api::start().await;
    many(&api.store, 3).await;
    let (filter, page) = Default::default();
    let ids = api.store.node_ids(&filter, &page).await.unwrap();
    let gone = api.store.node("n1").await.unwrap();
    api.store.delete_node(&gone).await.unwrap();
    let columns = NodeColumns::of(["name"]);
    let reversed: Vec<i64> = ids.into_iter().rev().collect();
    let nodes = api.store.nodes_by_id(&reversed, &columns).await.unwrap();
    let left: Vec<_> = nodes
        .iter()
        .filter_map(|node| node.name.as_deref())
        .collect();
    assert_eq!(left, ["n2", "n0"]);
}
