//! The four reads.

use super::answer::{Refusal, authorize, hierarchical, only, required, respond};
use crate::chassis::{Chassis, State};
use crate::schema;
use crate::tree::{self, ManagedObject};
use crate::xml::Element;

/// One object by its name. An unknown name isn't an error: `outConfig` is empty.
pub(super) fn dn(chassis: &Chassis, request: &Element) -> Result<Element, Refusal> {
    only(request, &["dn", "inHierarchical"])?;
    authorize(chassis, request)?;
    let dn = required(request, "dn")?;
    let deep = hierarchical(request)?;
    let state = chassis.state();
    let found = state
        .tree
        .get(dn)
        .map(|object| state.tree.element(object, deep));
    Ok(respond(request).child(list("outConfig", found)))
}

/// All objects of a class.
pub(super) fn class(chassis: &Chassis, request: &Element) -> Result<Element, Refusal> {
    only(request, &["classId", "inHierarchical"])?;
    authorize(chassis, request)?;
    let class = known_class(chassis, required(request, "classId")?)?;
    let deep = hierarchical(request)?;
    let mut state = chassis.state();
    let found: Vec<_> = if class == "aaaSession" {
        sessions(&mut state)
            .iter()
            .map(|object| object.element(false))
            .collect()
    } else {
        state
            .tree
            .of_class(class)
            .map(|object| state.tree.element(object, deep))
            .collect()
    };
    Ok(respond(request).child(list("outConfigs", found)))
}

/// What is directly below an object. With a class and `inHierarchical` real controllers answer
/// nothing (a comment in imcsdk 0.9.17 says so).
pub(super) fn children(chassis: &Chassis, request: &Element) -> Result<Element, Refusal> {
    only(request, &["classId", "inDn", "inHierarchical"])?;
    authorize(chassis, request)?;
    let parent = required(request, "inDn")?;
    let deep = hierarchical(request)?;
    let class = match request.attribute("classId") {
        None | Some("") => None,
        Some(name) => Some(known_class(chassis, name)?),
    };
    let state = chassis.state();
    let found: Vec<_> = if class.is_some() && deep {
        Vec::new()
    } else {
        state
            .tree
            .children(parent)
            .filter(|object| class.is_none_or(|class| object.class == class))
            .map(|object| state.tree.element(object, deep))
            .collect()
    };
    let mut answer = respond(request);
    // `classId` is repeated by configResolveClass only.
    answer.attributes.retain(|(name, _)| name != "classId");
    Ok(answer.child(list("outConfigs", found)))
}

/// The object above another. Which attribute names the child isn't certain: both are taken.
pub(super) fn parent(chassis: &Chassis, request: &Element) -> Result<Element, Refusal> {
    only(request, &["dn", "inDn", "inHierarchical"])?;
    authorize(chassis, request)?;
    let dn = match request.attribute("dn") {
        Some(dn) => dn,
        None => required(request, "inDn")?,
    };
    let deep = hierarchical(request)?;
    let state = chassis.state();
    let found = state
        .tree
        .get(tree::parent(dn))
        .map(|object| state.tree.element(object, deep));
    Ok(respond(request).child(list("outConfig", found)))
}

fn list(name: &str, objects: impl IntoIterator<Item = Element>) -> Element {
    let mut list = Element::new(name);
    list.children = objects.into_iter().collect();
    list
}

fn known_class(chassis: &Chassis, name: &str) -> Result<&'static str, Refusal> {
    schema::find(name, chassis.personality().release)
        .map(|class| class.name)
        .ok_or_else(|| Refusal::Parse(format!("no class named {name}")))
}

fn sessions(state: &mut State) -> Vec<ManagedObject> {
    let session = |s: &crate::session::Session| {
        ManagedObject::new("aaaSession", format!("sys/user-ext/term-{}", s.id))
            .with("host", "")
            .with("id", s.id.to_string())
            .with("priv", s.role.as_str())
            .with("ui", "XML API")
            .with("user", s.user.clone())
    };
    state.sessions.list().iter().map(session).collect()
}
