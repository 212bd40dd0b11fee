//! The managed objects of one controller.
//!
//! Most objects are the same in every server of a model. [`Pool`] keeps one copy of each for a
//! whole rack, and a controller gets its own copy of an object when it first writes to it: ten
//! thousand controllers need little more memory than what differs between them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::personality::Personality;
use crate::schema::{self, Class};
use crate::xml::Element;

/// The classic C-Series server: everything but the S3260 has its objects below this name.
pub(crate) const RACK_UNIT: &str = "sys/rack-unit-1";

/// A managed object: a class, a distinguished name and attributes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ManagedObject {
    pub(crate) class: &'static str,
    pub(crate) dn: String,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
}

impl ManagedObject {
    pub(crate) fn new(class: &'static str, dn: impl Into<String>) -> Self {
        Self {
            class,
            dn: dn.into(),
            attributes: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
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

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Cow<'static, str>>) {
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
            element = element.with(*name, value.as_ref());
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

/// The objects that controllers share, while a rack is being started.
#[derive(Debug, Default)]
pub(crate) struct Pool(HashSet<Arc<ManagedObject>>);

impl Pool {
    fn share(&mut self, object: ManagedObject) -> Arc<ManagedObject> {
        if let Some(known) = self.0.get(&object) {
            return known.clone();
        }
        let object = Arc::new(object);
        self.0.insert(object.clone());
        object
    }
}

/// The objects of one controller, as far as its release knows them.
#[derive(Debug)]
pub(crate) struct ObjectTree {
    objects: Vec<Arc<ManagedObject>>,
}

impl ObjectTree {
    /// Keeps what the personality's schema knows of `objects`: an older release has fewer classes
    /// and attributes. What is in the pool already is shared.
    pub(crate) fn new(
        objects: Vec<ManagedObject>,
        personality: &Personality,
        pool: &mut Pool,
    ) -> Self {
        let release = personality.schema_release();
        let known = objects.into_iter().filter_map(|mut object| {
            let class: &Class = schema::find(object.class, release)?;
            object
                .attributes
                .retain(|(name, _)| class.attribute(name, release).is_some());
            object.attributes.shrink_to_fit();
            Some(pool.share(object))
        });
        let mut objects: Vec<_> = known.collect();
        objects.shrink_to_fit();
        Self { objects }
    }

    pub(crate) fn get(&self, dn: &str) -> Option<&ManagedObject> {
        self.all().find(|o| o.dn == dn)
    }

    pub(crate) fn get_mut(&mut self, dn: &str) -> Option<&mut ManagedObject> {
        self.objects
            .iter_mut()
            .find(|o| o.dn == dn)
            .map(Arc::make_mut)
    }

    pub(crate) fn of_class(&self, class: &str) -> impl Iterator<Item = &ManagedObject> {
        self.all().filter(move |o| o.class == class)
    }

    pub(crate) fn children(&self, dn: &str) -> impl Iterator<Item = &ManagedObject> {
        self.all().filter(move |o| o.parent() == dn)
    }

    fn all(&self) -> impl Iterator<Item = &ManagedObject> {
        self.objects.iter().map(Arc::as_ref)
    }

    pub(crate) fn insert(&mut self, object: ManagedObject) {
        self.objects.push(Arc::new(object));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_share_what_is_equal_until_one_writes_to_it() {
        let personality = Personality::by_name("3.0").unwrap_or_else(|| panic!("no 3.0"));
        let mut pool = Pool::default();
        let mut tree = || {
            let led = ManagedObject::new("equipmentLocatorLed", "sys/rack-unit-1/locator-led")
                .with("operState", "off");
            ObjectTree::new(vec![led], personality, &mut pool)
        };
        let (mut one, other) = (tree(), tree());
        assert!(Arc::ptr_eq(&one.objects[0], &other.objects[0]));
        if let Some(led) = one.get_mut("sys/rack-unit-1/locator-led") {
            led.set("operState", "on");
        }
        assert_eq!(one.objects[0].get("operState"), "on");
        assert_eq!(other.objects[0].get("operState"), "off");
    }
}
