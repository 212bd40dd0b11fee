//! Cobbler servers.

use std::time::Duration;

use cobbler_client::{Observer, Outcome};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    method: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfMethod {
    method: String,
}

/// Figures of the calls to Cobbler servers; the client tells it what happens.
#[derive(Debug, Clone)]
pub struct CobblerMetrics {
    calls: Family<Ended, Counter>,
    seconds: Family<OfMethod, Histogram, fn() -> Histogram>,
}

impl CobblerMetrics {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            calls: Family::default(),
            seconds: Family::new_with_constructor(super::seconds),
        };
        registry.register(
            "cobbler_calls",
            "XML-RPC calls to Cobbler servers, by how they ended",
            new.calls.clone(),
        );
        registry.register_with_unit(
            "cobbler_call_duration",
            "From sending a call to the last byte of its answer, or to the end of patience",
            Unit::Seconds,
            new.seconds.clone(),
        );
        new
    }
}

impl Observer for CobblerMetrics {
    fn called(&self, method: &str, outcome: Outcome, took: Duration) {
        let (method, outcome) = (method.to_owned(), outcome.word());
        self.seconds
            .get_or_create(&OfMethod {
                method: method.clone(),
            })
            .observe(took.as_secs_f64());
        self.calls.get_or_create(&Ended { method, outcome }).inc();
    }
}
