//! The collections, and who has a MAC, an IP address or a DNS name: 3.3.10 keeps an index, which
//! goes wrong; the releases before it look at every system each time.

use crate::item::{Item, Kind};
use crate::release::{Release, ReleaseData};
use crate::value::Struct;
use std::collections::HashMap;

/// Interface fields that must be unique, and are indexed.
pub(crate) const UNIQUE: [&str; 3] = ["mac_address", "ip_address", "dns_name"];

/// All items.
#[derive(Debug)]
pub(crate) struct Store {
    has_index: bool,
    items: HashMap<Kind, HashMap<String, Item>>,
    /// (field, value) → name of the system that has it.
    index: HashMap<(&'static str, String), String>,
    next_order: u64,
}

impl Store {
    pub(crate) fn new(release: Release) -> Self {
        Self {
            has_index: release >= Release::V3_3_10,
            items: HashMap::new(),
            index: HashMap::new(),
            next_order: 0,
        }
    }

    pub(crate) fn get(&self, kind: Kind, name: &str) -> Option<&Item> {
        self.items.get(&kind)?.get(name)
    }

    pub(crate) fn get_mut(&mut self, kind: Kind, name: &str) -> Option<&mut Item> {
        self.items.get_mut(&kind)?.get_mut(name)
    }

    /// All items of a kind in the order of their creation.
    pub(crate) fn list(&self, kind: Kind) -> Vec<&Item> {
        let mut items: Vec<_> = self
            .items
            .get(&kind)
            .into_iter()
            .flat_map(HashMap::values)
            .collect();
        items.sort_unstable_by_key(|item| item.order);
        items
    }

    /// Stores an item. One of the same name is replaced and keeps its place; its MAC and
    /// addresses stay in the index, as they do in 3.3.10.
    pub(crate) fn put(&mut self, mut item: Item) {
        let known = self.items.entry(item.kind).or_default();
        item.order = match known.get(&item.name) {
            Some(old) => old.order,
            None => {
                self.next_order += 1;
                self.next_order
            }
        };
        for (_, interface) in &item.interfaces {
            for field in UNIQUE {
                let value = interface.text(field);
                if !value.is_empty() {
                    self.index
                        .insert((field, value.to_owned()), item.name.clone());
                }
            }
        }
        known.insert(item.name.clone(), item);
    }

    /// Removes an item and what it has in the index.
    pub(crate) fn remove(&mut self, kind: Kind, name: &str) -> Option<Item> {
        let item = self.items.get_mut(&kind)?.remove(name)?;
        for (_, interface) in &item.interfaces {
            self.unindex(name, interface);
        }
        Some(item)
    }

    /// The system that has a value: the one that the index gives, or the first that is found.
    pub(crate) fn owner(&self, field: &'static str, value: &str) -> Option<String> {
        if self.has_index {
            return self.index.get(&(field, value.to_owned())).cloned();
        }
        self.owners(field, value).into_iter().next()
    }

    /// All systems that have a value now, whatever the case of its letters.
    pub(crate) fn owners(&self, field: &'static str, value: &str) -> Vec<String> {
        if value.is_empty() {
            return Vec::new();
        }
        let has = |item: &&Item| {
            let mut interfaces = item.interfaces.iter();
            interfaces.any(|(_, fields)| fields.text(field).eq_ignore_ascii_case(value))
        };
        let systems = self.list(Kind::System).into_iter().filter(has);
        systems.map(|item| item.name.clone()).collect()
    }

    /// Names of the objects that are directly below an item.
    pub(crate) fn children(&self, data: &ReleaseData, item: &Item) -> Vec<String> {
        let links: &[(Kind, &str)] = match item.kind {
            Kind::Distro => &[(Kind::Profile, "distro")],
            Kind::Profile => &[(Kind::System, "profile"), (Kind::Profile, "parent")],
            Kind::System => &[],
        };
        let mut names = Vec::new();
        for (kind, field) in links {
            let below = self.list(*kind).into_iter();
            let below = below.filter(|child| child.text(data, field) == item.name);
            names.extend(below.map(|child| child.name.clone()));
        }
        names
    }

    /// Notes that all items of a kind have been in a listing.
    pub(crate) fn mark_listed(&mut self, kind: Kind) {
        for item in self.items.entry(kind).or_default().values_mut() {
            item.was_listed = true;
        }
    }

    /// Whether values are looked up in an index: exactly, and one system for each.
    pub(crate) fn has_index(&self) -> bool {
        self.has_index
    }

    /// Follows a change of one interface field of a stored system.
    pub(crate) fn reindex(&mut self, name: &str, field: &'static str, old: &str, new: &str) {
        let key = (field, old.to_owned());
        if self.index.get(&key).is_some_and(|owner| owner == name) {
            self.index.remove(&key);
        }
        if !new.is_empty() {
            self.index.insert((field, new.to_owned()), name.to_owned());
        }
    }

    /// Forgets all that an interface of the system has in the index.
    pub(crate) fn unindex(&mut self, name: &str, interface: &Struct) {
        for field in UNIQUE {
            self.reindex(name, field, interface.text(field), "");
        }
    }
}
