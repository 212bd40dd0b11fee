//! What a step works with: the saved facts, the node's interfaces, and a place for what it wants
//! saved. Never the store.

use std::sync::LazyLock;

use chrono::TimeDelta;
use serde_json::Value;

use super::{BootDevice, BootSetting, NodeInterfaces, Requested, StepOutcome};
use crate::drivers::{DriverError, Settings};
use crate::model::{
    DocumentKind, Evidence, EvidenceKind, EvidenceSource, Job, JsonMap, Node, Port, Time,
};
use crate::states::{PowerState, PowerTarget};

/// What a step wants saved with its outcome.
#[derive(Debug, Default, Clone)]
pub struct Changes {
    /// Goes into [`Job::notes`]; null takes a note away.
    pub notes: JsonMap,
    /// Goes into the node's `driver_internal_info`; null takes a key away.
    pub internal_info: JsonMap,
    /// Goes into the node's `properties` where the key is not there yet.
    pub properties: JsonMap,
    /// Goes into the node's `properties`, over what stands there.
    pub inspected: JsonMap,
    /// What was read of the hardware, to be kept beside the node.
    pub documents: Vec<(DocumentKind, Value)>,
    /// The boot mode that was seen, in Ironic's words.
    pub boot_mode: Option<String>,
    /// The health that was seen, in Ironic's words.
    pub health: Option<String>,
    /// What a person should know of, though nothing failed; goes into the node's history.
    pub warnings: Vec<String>,
    /// The power state that was seen.
    pub power_state: Option<PowerState>,
    /// Ports to make for the node: those it has already are left as they are.
    pub ports: Vec<Port>,
    /// How far the step is, in words for a person.
    pub progress: Option<String>,
    /// What the step has seen of the install: from whom, what, and in which words.
    pub evidence: Vec<(EvidenceSource, EvidenceKind, String)>,
}

/// What a step gets.
#[derive(Debug)]
pub struct StepContext<'a> {
    /// The node as saved.
    pub node: &'a Node,
    /// Its ports as saved.
    pub ports: &'a [Port],
    /// The job the step belongs to.
    pub job: &'a Job,
    /// What has been seen of this job.
    pub evidence: &'a [Evidence],
    /// The drivers' settings.
    pub settings: &'a Settings,
    /// The present time.
    pub now: Time,
    /// What is to be saved.
    pub changes: Changes,
    interfaces: &'a NodeInterfaces,
}

impl<'a> StepContext<'a> {
    /// A context for one run of one step.
    pub fn new(
        node: &'a Node,
        ports: &'a [Port],
        job: &'a Job,
        evidence: &'a [Evidence],
        settings: &'a Settings,
        interfaces: &'a NodeInterfaces,
        now: Time,
    ) -> Self {
        Self {
            node,
            ports,
            job,
            evidence,
            settings,
            now,
            changes: Changes::default(),
            interfaces,
        }
    }

    /// The node's power.
    pub fn power(&self) -> Power<'a> {
        Power(self.node, self.interfaces)
    }

    /// The node's boot devices.
    pub fn management(&self) -> Management<'a> {
        Management(self.node, self.interfaces)
    }

    /// The implementations that the node has chosen.
    pub fn interfaces(&self) -> &'a NodeInterfaces {
        self.interfaces
    }

    /// The arguments that the present step was asked for with.
    pub fn args(&self) -> &'a JsonMap {
        static NONE: LazyLock<JsonMap> = LazyLock::new(JsonMap::new);
        let args = self.job.current().and_then(|step| step.args.as_ref());
        args.unwrap_or(&NONE)
    }

    /// A note that this job has made; those of this run count.
    pub fn noted(&self, key: &str) -> Option<&Value> {
        self.changes
            .notes
            .get(key)
            .or_else(|| self.job.notes.get(key))
            .filter(|value| !value.is_null())
    }

    /// Notes something for later runs of this job.
    pub fn note(&mut self, key: &str, value: impl Into<Value>) {
        self.changes.notes.insert(key.to_owned(), value.into());
    }

    /// Takes a note away.
    pub fn forget(&mut self, key: &str) {
        self.changes.notes.insert(key.to_owned(), Value::Null);
    }

    /// Adds to the evidence, but for what is there already: a step that was cut off looks again.
    /// Whether it was new; a later run finds it in [`StepContext::evidence`].
    pub fn saw(&mut self, source: EvidenceSource, kind: EvidenceKind, message: String) -> bool {
        let known = self
            .evidence
            .iter()
            .any(|e| e.source == source && e.kind == kind && e.message == message);
        if !known {
            self.changes.evidence.push((source, kind, message));
        }
        !known
    }

    /// How long the present step has been at work.
    pub fn step_age(&self) -> TimeDelta {
        self.now - self.job.step_started_at
    }

    /// Waits `delay` for something of the hardware's.
    pub fn wait(&self, delay: TimeDelta, for_what: impl Into<String>) -> StepOutcome {
        StepOutcome::Wait {
            until: self.now + delay,
            for_what: for_what.into(),
            on_installer: false,
        }
    }
}

/// A node's power.
#[derive(Debug, Clone, Copy)]
pub struct Power<'a>(&'a Node, &'a NodeInterfaces);

impl Power<'_> {
    /// See [`super::PowerInterface::state`].
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn state(self) -> Result<PowerState, DriverError> {
        self.1.power.state(self.0).await
    }

    /// See [`super::PowerInterface::request`].
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn request(self, target: PowerTarget) -> Result<Requested, DriverError> {
        self.1.power.request(self.0, target).await
    }

    /// See [`super::PowerInterface::validate`].
    ///
    /// # Errors
    /// Those of the driver.
    pub fn validate(self) -> Result<(), DriverError> {
        self.1.power.validate(self.0)
    }

    /// Whether the hardware can be asked for that.
    pub fn supports(self, target: PowerTarget) -> bool {
        self.1.power.supported().contains(&target)
    }
}

/// A node's boot devices.
#[derive(Debug, Clone, Copy)]
pub struct Management<'a>(&'a Node, &'a NodeInterfaces);

impl Management<'_> {
    /// See [`super::ManagementInterface::set_boot_device`].
    ///
    /// # Errors
    /// Those of the driver.
    pub async fn set_boot_device(
        self,
        device: BootDevice,
        persistent: bool,
        pxe_mac: Option<&str>,
    ) -> Result<BootSetting, DriverError> {
        self.1
            .management
            .set_boot_device(self.0, device, persistent, pxe_mac)
            .await
    }
}
