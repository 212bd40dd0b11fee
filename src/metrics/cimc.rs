//! Controllers.

use cimc_client::{Event, Method, Observer, Outcome};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    method: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfMethod {
    method: &'static str,
}

/// Figures of the controllers; the client tells it what happens.
#[derive(Debug, Clone)]
pub struct CimcMetrics {
    requests: Family<Ended, Counter>,
    seconds: Family<OfMethod, Histogram, fn() -> Histogram>,
    logins: Counter,
    sessions_open: Gauge,
    sessions_left: Counter,
    session_limit: Counter,
    silent: Gauge,
}

impl CimcMetrics {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(super::seconds),
            logins: Counter::default(),
            sessions_open: Gauge::default(),
            sessions_left: Counter::default(),
            session_limit: Counter::default(),
            silent: Gauge::default(),
        };
        registry.register(
            "cimc_requests",
            "Requests to controllers, by how they ended",
            new.requests.clone(),
        );
        registry.register_with_unit(
            "cimc_request_duration",
            "From sending a request to the last byte of its answer, or to the end of patience",
            Unit::Seconds,
            new.seconds.clone(),
        );
        registry.register(
            "cimc_logins",
            "Sessions opened on controllers",
            new.logins.clone(),
        );
        registry.register(
            "cimc_sessions_open",
            "Sessions open on controllers now; never more than one each",
            new.sessions_open.clone(),
        );
        registry.register(
            "cimc_sessions_left_open",
            "Sessions whose logout no controller has confirmed",
            new.sessions_left.clone(),
        );
        registry.register(
            "cimc_session_limit_refusals",
            "Logins refused because all sessions of a controller were taken",
            new.session_limit.clone(),
        );
        registry.register(
            "cimc_silent_controllers",
            "Controllers that are left alone for a while, since they gave no answer again and again",
            new.silent.clone(),
        );
        new
    }
}

impl Observer for CimcMetrics {
    fn observe(&self, event: &Event) {
        match event {
            Event::Request {
                method,
                outcome,
                took,
            } => {
                if (*method, *outcome) == (Method::Login, Outcome::SessionLimit) {
                    self.session_limit.inc();
                }
                let (method, outcome) = (method.into(), outcome.into());
                self.requests
                    .get_or_create(&Ended { method, outcome })
                    .inc();
                self.seconds
                    .get_or_create(&OfMethod { method })
                    .observe(took.as_secs_f64());
            }
            Event::LoggedIn => {
                self.logins.inc();
                self.sessions_open.inc();
            }
            Event::SessionEnded { left_open } => {
                self.sessions_open.dec();
                self.sessions_left.inc_by(u64::from(*left_open));
            }
            Event::BreakerOpened => drop(self.silent.inc()),
            Event::BreakerClosed => drop(self.silent.dec()),
        }
    }
}
