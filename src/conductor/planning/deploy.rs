//! The steps of a deploy: the driver's, what the request asked for, and what deploy templates add.

use std::collections::BTreeSet;

use serde_json::Value;

use super::asked::read;
use super::check::check;
use super::own;
use crate::conductor::steps::reserved;
use crate::drivers::interfaces::{NodeInterfaces, order};
use crate::model::{InterfaceKind, Node, PlannedStep, Resource, StepKind};

/// The steps of a node's deploy, in order, as Ironic 39.0.0 puts them together: those of the request
/// go before those of deploy templates, and both before the driver's of the same name; priority 0
/// takes one out. Ironic leaves out steps that it doesn't know, since a ramdisk may bring them; no
/// ramdisk runs here, so they are refused.
///
/// # Errors
/// What is wrong with them, in words for a person.
pub(in crate::conductor) fn deploy(
    node: &Node,
    interfaces: &NodeInterfaces,
    asked: Option<&Value>,
    templates: &[Resource],
) -> Result<Vec<PlannedStep>, String> {
    let traits = instance_traits(node)?;
    let templates: Vec<&Resource> = templates
        .iter()
        .filter(|template| {
            template
                .name
                .as_deref()
                .is_some_and(|n| traits.contains(&n))
        })
        .collect();
    let from_templates = steps_of(node, interfaces, &templates)?;
    let asked = match asked {
        Some(asked) => checked(node, interfaces, asked).map_err(|wrong| {
            format!("Validation of deploy steps from \"deploy steps\" argument failed. {wrong}")
        })?,
        None => Vec::new(),
    };
    let mut steps: Vec<PlannedStep> = asked;
    extend(&mut steps, from_templates, interfaces);
    let own = interfaces
        .steps(StepKind::Deploy)
        .iter()
        .filter(|step| step.priority() > 0)
        .map(|step| own(step.as_ref(), Some(StepKind::Deploy)))
        .collect();
    extend(&mut steps, own, interfaces);
    steps.retain(|step| step.priority > 0);
    if steps.is_empty() {
        return Err("all steps are disabled, so that nothing would be done".to_owned());
    }
    steps.sort_by_key(|step| (std::cmp::Reverse(step.priority), place(step.interface)));
    Ok(steps)
}

/// Adds those that aren't there yet. Reserved steps are no driver's: each is one more.
fn extend(steps: &mut Vec<PlannedStep>, more: Vec<PlannedStep>, interfaces: &NodeInterfaces) {
    let known: BTreeSet<String> = steps
        .iter()
        .filter(|step| !is_reserved(step, interfaces))
        .map(PlannedStep::id)
        .collect();
    steps.extend(more.into_iter().filter(|step| !known.contains(&step.id())));
}

fn is_reserved(step: &PlannedStep, interfaces: &NodeInterfaces) -> bool {
    let own = interfaces.step(StepKind::Deploy, step.interface, &step.step);
    own.is_none() && reserved(&step.step).is_some()
}

/// The place of an interface among steps of equal priority.
fn place(interface: InterfaceKind) -> usize {
    let order = order(StepKind::Deploy);
    order
        .iter()
        .position(|one| *one == interface)
        .unwrap_or(order.len())
}

/// `instance_info.traits`, each of which the node has to have.
fn instance_traits(node: &Node) -> Result<Vec<&str>, String> {
    let given = match node.instance_info.get("traits") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(given) => given,
    };
    let texts: Option<Vec<&str>> = given
        .as_array()
        .and_then(|items| items.iter().map(Value::as_str).collect());
    let texts = texts.ok_or_else(|| {
        format!(
            "Error parsing traits from Node {} instance_info field. A list of strings is expected.",
            node.uuid
        )
    })?;
    let missing: Vec<&str> = texts
        .iter()
        .copied()
        .filter(|name| !node.traits.iter().any(|has| has == name))
        .collect();
    if missing.is_empty() {
        return Ok(texts);
    }
    Err(format!(
        "Cannot specify instance traits that are not also set on the node. Node {} is missing traits {}",
        node.uuid,
        missing.join(", ")
    ))
}

/// The steps of templates, together.
fn steps_of(
    node: &Node,
    interfaces: &NodeInterfaces,
    templates: &[&Resource],
) -> Result<Vec<PlannedStep>, String> {
    let steps: Vec<Value> = templates
        .iter()
        .filter_map(|template| template.fields.get("steps").and_then(Value::as_array))
        .flatten()
        .cloned()
        .collect();
    let steps = Value::Array(steps);
    checked(node, interfaces, &steps).map_err(|wrong| {
        let names: Vec<&str> = templates.iter().filter_map(|t| t.name.as_deref()).collect();
        format!(
            "Validation of deploy steps from deploy templates matching this node's instance traits failed. \
             Matching deploy templates: {}. Errors: {wrong}",
            names.join(",")
        )
    })
}

/// Reads steps and looks whether they can be done, each once.
fn checked(
    node: &Node,
    interfaces: &NodeInterfaces,
    steps: &Value,
) -> Result<Vec<PlannedStep>, String> {
    let steps = read(StepKind::Deploy, steps, interfaces)?;
    check(StepKind::Deploy, &steps, node, interfaces, false)?;
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<String> = steps
        .iter()
        .filter(|step| !is_reserved(step, interfaces))
        .map(PlannedStep::id)
        .filter(|id| !seen.insert(id.clone()))
        .collect();
    if twice.is_empty() {
        return Ok(steps);
    }
    let twice: Vec<String> = twice.into_iter().collect();
    Err(format!(
        "deploy steps cannot have the same interface and step. Duplicate deploy steps for {}",
        twice.join(", ")
    ))
}
