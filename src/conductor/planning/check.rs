//! Whether a step that somebody asked for can be done. The complaints are Ironic 39.0.0's, and name
//! what there is.

use std::sync::Arc;

use crate::conductor::steps::{RESERVED, reserved};
use crate::drivers::interfaces::{NodeInterfaces, Step};
use crate::model::{InterfaceKind, JsonMap, Node, PlannedStep, StepKind};

/// The implementation of a step; none if the node has no such step. A driver's own goes before the
/// reserved one of the same name.
pub(in crate::conductor) fn find(
    kind: StepKind,
    planned: &PlannedStep,
    interfaces: &NodeInterfaces,
) -> Option<Arc<dyn Step>> {
    interfaces
        .step(kind, planned.interface, &planned.step)
        .or_else(|| match kind {
            StepKind::Verify => None,
            _ => reserved(&planned.step),
        })
}

/// Whether all of these steps can be done; touches no hardware. Without a ramdisk those that need one
/// can't.
///
/// # Errors
/// All that is wrong with them, in words for a person.
pub(in crate::conductor) fn check(
    kind: StepKind,
    steps: &[PlannedStep],
    node: &Node,
    interfaces: &NodeInterfaces,
    without_ramdisk: bool,
) -> Result<(), String> {
    let mut complaints = Vec::new();
    for planned in steps {
        match find(kind, planned, interfaces) {
            Some(step) => {
                let known = Known {
                    kind,
                    planned,
                    step: step.as_ref(),
                };
                known.complain(node, without_ramdisk, &mut complaints);
            }
            None => complaints.push(format!(
                "node does not support this {kind} step: {}; it has {}",
                quoted(planned),
                known_steps(kind, interfaces)
            )),
        }
    }
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(complaints.join("; ")),
    }
}

/// A step that was asked for, and that there is.
struct Known<'a> {
    kind: StepKind,
    planned: &'a PlannedStep,
    step: &'a dyn Step,
}

impl Known<'_> {
    fn complain(&self, node: &Node, without_ramdisk: bool, complaints: &mut Vec<String>) {
        let none = JsonMap::new();
        let args = self.planned.args.as_ref().unwrap_or(&none);
        let start = format!("{} step {}", self.kind, quoted(self.planned));
        let takes = |name: &str| self.step.args().iter().any(|arg| arg.name == name);
        let unexpected: Vec<&str> = args
            .keys()
            .map(String::as_str)
            .filter(|name| !takes(name))
            .collect();
        if !unexpected.is_empty() {
            complaints.push(format!(
                "{start} has these unexpected arguments: {}",
                unexpected.join(", ")
            ));
        }
        if self.is_disabled() {
            return;
        }
        let missing: Vec<String> = self
            .step
            .args()
            .iter()
            .filter(|arg| arg.required && !args.contains_key(arg.name))
            .map(|arg| format!("{} ({})", arg.name, arg.description))
            .collect();
        if !missing.is_empty() {
            complaints.push(format!(
                "{start} is missing these required arguments: {}",
                missing.join(", ")
            ));
        }
        if without_ramdisk && self.step.requires_ramdisk() {
            complaints.push(format!("{start} requires booting a ramdisk"));
        }
        if self.is_core() {
            complaints.push(format!(
                "deploy step {} on interface {} is a core step and cannot be overridden by user steps. \
                 It may be disabled by setting the priority to 0",
                self.planned.step, self.planned.interface
            ));
        }
        if unexpected.is_empty()
            && missing.is_empty()
            && let Err(wrong) = self.step.check(node, args)
        {
            complaints.push(format!("{start} can't be done: {wrong}"));
        }
    }

    /// A deploy that does without a step of the driver's.
    fn is_disabled(&self) -> bool {
        self.kind == StepKind::Deploy && self.planned.priority == 0
    }

    /// What the deploy interface does without being asked is the deploy itself.
    fn is_core(&self) -> bool {
        self.kind == StepKind::Deploy
            && self.planned.interface == InterfaceKind::Deploy
            && self.step.interface() == InterfaceKind::Deploy
            && self.step.priority() > 0
    }
}

fn quoted(planned: &PlannedStep) -> String {
    format!(
        "{{'interface': '{}', 'step': '{}'}}",
        planned.interface, planned.step
    )
}

fn known_steps(kind: StepKind, interfaces: &NodeInterfaces) -> String {
    let own = interfaces.steps(kind);
    let own = own
        .iter()
        .map(|step| format!("{}.{}", step.interface(), step.name()));
    let all: Vec<String> = own.chain(RESERVED.map(str::to_owned)).collect();
    all.join(", ")
}
