//! The managed objects of one controller.

use crate::personality::Personality;
use crate::schema::{self, Class};
use crate::xml::Element;

/// The classic C-Series server: everything but the S3260 has its objects below this name.
pub(crate) const RACK_UNIT: &str = "sys/rack-unit-1";

/// A managed object: a class, a distinguished name and attributes.
#[derive(Debug, Clone)]
pub(crate) struct ManagedObject {
    pub(crate) class: &'static str,
    pub(crate) dn: String,
    attributes: Vec<(&'static str, String)>,
}

impl ManagedObject {
    pub(crate) fn new(class: &'static str, dn: impl Into<String>) -> Self {
        Self {
            class,
            dn: dn.into(),
            attributes: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// The value of an attribute, empty if the object has none of that name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.attributes
            .iter()
            .find(|(n, _)| *n == name)
            .map_or("", |(_, v)| v)
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        match self.attributes.iter_mut().find(|(n, _)| *n == name) {
            Some(slot) => slot.1 = value,
            None => self.attributes.push((name, value)),
        }
    }

    /// The boot order position, last if it has none.
    pub(crate) fn order(&self) -> u32 {
        self.get("order").parse().unwrap_or(u32::MAX)
    }

    pub(crate) fn parent(&self) -> &str {
        parent(&self.dn)
    }

    /// The object as an answer shows it: with its `dn`, or with its `rn` when nested.
    pub(crate) fn element(&self, nested: bool) -> Element {
        let element = Element::new(self.class);
        let mut element = if nested {
            element.with("rn", rn(&self.dn))
        } else {
            element.with("dn", &self.dn)
        };
        for (name, value) in &self.attributes {
            element = element.with(*name, value);
        }
        element
    }
}

/// The name of the containing object; empty for the root.
pub(crate) fn parent(dn: &str) -> &str {
    dn.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The last part of a distinguished name.
pub(crate) fn rn(dn: &str) -> &str {
    dn.rsplit_once('/').map_or(dn, |(_, rn)| rn)
}

/// The objects of one controller, as far as its release knows them.
#[derive(Debug)]
pub(crate) struct ObjectTree {
    objects: Vec<ManagedObject>,
}

impl ObjectTree {
    /// Keeps what the personality's schema knows of `objects`: an older release has fewer classes
    /// and attributes.
    pub(crate) fn new(objects: Vec<ManagedObject>, personality: &Personality) -> Self {
        let release = personality.release;
        let known = objects.into_iter().filter_map(|mut object| {
            let class: &Class = schema::find(object.class, release)?;
            object
                .attributes
                .retain(|(name, _)| class.attribute(name, release).is_some());
            Some(object)
        });
        Self {
            objects: known.collect(),
        }
    }

    pub(crate) fn get(&self, dn: &str) -> Option<&ManagedObject> {
        self.objects.iter().find(|o| o.dn == dn)
    }

    pub(crate) fn get_mut(&mut self, dn: &str) -> Option<&mut ManagedObject> {
        self.objects.iter_mut().find(|o| o.dn == dn)
    }

    pub(crate) fn of_class(&self, class: &str) -> impl Iterator<Item = &ManagedObject> {
        self.objects.iter().filter(move |o| o.class == class)
    }

    pub(crate) fn children(&self, dn: &str) -> impl Iterator<Item = &ManagedObject> {
        self.objects.iter().filter(move |o| o.parent() == dn)
    }

    pub(crate) fn insert(&mut self, object: ManagedObject) {
        self.objects.push(object);
    }

    /// Removes an object with everything below it. Whether there was one.
    pub(crate) fn remove(&mut self, dn: &str) -> bool {
        let before = self.objects.len();
        let below = format!("{dn}/");
        self.objects
            .retain(|o| o.dn != dn && !o.dn.starts_with(&below));
        self.objects.len() != before
    }

    /// The object for an answer, with everything below it if `hierarchical`.
    pub(crate) fn element(&self, object: &ManagedObject, hierarchical: bool) -> Element {
        self.element_at(object, hierarchical, false)
    }

    fn element_at(&self, object: &ManagedObject, hierarchical: bool, nested: bool) -> Element {
        let mut element = object.element(nested);
        if hierarchical {
            element.children = self
                .children(&object.dn)
                .map(|c| self.element_at(c, true, true))
                .collect();
        }
        element
    }
}
