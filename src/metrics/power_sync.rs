//! Power sync.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Why a node was due and not asked, or gave an answer that nothing came of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Skipped {
    /// It has work in hand, or somebody holds it.
    Busy,
    /// It is in maintenance for another reason than power sync.
    Maintenance,
    /// It is being enrolled: nobody knows yet whether its record is right.
    Enroll,
    /// A session of this process was open on its controller.
    SessionInUse,
    /// All sessions of its controller were taken by others.
    SessionLimit,
    /// Its power driver can't tell.
    Unsupported,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// Figures of power sync.
#[derive(Debug)]
pub struct PowerSyncMetrics {
    due: Counter,
    asked: Counter,
    changed: Counter,
    forced: Counter,
    failed: Counter,
    skipped: Family<Reason, Counter>,
    in_flight: Gauge,
    lag: Histogram,
    seconds: Histogram,
}

impl PowerSyncMetrics {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            due: Counter::default(),
            asked: Counter::default(),
            changed: Counter::default(),
            forced: Counter::default(),
            failed: Counter::default(),
            skipped: Family::default(),
            in_flight: Gauge::default(),
            lag: super::seconds(),
            seconds: super::seconds(),
        };
        let counters = [
            ("due", "Nodes whose turn had come", &new.due),
            ("asked", "Nodes whose hardware was asked", &new.asked),
            (
                "changed",
                "Nodes whose power was not what the record said",
                &new.changed,
            ),
            (
                "forced",
                "Nodes whose hardware was told to be as the record says",
                &new.forced,
            ),
            ("failed", "Nodes whose hardware gave no answer", &new.failed),
        ];
        for (name, help, counter) in counters {
            registry.register(format!("power_sync_{name}"), help, counter.clone());
        }
        registry.register(
            "power_sync_skipped",
            "Nodes that were due and left alone, by reason",
            new.skipped.clone(),
        );
        registry.register(
            "power_sync_in_flight",
            "Nodes that are being asked now",
            new.in_flight.clone(),
        );
        registry.register_with_unit(
            "power_sync_lag",
            "From a node's moment to the moment it was taken up",
            Unit::Seconds,
            new.lag.clone(),
        );
        registry.register_with_unit(
            "power_sync_duration",
            "From taking a node up to the end of its session",
            Unit::Seconds,
            new.seconds.clone(),
        );
        new
    }

    /// A node's turn had come, so long ago.
    pub fn due(&self, lag: Duration) {
        self.due.inc();
        self.lag.observe(lag.as_secs_f64());
    }

    /// A node is asked now.
    pub fn begin(&self) {
        self.in_flight.inc();
    }

    /// That has ended.
    pub fn end(&self, took: Duration) {
        self.in_flight.dec();
        self.seconds.observe(took.as_secs_f64());
    }

    /// It answered, or might have.
    pub fn asked(&self) {
        self.asked.inc();
    }

    /// Its power was another one than recorded.
    pub fn changed(&self) {
        self.changed.inc();
    }

    /// Its hardware was told to be as recorded.
    pub fn forced(&self) {
        self.forced.inc();
    }

    /// It did not answer.
    pub fn failed(&self) {
        self.failed.inc();
    }

    /// It was left alone.
    pub fn skipped(&self, why: Skipped) {
        let reason = why.into();
        self.skipped.get_or_create(&Reason { reason }).inc();
    }
}
