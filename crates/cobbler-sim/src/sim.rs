//! Starting the simulator, and the handle by which a test looks into it and breaks it.

use crate::calls::templates;
use crate::http::{self, FaultyListener, Peer};
use crate::item::{Item, Kind};
use crate::journal::Call;
use crate::knobs::SimFault;
use crate::spec::{DistroSeed, SimSpec};
use crate::state::State;
use crate::value::Struct;
use crate::views::{ProfileView, SystemView};
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The state that requests and the handle share. Its `Debug` shows nothing: there are tokens in it.
pub(crate) struct Shared(Mutex<State>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere must not hide what the state looked like.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours: choose another, or port 0.
    #[error("cannot listen on {address} for the simulated Cobbler; choose a free address")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// A simulated Cobbler server that is running.
#[derive(Debug)]
pub struct CobblerSim {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl CobblerSim {
    /// Starts a simulator and returns when it is listening.
    pub async fn start(spec: SimSpec) -> Result<Self, StartError> {
        let failed = |source| StartError::Listen {
            address: spec.listen,
            source,
        };
        let inner = TcpListener::bind(spec.listen).await.map_err(failed)?;
        let address = inner.local_addr().map_err(failed)?;
        let http_server = spec
            .advertised
            .clone()
            .unwrap_or_else(|| address.to_string());
        let shared = Arc::new(Shared(Mutex::new(State::new(&spec, http_server))));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let listener = FaultyListener {
            inner,
            shared: Arc::clone(&shared),
        };
        let service =
            http::router(Arc::clone(&shared)).into_make_service_with_connect_info::<Peer>();
        let stopped = stop.clone().cancelled_owned();
        tasks.spawn(async move {
            let server = axum::serve(listener, service).with_graceful_shutdown(stopped);
            if let Err(error) = server.await {
                tracing::error!(%error, "the simulated Cobbler stopped serving");
            }
        });
        tasks.close();
        tracing::info!(%address, "simulated Cobbler is listening");
        Ok(Self {
            shared,
            address,
            stop,
            tasks,
        })
    }

    /// `http://HOST:PORT`, the root of the web server.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The XML-RPC address: the base and `/cobbler_api`.
    pub fn api_url(&self) -> String {
        format!("{}/cobbler_api", self.base_url())
    }

    /// Where it listens, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening and waits for the requests under way.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }

    /// Switches a fault on, for so many times or (`None`) until [`Self::clear_faults`].
    pub fn inject(&self, fault: SimFault, times: Option<u32>) {
        self.shared.lock().knobs.inject(fault, times);
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.shared.lock().knobs.clear();
    }

    /// How long each XML-RPC call takes from now on, beside its own work.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.lock().latency = latency;
    }

    /// Forgets all tokens and unsaved objects, as a restart of the daemon does.
    pub fn restart_daemon(&self) {
        let mut state = self.shared.lock();
        state.tokens.clear();
        state.drafts.clear();
    }

    /// All systems, in the order of their creation.
    pub fn systems(&self) -> Vec<SystemView> {
        let state = self.shared.lock();
        let items = state.store.list(Kind::System);
        items
            .into_iter()
            .map(|item| SystemView::of(state.data, item))
            .collect()
    }

    /// One system.
    pub fn system(&self, name: &str) -> Option<SystemView> {
        let state = self.shared.lock();
        state
            .store
            .get(Kind::System, name)
            .map(|item| SystemView::of(state.data, item))
    }

    /// A system with this MAC, in lower case.
    pub fn system_by_mac(&self, mac: &str) -> Option<SystemView> {
        let state = self.shared.lock();
        let name = state.store.owner("mac_address", mac)?;
        state
            .store
            .get(Kind::System, &name)
            .map(|item| SystemView::of(state.data, item))
    }

    /// All profiles, in the order of their creation.
    pub fn profiles(&self) -> Vec<ProfileView> {
        let state = self.shared.lock();
        let items = state.store.list(Kind::Profile);
        items
            .into_iter()
            .map(|item| ProfileView::of(state.data, item))
            .collect()
    }

    /// Text of each template by its path.
    pub fn templates(&self) -> BTreeMap<String, String> {
        self.shared.lock().templates.clone()
    }

    /// How often each XML-RPC method was called.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.shared.lock().calls.clone()
    }

    /// Keeps what is asked from now on, for [`Self::take_calls`].
    pub fn keep_calls(&self) {
        self.shared.lock().journal.get_or_insert_default();
    }

    /// The calls since the last time, in their order. Empty unless they are kept.
    pub fn take_calls(&self) -> Vec<Call> {
        let mut state = self.shared.lock();
        state
            .journal
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// The largest number of `save_*` calls that were under way at one time.
    pub fn max_parallel_saves(&self) -> usize {
        self.shared.lock().max_saving
    }

    /// Adds a distro and a profile of the same name.
    pub fn add_distro(&self, distro: &DistroSeed) {
        self.shared.lock().seed(distro);
    }

    /// Adds a profile that somebody else owns. Nothing is checked.
    pub fn add_foreign_profile(&self, name: &str, distro: &str, template: &str) {
        let mut state = self.shared.lock();
        let mut item = Item::new(Kind::Profile, state.data.release);
        item.name = name.to_owned();
        item.fields.set("distro", distro);
        let path = templates::field_value(state.data, template);
        item.fields.set(state.data.template_field(), path);
        state.store.put(item);
    }

    /// Writes a template, as somebody with an editor on the server would.
    pub fn add_template(&self, path: &str, text: &str) {
        self.shared
            .lock()
            .templates
            .insert(path.to_owned(), text.to_owned());
    }

    /// Adds a system that somebody else owns. Nothing is checked: a MAC may be a duplicate.
    pub fn add_foreign_system(&self, name: &str, profile: &str, mac: &str) {
        let mut state = self.shared.lock();
        let mut item = Item::new(Kind::System, state.data.release);
        item.name = name.to_owned();
        item.fields.set("profile", profile);
        let mut interface = Struct::default();
        interface.set("mac_address", mac);
        *item.interface_mut("eth0") = interface;
        state.store.put(item);
    }
}

impl Drop for CobblerSim {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
