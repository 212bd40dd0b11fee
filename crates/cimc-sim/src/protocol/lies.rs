//! Answers that aren't true: what the faults change in them.

use crate::chassis::Chassis;
use crate::fault::Fault;
use crate::personality::BootDialect;
use crate::xml::Element;

/// The answer with what the rules make of it. A rule that finds nothing to change isn't used up.
pub(super) fn tell(chassis: &Chassis, body: &str, mut answer: Element) -> Element {
    let faults = &chassis.faults;
    if list(&answer).is_some_and(|list| !list.children.is_empty())
        && faults.strikes(body, &Fault::NoObjects)
        && let Some(list) = list_mut(&mut answer)
    {
        list.children.clear();
    }
    if shows_both_orders(chassis, &answer) && faults.strikes(body, &Fault::BothBootOrders) {
        add_legacy_devices(&mut answer);
    }
    if !chassis.state().has_posted
        && has_element(&answer, LOM_PORT)
        && faults.strikes(body, &Fault::LomHiddenUntilPost)
    {
        remove_elements(&mut answer, LOM_PORT);
    }
    if has_attribute(&answer, POWER) {
        let lie = faults.take(body, |fault| match fault {
            Fault::PowerReads(value) => Some(Some(value.clone())),
            Fault::PowerFlaps => Some(None),
            _ => None,
        });
        if let Some(value) = lie {
            let value = value.unwrap_or_else(|| chassis.flap().to_owned());
            set_attribute(&mut answer, POWER, &value);
        }
    }
    let read = faults.take(body, |fault| match fault {
        Fault::AttributeReads { attribute, value } if has_attribute(&answer, attribute) => {
            Some((attribute.clone(), value.clone()))
        }
        _ => None,
    });
    if let Some((attribute, value)) = read {
        set_attribute(&mut answer, &attribute, &value);
    }
    let missing = faults.take(body, |fault| match fault {
        Fault::AttributeMissing(attribute) if has_attribute(&answer, attribute) => {
            Some(attribute.clone())
        }
        _ => None,
    });
    if let Some(attribute) = missing {
        remove_attribute(&mut answer, &attribute);
    }
    if faults.strikes(body, &Fault::WrongRoot) {
        answer.name = "configUnexpected".to_owned();
    }
    answer
}

const POWER: &str = "operPower";
/// Of this class only the LOM has ports in a simulated server.
const LOM_PORT: &str = "networkAdapterEthIf";

fn list(answer: &Element) -> Option<&Element> {
    answer.first("outConfigs").or(answer.first("outConfig"))
}

fn list_mut(answer: &mut Element) -> Option<&mut Element> {
    answer
        .children
        .iter_mut()
        .find(|child| matches!(child.name.as_str(), "outConfigs" | "outConfig"))
}

/// Whether it lists what is in the legacy boot order of a firmware that has the other one.
fn shows_both_orders(chassis: &Chassis, answer: &Element) -> bool {
    chassis.personality().boot == BootDialect::Precision
        && answer.name == "configResolveChildren"
        && list(answer)
            .is_some_and(|list| list.children.iter().any(|c| c.name == "lsbootBootSecurity"))
}

fn add_legacy_devices(answer: &mut Element) {
    let root = crate::boot::POLICY;
    let device = |class, rn: &str, access, kind, order| {
        Element::new(class)
            .with("dn", format!("{root}/{rn}"))
            .with("access", access)
            .with("order", order)
            .with("type", kind)
    };
    if let Some(list) = list_mut(answer) {
        list.children.extend([
            device(
                "lsbootStorage",
                "storage-read-write",
                "read-write",
                "storage",
                "1",
            ),
            device("lsbootLan", "lan-read-only", "read-only", "lan", "2"),
        ]);
    }
}

fn has_element(element: &Element, name: &str) -> bool {
    element.name == name || element.children.iter().any(|c| has_element(c, name))
}

fn remove_elements(element: &mut Element, name: &str) {
    element.children.retain(|child| child.name != name);
    for child in &mut element.children {
        remove_elements(child, name);
    }
}

/// Whether an object of the answer has the attribute; the method's own don't count.
fn has_attribute(answer: &Element, name: &str) -> bool {
    answer
        .children
        .iter()
        .any(|child| child.attribute(name).is_some() || has_attribute(child, name))
}

fn set_attribute(answer: &mut Element, name: &str, value: &str) {
    for child in &mut answer.children {
        for (known, old) in &mut child.attributes {
            if known == name {
                value.clone_into(old);
            }
        }
        set_attribute(child, name, value);
    }
}

fn remove_attribute(answer: &mut Element, name: &str) {
    for child in &mut answer.children {
        child.attributes.retain(|(known, _)| known != name);
        remove_attribute(child, name);
    }
}
