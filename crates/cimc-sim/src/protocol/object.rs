//! One object in a write: checked against the release's schema, then applied.

use super::answer::Refusal;
use crate::boot;
use crate::chassis::{Chassis, State};
use crate::event::Event;
use crate::fault::Fault;
use crate::power::{self, PowerCommand};
use crate::release::Release;
use crate::schema::{self, Class};
use crate::tree::{ManagedObject, parent, rn};
use crate::xml::Element;

/// Local CD boot devices can't be deleted before this release (imcsdk 0.9.17).
const CDD_DELETABLE: Release = Release::new(3, 1, 3, 'a');

/// A write to one object and, for a tree, to those below.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) dn: String,
    class: &'static Class,
    delete: bool,
    values: Vec<(&'static str, String, bool)>,
    children: Vec<Write>,
}

impl Write {
    /// Checks one element against the schema. `outer` is the name that the method or the parent
    /// element gives; the object may carry its own `dn`, or only its `rn`, or neither.
    pub(super) fn read(chassis: &Chassis, element: &Element, outer: &str) -> Result<Self, Refusal> {
        let release = chassis.personality().release;
        let class = schema::find(&element.name, release)
            .ok_or_else(|| Refusal::Parse(format!("no class named {}", element.name)))?;
        let mut values = Vec::new();
        let mut delete = false;
        for (name, value) in &element.attributes {
            match name.as_str() {
                "dn" | "rn" => {}
                "status" => delete = deletes(class, value)?,
                other => {
                    let attribute = class.attribute(other, release).ok_or_else(|| {
                        refused(
                            class,
                            other,
                            &format!("The attribute '{other}' is not allowed."),
                        )
                    })?;
                    if !attribute.values.is_empty() && !attribute.values.contains(&value.as_str()) {
                        let text = format!("The value '{value}' is not an element of the set.");
                        return Err(refused(class, other, &text));
                    }
                    values.push((attribute.name, value.clone(), attribute.writable));
                }
            }
        }
        let dn = name(chassis, class, element, outer)?;
        let children = element
            .children
            .iter()
            .map(|child| Write::read(chassis, child, &dn))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            dn,
            class,
            delete,
            values,
            children,
        })
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(n, ..)| *n == name)
            .map(|(_, v, _)| v.as_str())
    }
}

fn refused(class: &Class, attribute: &str, text: &str) -> Refusal {
    Refusal::Parse(format!(
        "Element '{}', attribute '{attribute}': {text}",
        class.name
    ))
}

fn deletes(class: &Class, status: &str) -> Result<bool, Refusal> {
    let mut delete = false;
    for word in status.split(',') {
        match word {
            "created" | "modified" | "" => {}
            "deleted" | "removed" => delete = true,
            other => {
                let text = format!("The value '{other}' is not an element of the set.");
                return Err(refused(class, "status", &text));
            }
        }
    }
    Ok(delete)
}

/// Three shapes of naming are in use: the full name on the object, on the method, or the parent's
/// name on the method and `rn` on the object.
fn name(
    chassis: &Chassis,
    class: &Class,
    element: &Element,
    outer: &str,
) -> Result<String, Refusal> {
    if let Some(dn) = element.attribute("dn").filter(|dn| !dn.is_empty()) {
        return Ok(dn.to_owned());
    }
    if chassis
        .state()
        .tree
        .get(outer)
        .is_some_and(|object| object.class == class.name)
    {
        return Ok(outer.to_owned());
    }
    let relative = match (element.attribute("rn"), class.created_as) {
        (Some(rn), _) => rn.to_owned(),
        (None, Some(pattern)) => pattern
            .replace("{name}", element.attribute("name").unwrap_or_default())
            .replace("{access}", element.attribute("access").unwrap_or_default()),
        (None, None) if outer.is_empty() => {
            return Err(Refusal::Parse(format!(
                "Element '{}': no dn and no rn.",
                class.name
            )));
        }
        (None, None) => return Ok(outer.to_owned()),
    };
    if rn(outer) == relative {
        Ok(outer.to_owned())
    } else {
        Ok(format!("{outer}/{relative}"))
    }
}

/// Applies a checked write. Commands among its attributes take effect after the answer.
pub(super) fn apply(chassis: &Chassis, write: &Write, body: &str) -> Result<(), Refusal> {
    let boot_order = boot::is_boot_order(&write.dn);
    if boot_order && chassis.faults.strikes(body, &Fault::BootOrderNotStored) {
        return Ok(());
    }
    let mut state = chassis.state();
    check(chassis, &state, write)?;
    store(chassis, &mut state, write)?;
    if boot_order {
        let root = if write.dn.starts_with(boot::POLICY) {
            boot::POLICY
        } else {
            boot::PRECISION
        };
        let written: Vec<_> = write
            .children
            .iter()
            .chain([write])
            .map(|w| w.dn.clone())
            .collect();
        boot::renumber(&mut state.tree, root, &written);
        if chassis.faults.strikes(body, &Fault::BootOrderReversed) {
            boot::reverse(&mut state.tree, root);
        }
        if root == boot::PRECISION && chassis.faults.strikes(body, &Fault::BootDevicesDisabled) {
            boot::disable(&mut state.tree);
        }
        state.log.add(Event::BootOrderChanged);
    }
    let powered = state.powered;
    drop(state);
    if let Some(command) = write.value("adminPower")
        && !chassis.faults.strikes(body, &Fault::PowerIgnored)
    {
        power::accept(chassis, command);
    }
    let at_once = matches!(write.value("rebootOnUpdate"), Some("yes" | "true" | "True"));
    if boot_order && at_once && powered {
        chassis.want_power(PowerCommand::HardReset);
    }
    Ok(())
}

