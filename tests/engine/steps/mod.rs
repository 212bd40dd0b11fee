//! Steps as Ironic has them: cleaning, service, deploy steps, holds and aborts, asked for through the
//! API as clients do.

mod cleaning;
mod crashes;

mod deploying;
mod hardware;
mod servicing;

use ferric::model::Node;
use ferric::states::ProvisionState as State;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Lab, LabSpec};

use crate::support::{LIMIT, Running, sqlite};

/// A conductor with its API, and a lab for nodes that need one.
struct Bench {
    running: Running,
    lab: Lab,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn start() -> Self {
        Self::on(Lab::start(LabSpec::default()).await.unwrap()).await
    }

    async fn on(lab: Lab) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let running = Running::start(sqlite(folder.path()).await, &lab).await;
        Self {
            running,
            lab,
            _folder: folder,
        }
    }

    /// A node of fake hardware, in `manageable`.
    async fn fake(&self, name: &str) -> Node {
        let body = json!({"driver": "fake-hardware", "name": name});
        self.ok(Method::POST, "nodes", body).await;
        let node = self.running.conductor.store().node(name).await.unwrap();
        self.provision(&node, json!({"target": "manage"})).await;
        self.running.rests(&node, State::Manageable).await
    }

    /// The same, in `available`.
    async fn available_fake(&self, name: &str) -> Node {
        let node = self.fake(name).await;
        self.provision(&node, json!({"target": "provide"})).await;
        self.running.rests(&node, State::Available).await
    }

    /// The same, in `active`.
    async fn active_fake(&self, name: &str) -> Node {
        let node = self.available_fake(name).await;
        self.provision(&node, json!({"target": "active"})).await;
        self.running.rests(&node, State::Active).await
    }

    /// The lab's server, in `manageable`.
    async fn server(&self) -> Node {
        let node = self.running.enrol(&self.lab, 0).await;
        self.provision(&node, json!({"target": "manage"})).await;
        self.running.rests(&node, State::Manageable).await
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = reqwest::Client::new()
            .request(method, format!("{}/v1/{path}", self.running.url))
            .header("X-OpenStack-Ironic-API-Version", "1.110")
            .json(&body);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    async fn ok(&self, method: Method, path: &str, body: Value) {
        let (status, answer) = self.call(method, path, body).await;
        assert!(status < 300, "{path}: {status} {answer}");
    }

    /// What `states/provision` answers.
    async fn asked(&self, node: &Node, body: Value) -> (u16, String) {
        let path = format!("nodes/{}/states/provision", node.uuid);
        let (status, answer) = self.call(Method::PUT, &path, body).await;
        (status, answer.to_string())
    }

    async fn provision(&self, node: &Node, body: Value) {
        let (status, answer) = self.asked(node, body).await;
        assert_eq!(status, 202, "{answer}");
    }

    /// The node as the API shows it.
    async fn shown(&self, node: &Node) -> Value {
        let path = format!("nodes/{}", node.uuid);
        self.call(Method::GET, &path, Value::Null).await.1
    }

    /// Waits until the API shows that state, whether or not work is in hand.
    async fn comes_to(&self, node: &Node, state: &str) -> Value {
        let what = format!("{} in {state}", node.display_name());
        let found = testkit::until(&what, LIMIT, || async {
            let shown = self.shown(node).await;
            (shown["provision_state"] == state).then_some(shown)
        });
        match found.await {
            Ok(shown) => shown,
            Err(error) => panic!("{error}; it is {:#}", self.shown(node).await),
        }
    }

    /// The names and values of a node's BIOS settings.
    async fn bios(&self, node: &Node) -> Vec<(String, String)> {
        let path = format!("nodes/{}/bios", node.uuid);
        let (_, answer) = self.call(Method::GET, &path, Value::Null).await;
        let text = |setting: &Value, key: &str| setting[key].as_str().unwrap().to_owned();
        let settings = answer["bios"].as_array().unwrap().iter();
        settings
            .map(|one| (text(one, "name"), text(one, "value")))
            .collect()
    }
}

/// BIOS settings as a step takes them.
fn settings(value: &str) -> Value {
    json!({"settings": [{"name": "LogicalProc", "value": value}]})
}
