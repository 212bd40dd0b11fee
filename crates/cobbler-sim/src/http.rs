//! The HTTP side: XML-RPC by POST, and the services below `/cblr/svc`.

use crate::calls;
use crate::fault::Fault;
use crate::item::Kind;
use crate::knobs::SimFault;
use crate::sim::Shared;
use crate::xmlrpc;
use axum::Router;
use axum::body::Bytes;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::{IncomingStream, Listener};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};

/// A listener that can be told to drop what it accepts.
pub(crate) struct FaultyListener {
    pub(crate) inner: TcpListener,
    pub(crate) shared: Arc<Shared>,
}

impl Listener for FaultyListener {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let (stream, peer) = Listener::accept(&mut self.inner).await;
            if !self
                .shared
                .lock()
                .knobs
                .strikes(SimFault::RefuseConnections)
            {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// Who is calling.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, FaultyListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, FaultyListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Metadata of a megabyte has to pass, in base64 and with room to spare.
const MAX_BODY: usize = 16 << 20;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/cobbler_api", post(rpc))
        .route("/RPC2", post(rpc))
        .route("/", post(rpc))
        .route("/cblr/svc/{*path}", get(service))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BODY))
        .with_state(shared)
}

/// Like the daemon, each answer ends its connection: so a refused connection is felt at once.
fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONNECTION, "close"),
    ];
    (status, headers, body).into_response()
}

async fn rpc(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let unavailable = shared.lock().knobs.strikes(SimFault::Unavailable);
    if unavailable {
        let text = "<h1>Service Unavailable</h1>".to_owned();
        return answer(StatusCode::SERVICE_UNAVAILABLE, "text/html", text);
    }
    let release = shared.lock().data.release;
    let call = std::str::from_utf8(&body).map_err(|error| error.to_string());
    let call = call.and_then(|body| xmlrpc::decode(body).map_err(|error| error.to_string()));
    let result = match call {
        Err(text) => Err(Fault::value(text)),
        Ok(call) => {
            let (delay, _saving) = {
                let mut state = shared.lock();
                let delay = state.latency + state.knobs.delay();
                drop(state);
                (
                    delay,
                    (call.method.starts_with("save_") || call.method == "xapi_object_edit")
                        .then(|| Saving::begin(&shared)),
                )
            };
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            let mut state = shared.lock();
            let result = calls::dispatch(&mut state, &call.method, &call.params);
            let is_long = ["save_", "xapi_", "remove_", "sync"];
            if !call.params.is_empty()
                && is_long.iter().any(|start| call.method.starts_with(start))
                && state.knobs.strikes(SimFault::AnswerLost)
            {
                let text = "<h1>Proxy Error</h1>".to_owned();
                return answer(StatusCode::BAD_GATEWAY, "text/html", text);
            }
            result
        }
    };
    let result = result.map_err(|fault| fault.shown(release));
    answer(StatusCode::OK, "text/xml", xmlrpc::encode(&result))
}

/// Counts a save while it runs, also when its caller goes away.
struct Saving(Arc<Shared>);

impl Saving {
    fn begin(shared: &Arc<Shared>) -> Self {
        let mut state = shared.lock();
        state.saving += 1;
        state.max_saving = state.max_saving.max(state.saving);
        drop(state);
        Self(Arc::clone(shared))
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        self.0.lock().saving -= 1;
    }
}

/// `op/OPERATION/key/value/key/value...`.
async fn service(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    Path(path): Path<String>,
) -> Response {
    let mut state = shared.lock();
    let parts: Vec<_> = path.split('/').collect();
    let option = |wanted: &str| {
        let pair = parts.chunks_exact(2).find(|pair| pair[0] == wanted);
        pair.map(|pair| pair[1])
    };
    let (what, name) = match (option("system"), option("profile")) {
        (Some(system), _) => (Kind::System, system),
        (None, profile) => (Kind::Profile, profile.unwrap_or_default()),
    };
    let text = |status, body| answer(status, "text/plain; charset=utf-8", body);
    match option("op").unwrap_or_default() {
        "autoinstall" | "ks" => {
            let known = state.store.get(what, name).is_some();
            let status = if known {
                StatusCode::OK
            } else {
                StatusCode::NOT_FOUND
            };
            text(status, calls::autoinstall(&state, what, name))
        }
        "nopxe" => {
            let result = calls::disable_netboot(&mut state, calls::Args(&[name.into()]));
            let done = result.is_ok_and(|value| value.truth());
            text(
                StatusCode::OK,
                if done { "True" } else { "False" }.to_owned(),
            )
        }
        "trig" => {
            let mode = option("mode").unwrap_or_default();
            let ip = peer.ip().to_string();
            match calls::trigger(&mut state, mode, what.name(), name, &ip) {
                Ok(true) => text(StatusCode::OK, "True".to_owned()),
                Ok(false) => text(StatusCode::OK, "False".to_owned()),
                Err(fault) => text(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    fault.shown(state.data.release),
                ),
            }
        }
        "ipxe" => {
            let by_mac = option("mac").and_then(|mac| state.store.owner("mac_address", mac));
            let (what, name) = match &by_mac {
                Some(owner) => (Kind::System, owner.as_str()),
                None => (what, name),
            };
            let script = state
                .store
                .get(what, name)
                .map(|item| calls::ipxe(&state, item));
            match script {
                Some(script) => text(StatusCode::OK, script),
                None => text(
                    StatusCode::NOT_FOUND,
                    format!("# {} not found", what.name()),
                ),
            }
        }
        "list" => {
            let listed = option("what").unwrap_or("systems").trim_end_matches('s');
            let items = Kind::parse(listed)
                .map(|kind| state.store.list(kind))
                .unwrap_or_default();
            let names: Vec<_> = items
                .iter()
                .map(|item| format!("{}\n", item.name))
                .collect();
            text(StatusCode::OK, names.concat())
        }
        _ => text(StatusCode::NOT_FOUND, "# unknown operation".to_owned()),
    }
}
