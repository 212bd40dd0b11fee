//! Steps that somebody asked for, as a request, a deploy template or a runbook has them.

use serde_json::Value;

use super::check::find;
use crate::drivers::interfaces::NodeInterfaces;
use crate::model::{InterfaceKind, JsonMap, PlannedStep, StepKind};

/// Reads a list of steps, in its order. What the driver knows of them is filled in; whether they can
/// be done is not looked at, but for what has no place in a plan.
///
/// # Errors
/// What can't be planned, in words for a person.
pub(in crate::conductor) fn read(
    kind: StepKind,
    steps: &Value,
    interfaces: &NodeInterfaces,
) -> Result<Vec<PlannedStep>, String> {
    let steps = steps.as_array().into_iter().flatten();
    steps.map(|step| one(kind, step, interfaces)).collect()
}

fn one(kind: StepKind, asked: &Value, interfaces: &NodeInterfaces) -> Result<PlannedStep, String> {
    let text = |key: &str| asked[key].as_str().unwrap_or_default();
    if asked["execute_on_child_nodes"] == Value::Bool(true) {
        return Err(format!(
            "the step {}.{} is to run on child nodes, which isn't possible here; say it to each of them",
            text("interface"),
            text("step")
        ));
    }
    let interface: InterfaceKind = text("interface")
        .parse()
        .map_err(|_| format!("there is no interface {:?}", text("interface")))?;
    let args = match &asked["args"] {
        Value::Object(args) => args.clone(),
        _ => JsonMap::new(),
    };
    let mut planned = PlannedStep {
        interface,
        step: text("step").to_owned(),
        priority: 0,
        args: Some(args),
        abortable: false,
    };
    let known = find(kind, &planned, interfaces);
    if let Some(step) = &known {
        planned.abortable = step.is_abortable(kind);
    }
    planned.priority = match kind {
        StepKind::Deploy => priority(&asked["priority"]),
        _ => known.map_or(0, |step| step.priority()),
    };
    Ok(planned)
}

/// A number, or the text of one. One that is too large for us is larger than all others.
fn priority(given: &Value) -> u32 {
    let number = match given {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    number.map_or(0, |number: u64| u32::try_from(number).unwrap_or(u32::MAX))
}
