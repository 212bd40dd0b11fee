//! The REST API.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// What an answer is counted under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// The route's template, `/v1/nodes/{node}`; empty for paths that no route has.
    pub route: String,
    /// The method, or `other`.
    pub method: &'static str,
    /// `2xx` and so on.
    pub status: &'static str,
}

/// Figures of the REST API.
#[derive(Debug)]
pub struct ApiMetrics {
    requests: Family<Answered, Counter>,
    seconds: Family<Answered, Histogram, fn() -> Histogram>,
}

impl ApiMetrics {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(super::seconds),
        };
        registry.register(
            "api_requests",
            "Answers of the REST API",
            new.requests.clone(),
        );
        registry.register_with_unit(
            "api_request_duration",
            "From the request to the answer's head",
            Unit::Seconds,
            new.seconds.clone(),
        );
        new
    }

    /// A request was answered.
    pub fn answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        let labels = Answered {
            route: route.to_owned(),
            method: known_method(method),
            status: status_class(status),
        };
        self.requests.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }
}

/// Anybody can send any word as a method; that must not make a series each.
fn known_method(method: &str) -> &'static str {
    ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

fn status_class(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}
