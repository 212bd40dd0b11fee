//! What can be counted, for Prometheus. `docs/metrics.md` is the catalogue; a test holds it to
//! what is registered here. Labels come from closed lists: no node, no address, no free text.

mod api;
mod cimc;
mod cobbler;
mod engine;
mod power_sync;

use std::sync::Arc;

use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

pub use api::{Answered, ApiMetrics};
pub use cimc::CimcMetrics;
pub use cobbler::CobblerMetrics;
pub use engine::{EngineMetrics, Report, StepEnd};
pub use power_sync::{PowerSyncMetrics, Skipped};

/// All figures of this process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    registry: Registry,
    api: ApiMetrics,
    engine: EngineMetrics,
    cimc: CimcMetrics,
    cobbler: CobblerMetrics,
    power_sync: PowerSyncMetrics,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("ferric");
        let inner = Inner {
            api: ApiMetrics::new(&mut registry),
            engine: EngineMetrics::new(&mut registry),
            cimc: CimcMetrics::new(&mut registry),
            cobbler: CobblerMetrics::new(&mut registry),
            power_sync: PowerSyncMetrics::new(&mut registry),
            registry,
        };
        Self {
            inner: Arc::new(inner),
        }
    }
}

impl Metrics {
    /// Of the REST API.
    pub fn api(&self) -> &ApiMetrics {
        &self.inner.api
    }

    /// Of the engine and the nodes.
    pub fn engine(&self) -> &EngineMetrics {
        &self.inner.engine
    }

    /// Of the controllers.
    pub fn cimc(&self) -> &CimcMetrics {
        &self.inner.cimc
    }

    /// Of the Cobbler servers.
    pub fn cobbler(&self) -> &CobblerMetrics {
        &self.inner.cobbler
    }

    /// Of power sync.
    pub fn power_sync(&self) -> &PowerSyncMetrics {
        &self.inner.power_sync
    }

    /// Everything in Prometheus' text format 0.0.4.
    ///
    /// # Errors
    /// None in practice: it writes into memory.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::prometheus_text::encode(&mut text, &self.inner.registry)?;
        Ok(text)
    }
}

/// Seconds from a millisecond to five minutes: answers of the API take milliseconds, controllers
/// and steps up to minutes.
fn seconds() -> Histogram {
    Histogram::new([
        0.001, 0.005, 0.02, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 120.0, 300.0,
    ])
}
