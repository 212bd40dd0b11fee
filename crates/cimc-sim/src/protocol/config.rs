//! The writes: `configConfMo` and `configConfMos`.

use super::answer::{Refusal, authorize, hierarchical, only, respond};
use super::object::{self, Write};
use crate::chassis::Chassis;
use crate::session::Role;
use crate::xml::Element;

/// `configConfMos` takes at most this many objects.
const MOST_OBJECTS: usize = 10;

pub(super) fn conf_mo(
    chassis: &Chassis,
    request: &Element,
    body: &str,
) -> Result<Element, Refusal> {
    only(request, &["dn", "inHierarchical"])?;
    writer(chassis, request)?;
    let deep = hierarchical(request)?;
    let config = child(request, "inConfig")?;
    let [written] = config.children.as_slice() else {
        return Err(Refusal::Parse(
            "Element 'inConfig': one object is expected.".to_owned(),
        ));
    };
    let write = Write::read(
        chassis,
        written,
        request.attribute("dn").unwrap_or_default(),
    )?;
    object::apply(chassis, &write, body)?;
    let mut answer = respond(request);
    if request.attribute("dn").is_none() {
        answer = answer.with("dn", &write.dn);
    }
    let mut out = Element::new("outConfig");
    out.children.extend(stored(chassis, &write, deep));
    Ok(answer.child(out))
}

pub(super) fn conf_mos(
    chassis: &Chassis,
    request: &Element,
    body: &str,
) -> Result<Element, Refusal> {
    only(request, &["inHierarchical"])?;
    writer(chassis, request)?;
    let deep = hierarchical(request)?;
    let pairs = &child(request, "inConfigs")?.children;
    if pairs.len() > MOST_OBJECTS {
        return Err(Refusal::operation("150", "Too many objects in one request"));
    }
    // All are checked before the first is applied.
    let mut writes = Vec::new();
    for pair in pairs {
        let key = pair.attribute("key").unwrap_or_default();
        let (true, [written]) = (pair.name == "pair", pair.children.as_slice()) else {
            return Err(Refusal::Parse(
                "Element 'pair': one object is expected.".to_owned(),
            ));
        };
        writes.push((key, Write::read(chassis, written, key)?));
    }
    let mut out = Element::new("outConfigs");
    for (key, write) in &writes {
        object::apply(chassis, write, body)?;
        let mut pair = Element::new("pair").with("key", *key);
        pair.children.extend(stored(chassis, write, deep));
        out.children.push(pair);
    }
    let status = Element {
        text: "success".to_owned(),
        ..Element::new("operationStatus")
    };
    Ok(respond(request).child(out.child(status)))
}

fn writer(chassis: &Chassis, request: &Element) -> Result<(), Refusal> {
    match authorize(chassis, request)? {
        Role::Admin => Ok(()),
        Role::ReadOnly => Err(Refusal::access_denied()),
    }
}

fn child<'a>(request: &'a Element, name: &str) -> Result<&'a Element, Refusal> {
    request.first(name).ok_or_else(|| {
        Refusal::Parse(format!(
            "Element '{}': Missing child element '{name}'.",
            request.name
        ))
    })
}

/// The object after the write, as every release answers it: `status` is `modified` whether
/// anything changed or not. Nothing after a deletion.
fn stored(chassis: &Chassis, write: &Write, deep: bool) -> Option<Element> {
    let state = chassis.state();
    let object = state.tree.get(&write.dn)?;
    Some(state.tree.element(object, deep).with("status", "modified"))
}
