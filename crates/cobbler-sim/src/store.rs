//! The collections, and the index by MAC, IP and DNS name that the duplicate checks use.

use crate::item::{Item, Kind};
use crate::value::Struct;
use std::collections::HashMap;

/// Interface fields that must be unique, and are indexed.
pub(crate) const UNIQUE: [&str; 3] = ["mac_address", "ip_address", "dns_name"];

/// All items.
#[derive(Debug, Default)]
pub(crate) struct Store {
    items: HashMap<Kind, HashMap<String, Item>>,
    /// (field, value) → name of the system that has it.
    index: HashMap<(&'static str, String), String>,
    next_order: u64,
}

impl Store {
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

    /// The system that the index gives for a value.
    pub(crate) fn owner(&self, field: &'static str, value: &str) -> Option<&str> {
        self.index
            .get(&(field, value.to_owned()))
            .map(String::as_str)
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
