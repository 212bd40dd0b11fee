//! The engine and the nodes.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// How one run of a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum StepEnd {
    /// The step is done.
    Done,
    /// It runs again at once, what it means to do being saved.
    Again,
    /// It waits for something.
    Wait,
    /// An error that may pass; it is tried again.
    Retry,
    /// The job has failed.
    Fail,
}

/// What became of an installer's report or request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Report {
    /// It was taken in or answered.
    Taken,
    /// It had no valid token, and was ignored.
    Refused,
    /// It could not be taken in; the installer tries again.
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reported {
    source: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ran {
    interface: &'static str,
    step: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    provision_state: String,
}

/// Figures of the engine and the nodes.
#[derive(Debug)]
pub struct EngineMetrics {
    steps: Family<Ran, Counter>,
    seconds: Family<Ran, Histogram, fn() -> Histogram>,
    lost: Counter,
    reports: Family<Reported, Counter>,
    nodes: Family<InState, Gauge>,
}

impl EngineMetrics {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let new = Self {
            steps: Family::default(),
            seconds: Family::new_with_constructor(super::seconds),
            lost: Counter::default(),
            reports: Family::default(),
            nodes: Family::default(),
        };
        registry.register(
            "step_runs",
            "Runs of steps of jobs, by how they ended",
            new.steps.clone(),
        );
        registry.register_with_unit(
            "step_run_duration",
            "How long one run of a step took, without what it waits for",
            Unit::Seconds,
            new.seconds.clone(),
        );
        registry.register(
            "results_lost_to_others",
            "Results dropped because another conductor had taken the node meanwhile",
            new.lost.clone(),
        );
        registry.register(
            "install_reports",
            "Reports and requests of installers; refused are those without a valid token",
            new.reports.clone(),
        );
        registry.register("nodes", "Nodes by provision state", new.nodes.clone());
        new
    }

    /// A step ran.
    pub fn ran(&self, interface: &'static str, step: &'static str, end: StepEnd, took: Duration) {
        let outcome = end.into();
        let labels = Ran {
            interface,
            step,
            outcome,
        };
        self.steps.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// An installer called.
    pub fn reported(&self, source: &'static str, report: Report) {
        let outcome = report.into();
        self.reports
            .get_or_create(&Reported { source, outcome })
            .inc();
    }

    /// A step's result was dropped: another conductor has the node.
    pub fn lost(&self) {
        self.lost.inc();
    }

    /// How many nodes there are in each provision state; states that are not named have none.
    pub fn set_nodes(&self, counts: impl IntoIterator<Item = (String, i64)>) {
        self.nodes.clear();
        for (provision_state, count) in counts {
            self.nodes
                .get_or_create(&InState { provision_state })
                .set(count);
        }
    }
}