/// What the controller refuses although the schema allows it.
fn check(chassis: &Chassis, state: &State, write: &Write) -> Result<(), Refusal> {
    if chassis.personality().fixed_boot_mode && write.value("configuredBootMode").is_some() {
        return Err(Refusal::operation(
            "2502",
            "Update of 'configuredBootMode' attribute in 'lsbootDevPrecision' MO is not supported \
             on this UCS-C server platform.",
        ));
    }
    if write.dn == boot::ONE_TIME
        && let Some(device) = write.value("device").filter(|device| !device.is_empty())
    {
        let usable = state
            .tree
            .children(boot::PRECISION)
            .any(|o| o.get("name") == device && o.get("state") == "Enabled");
        if !usable {
            let text = format!("Operation failed. '{device}' is no enabled device of the order.");
            return Err(Refusal::operation("2003", text));
        }
    }
    write
        .children
        .iter()
        .try_for_each(|child| check(chassis, state, child))
}

fn store(chassis: &Chassis, state: &mut State, write: &Write) -> Result<(), Refusal> {
    if write.delete {
        return delete(chassis, state, write);
    }
    match state.tree.get(&write.dn) {
        Some(object) if object.class == write.class.name => {}
        Some(object) => {
            let text = format!(
                "Operation failed. {} is of class {}.",
                write.dn, object.class
            );
            return Err(Refusal::operation("102", text));
        }
        None if creatable(state, write) => {
            let object = ManagedObject::new(write.class.name, &write.dn);
            state.tree.insert(with_fixed_values(object));
        }
        None => {
            let text = format!("Operation failed. There is no {}.", write.dn);
            return Err(Refusal::operation("102", text));
        }
    }
    if write.dn == boot::PRECISION
        && chassis.personality().tree_replaces
        && !write.children.is_empty()
    {
        let unnamed: Vec<_> = state
            .tree
            .children(boot::PRECISION)
            .filter(|o| write.children.iter().all(|w| w.dn != o.dn))
            .map(|o| o.dn.clone())
            .collect();
        for dn in unnamed {
            state.tree.remove(&dn);
        }
    }
    for (name, value, writable) in &write.values {
        match *name {
            // Commands: never what is read back.
            "adminPower" => {}
            "adminAction" if write.class.name == "biosUnit" => state.enter_setup = true,
            "adminAction" => set(state, &write.dn, "device", ""),
            "adminState" if write.class.name == "equipmentLocatorLed" => {
                set(
                    state,
                    &write.dn,
                    "operState",
                    if value == "on" { "on" } else { "off" },
                );
            }
            name if *writable => set(state, &write.dn, name, value),
            _ => {}
        }
    }
    write
        .children
        .iter()
        .try_for_each(|child| store(chassis, state, child))
}

fn set(state: &mut State, dn: &str, name: &'static str, value: &str) {
    if let Some(object) = state.tree.get_mut(dn) {
        object.set(name, value.to_owned());
    }
}

fn creatable(state: &State, write: &Write) -> bool {
    let Some(pattern) = write.class.created_as else {
        return false;
    };
    let prefix = pattern.split('{').next().unwrap_or(pattern);
    let legacy = [
        "lsbootStorage",
        "lsbootLan",
        "lsbootVirtualMedia",
        "lsbootEfi",
    ];
    let root = if legacy.contains(&write.class.name) {
        boot::POLICY
    } else {
        boot::PRECISION
    };
    rn(&write.dn).starts_with(prefix) && parent(&write.dn) == root && state.tree.get(root).is_some()
}

/// What a new object has without being told: legacy devices their type, named ones their name.
fn with_fixed_values(object: ManagedObject) -> ManagedObject {
    match object.class {
        "lsbootLan" => object
            .with("access", "read-only")
            .with("prot", "pxe")
            .with("type", "lan"),
        "lsbootStorage" => object.with("access", "read-write").with("type", "storage"),
        "lsbootVirtualMedia" => object.with("type", "virtual-media"),
        "lsbootEfi" => object.with("access", "read-only").with("type", "efi"),
        _ => {
            let name = rn(&object.dn)
                .split_once('-')
                .map(|(_, name)| name.to_owned());
            object
                .with("name", name.unwrap_or_default())
                .with("state", "Disabled")
        }
    }
}

fn delete(chassis: &Chassis, state: &mut State, write: &Write) -> Result<(), Refusal> {
    let permanent = match write.class.name {
        "lsbootVirtualMedia" => true,
        "lsbootCdd" => chassis.personality().release < CDD_DELETABLE,
        _ => write.class.created_as.is_none(),
    };
    if permanent {
        let text = format!("Operation failed. {} can't be deleted.", write.dn);
        return Err(Refusal::operation("102", text));
    }
    state.tree.remove(&write.dn);
    Ok(())
}
