//! Starts the API without a socket and sends it requests. Every answer is held against the OpenAPI
//! document.

#[path = "conformance.rs"]
pub(crate) mod conformance;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use ferric::api::version::negotiate;
use ferric::api::{ApiState, router};
use ferric::conductor::{Conductor, Options};
use ferric::drivers::cobbler::Cobblers;
use ferric::drivers::{Registry, Settings};
use ferric::model::{Interfaces, Node, now};
use ferric::states::ProvisionState;
use ferric::store::{Store, Vault};
use serde_json::Value;
use tower::ServiceExt as _;
use uuid::Uuid;

/// The name of the conductor in the recorded exchanges.
pub(crate) const CONDUCTOR: &str = "bench-conductor";
/// The `Host` of every request, as in the recorded exchanges.
pub(crate) const HOST: &str = "127.0.0.1:6385";

/// The API on a database of its own.
pub(crate) struct Api {
    router: Router,
    pub(crate) store: Store,
    _directory: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The inner document of an error.
    pub(crate) fn error(&self) -> Value {
        let text = self.body["error_message"]
            .as_str()
            .unwrap_or_else(|| panic!("no error: {self:?}"));
        serde_json::from_str(text).unwrap()
    }

    /// The words of an error, in either form.
    pub(crate) fn words(&self) -> String {
        let error = self.error();
        error["faultstring"]
            .as_str()
            .or(error["description"].as_str())
            .unwrap()
            .to_owned()
    }

    /// A header's value, or the empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Api {
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("ferric.db").display());
        let store = Store::open(&url, Vault::new("a key for tests"))
            .await
            .unwrap();
        store
            .heartbeat(CONDUCTOR, "", &["fake-hardware".to_owned()])
            .await
            .unwrap();
        let router = router(ApiState::new(conductor(store.clone()), None));
        Self {
            router,
            store,
            _directory: directory,
        }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().to_string(), request.uri().to_string());
        let version = negotiate(request.headers()).ok();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
        let body = match bytes.len() {
            0 => Value::Null,
            _ => serde_json::from_slice(&bytes).unwrap_or_else(|_| text()),
        };
        let code = status.as_u16();
        let wrong = conformance::complaint(&method, &path, version, code, &body)
            .or_else(|| conformance::missing_header(&method, &path, version, code, &headers));
        if let Some(wrong) = wrong {
            panic!("{method} {path} isn't as it is described: {wrong}");
        }
        Answer {
            status,
            headers,
            body,
        }
    }

    /// Sends a request at a version; null is no body, a text goes as it is.
    pub(crate) async fn call(
        &self,
        version: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", HOST)
            .header("x-openstack-ironic-api-version", version);
        self.send(request.body(encode(&body)).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("latest", "GET", path, Value::Null).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("latest", "PATCH", path, body).await
    }

    /// Makes a node of `fake-hardware` through the API, then puts it into a state.
    pub(crate) async fn node_in(&self, uuid: &str, name: &str, state: ProvisionState) -> Node {
        let body = serde_json::json!({"driver": "fake-hardware", "uuid": uuid, "name": name});
        let made = self.call("latest", "POST", "/v1/nodes", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        if state == ProvisionState::Enroll {
            return self.store.node(name).await.unwrap();
        }
        self.change(name, |node| node.enter(state, now())).await
    }

    /// Changes a node behind the API's back.
    pub(crate) async fn change(&self, ident: &str, change: impl FnOnce(&mut Node)) -> Node {
        let mut node = self.store.node(ident).await.unwrap();
        change(&mut node);
        self.store.save_node(&node).await.unwrap()
    }

    /// A node of `fake-hardware` in `enroll` under a new UUID.
    pub(crate) async fn enrolled(&self, name: &str) -> Node {
        self.node_in(&Uuid::new_v4().to_string(), name, ProvisionState::Enroll)
            .await
    }
}

pub(crate) fn encode(body: &Value) -> Body {
    match body {
        Value::Null => Body::empty(),
        Value::String(text) => Body::from(text.clone()),
        other => Body::from(other.to_string()),
    }
}

/// Many nodes at once, without the API.
pub(crate) async fn many(store: &Store, count: usize) {
    for index in 0..count {
        let mut node = Node::new("fake-hardware", Interfaces::default(), now());
        node.name = Some(format!("n{index}"));
        store.create_node(&node).await.unwrap();
    }
}

/// A conductor whose engine doesn't run: nothing moves behind a test's back.
fn conductor(store: Store) -> Conductor {
    let controllers = Arc::new(cimc_client::Controllers::new());
    let drivers = Registry::new(controllers, Duration::from_secs(10), Cobblers::default());
    let options = Options {
        hostname: CONDUCTOR.to_owned(),
        ..Options::default()
    };
    Conductor::new(store, drivers, Settings::default(), options)
}
