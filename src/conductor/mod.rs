//! The conductor: the engine that runs the steps of nodes' jobs, and the intents, the only door
//! through which anybody else changes a node.

mod engine;
mod error;
mod firmware;
mod inspection_rules;
mod intents;
mod jobs;
mod outcome;
mod planning;
mod power_sync;
mod preflight;
mod rehearsal;
mod run;
mod steps;
mod stop;

pub use error::ConductorError;
pub use intents::{InstallEvidence, ProvisionRequest};
pub use power_sync::PowerSync;
pub use rehearsal::{Rehearsed, rehearse};

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::drivers::interfaces::SharedObject;
use crate::drivers::{Registry, Settings};
use crate::metrics::Metrics;
use crate::store::{NodeFilter, Page, Store};

/// How the conductor works.
#[derive(Debug, Clone)]
pub struct Options {
    /// The name under which it claims nodes; each running conductor needs its own.
    pub hostname: String,
    /// How long it may hold a node before others take it over. Longer than a step can take.
    pub lease: Duration,
    /// How long one run of a step may take.
    pub step_timeout: Duration,
    /// How long a call waits for a node that somebody holds, or whose work in hand is in its way,
    /// before it answers 409. Steps are short; Ironic waits as long by default (three tries, a
    /// second apart).
    pub call_patience: Duration,
    /// How often it looks for due nodes if nothing wakes it.
    pub poll_interval: Duration,
    /// How many nodes it works on at once.
    pub workers: usize,
    /// How the power of all nodes is watched.
    pub power_sync: PowerSync,
    /// Where it is counted what happens.
    pub metrics: Metrics,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            hostname: "ferric".to_owned(),
            lease: Duration::from_secs(300),
            step_timeout: Duration::from_secs(240),
            call_patience: Duration::from_secs(3),
            poll_interval: Duration::from_secs(1),
            workers: 256,
            power_sync: PowerSync::default(),
            metrics: Metrics::default(),
        }
    }
}

/// A handle on the conductor; cheap to clone.
#[derive(Debug, Clone)]
pub struct Conductor {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    drivers: Registry,
    settings: Settings,
    options: Options,
    wake: Notify,
}

impl Conductor {
    /// A conductor on this store and these drivers. It does nothing by itself until
    /// [`Conductor::run`].
    pub fn new(store: Store, drivers: Registry, settings: Settings, options: Options) -> Self {
        Self {
            inner: Arc::new(Inner {
                store,
                drivers,
                settings,
                options,
                wake: Notify::new(),
            }),
        }
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The hardware types and their implementations.
    pub fn drivers(&self) -> &Registry {
        &self.inner.drivers
    }

    /// The name under which it claims nodes.
    pub fn hostname(&self) -> &str {
        &self.inner.options.hostname
    }

    /// What is counted in this process.
    pub fn metrics(&self) -> &Metrics {
        &self.inner.options.metrics
    }

    /// The Cobbler servers: name and URL.
    pub fn cobblers(&self) -> Vec<(String, String)> {
        self.inner.drivers.cobblers()
    }

    /// What was made on a Cobbler server for the nodes, and whether it is as it was made; `None`
    /// where no server of that name is configured.
    ///
    /// # Errors
    /// Those of the store and of the server.
    pub async fn shared_objects(
        &self,
        server: &str,
    ) -> Result<Option<Vec<SharedObject>>, ConductorError> {
        let filter = NodeFilter {
            include_children: true,
            ..NodeFilter::default()
        };
        let nodes = self.inner.store.nodes(&filter, &Page::all()).await?;
        Ok(self.inner.drivers.shared_objects(server, &nodes).await?)
    }

    /// Makes the engine look for due nodes now.
    fn wake(&self) {
        self.inner.wake.notify_one();
    }
}
