//! A small stand-in for the REST API, for tests of what a rollout asks and how it reads answers.
//! Every look at the list of nodes moves what is under way one state on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};

#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) nodes: Vec<Value>,
    pub(super) ports: Vec<Value>,
    /// `PUT`s of a provision state: name and target.
    pub(super) requests: Vec<(String, String)>,
    /// Nodes whose deploy fails, and nodes whose verification fails.
    pub(super) deploy_fails: BTreeSet<String>,
    pub(super) verify_fails: BTreeSet<String>,
    /// How many changes of a provision state are refused first, as for a locked node.
    pub(super) busy: u32,
}

pub(super) type Shared = Arc<Mutex<Kept>>;

/// Starts it; gives its base URL.
pub(super) async fn start(kept: Shared) -> String {
    let router = Router::new()
        .route("/v1/nodes/detail", get(list))
        .route("/v1/nodes", axum::routing::post(create))
        .route("/v1/ports", axum::routing::post(create_port))
        .route("/v1/nodes/{id}", get(show).patch(change))
        .route("/v1/nodes/{id}/ports", get(ports))
        .route("/v1/nodes/{id}/states/provision", put(provision))
        .with_state(kept);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn refuse(status: StatusCode, why: &str) -> (StatusCode, Json<Value>) {
    let fault = json!({"faultstring": why, "faultcode": "Client", "debuginfo": null});
    (status, Json(json!({"error_message": fault.to_string()})))
}

fn find<'a>(kept: &'a mut Kept, id: &str) -> Result<&'a mut Value, (StatusCode, Json<Value>)> {
    kept.nodes
        .iter_mut()
        .find(|node| node["uuid"] == id || node["name"] == id)
        .ok_or_else(|| {
            refuse(
                StatusCode::NOT_FOUND,
                &format!("Node {id} could not be found."),
            )
        })
}

async fn list(State(kept): State<Shared>) -> Json<Value> {
    let kept = &mut *kept.lock().unwrap();
    let mut answer = json!({"nodes": kept.nodes});
    for node in answer["nodes"].as_array_mut().unwrap() {
        if let Some(data) = node.pointer_mut("/instance_info/user_data") {
            *data = json!("******");
        }
    }
    for node in &mut kept.nodes {
        let name = node["name"].as_str().unwrap_or_default().to_owned();
        let next = match node["provision_state"].as_str().unwrap_or_default() {
            "verifying" if kept.verify_fails.contains(&name) => "enroll",
            "verifying" => "manageable",
            "cleaning" => "available",
            "deploying" => "wait call-back",
            "wait call-back" if kept.deploy_fails.contains(&name) => "deploy failed",
            "wait call-back" => "active",
            _ => continue,
        };
        node["provision_state"] = json!(next);
        if matches!(next, "enroll" | "deploy failed") {
            node["last_error"] = json!("CIMC said no");
        }
    }
    Json(answer)
}

async fn create(State(kept): State<Shared>, Json(mut node): Json<Value>) -> Json<Value> {
    let kept = &mut *kept.lock().unwrap();
    node["uuid"] = json!(format!("uuid-{}", kept.nodes.len()));
    node["provision_state"] = json!("enroll");
    kept.nodes.push(node.clone());
    Json(node)
}

async fn show(State(kept): State<Shared>, Path(id): Path<String>) -> Answer {
    Ok(Json(find(&mut kept.lock().unwrap(), &id)?.clone()))
}

async fn change(
    State(kept): State<Shared>,
    Path(id): Path<String>,
    Json(patch): Json<Value>,
) -> Answer {
    let mut kept = kept.lock().unwrap();
    let node = find(&mut kept, &id)?;
    for operation in patch.as_array().unwrap() {
        let path: Vec<&str> = operation["path"].as_str().unwrap()[1..]
            .split('/')
            .collect();
        match path[..] {
            [field] => node[field] = operation["value"].clone(),
            [field, key] => node[field][key] = operation["value"].clone(),
            _ => return Err(refuse(StatusCode::BAD_REQUEST, "no such path")),
        }
    }
    Ok(Json(node.clone()))
}

async fn ports(State(kept): State<Shared>, Path(id): Path<String>) -> Json<Value> {
    let kept = kept.lock().unwrap();
    let of_node: Vec<_> = kept
        .ports
        .iter()
        .filter(|port| port["node_uuid"] == id.as_str())
        .collect();
    Json(json!({"ports": of_node}))
}

async fn create_port(State(kept): State<Shared>, Json(port): Json<Value>) -> Json<Value> {
    kept.lock().unwrap().ports.push(port.clone());
    Json(port)
}

async fn provision(
    State(kept): State<Shared>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
    let mut kept = kept.lock().unwrap();
    if kept.busy > 0 {
        kept.busy -= 1;
        return Err(refuse(
            StatusCode::CONFLICT,
            "Node is locked by host conductor-1.",
        ));
    }
    let target = body["target"].as_str().unwrap().to_owned();
    let node = find(&mut kept, &id)?;
    let next = match (node["provision_state"].as_str().unwrap(), target.as_str()) {
        ("enroll" | "clean failed", "manage") => "verifying",
        ("manageable", "provide") => "cleaning",
        ("available" | "deploy failed", "active") => "deploying",
        (state, target) => {
            let why = format!("The requested action \"{target}\" can not be performed in {state}.");
            return Err(refuse(StatusCode::BAD_REQUEST, &why));
        }
    };
    node["provision_state"] = json!(next);
    node["last_error"] = Value::Null;
    let name = node["name"].as_str().unwrap().to_owned();
    kept.requests.push((name, target));
    Ok(Json(Value::Null))
}
