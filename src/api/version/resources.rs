//! The kinds of resources beside nodes and ports: their fields in the order of Ironic's answers, what
//! lists show, what patches change, what lists take. One table a kind; the handlers know no kind by
//! name.

mod tables;

use serde_json::Value;

use super::arguments::Argument;
use super::fields::Field;
use crate::model::{JsonMap, Resource, ResourceKind};

pub use tables::{
    ALLOCATION, CHASSIS, DEPLOY_TEMPLATE, INSPECTION_RULE, PORTGROUP, RUNBOOK, VOLUME_CONNECTOR,
    VOLUME_TARGET,
};

/// How a kind's own field is kept, and what null makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text or null.
    Text,
    /// A text; null is this one.
    Word(&'static str),
    /// A MAC address or null.
    Mac,
    /// A boolean; null is this one. Texts are taken for booleans in the kinds whose schema allows them.
    Flag(bool),
    /// An integer; null is zero.
    Number,
    /// An object; null is the empty one.
    Object,
    /// A list; null is the empty one.
    List,
}

impl Form {
    /// What null makes of the field, and what one has that was made before there was such a field.
    pub fn absent(self) -> Value {
        match self {
            Self::Text | Self::Mac => Value::Null,
            Self::Word(word) => word.into(),
            Self::Flag(flag) => flag.into(),
            Self::Number => 0.into(),
            Self::Object => Value::Object(JsonMap::new()),
            Self::List => Value::Array(Vec::new()),
        }
    }
}

/// How a path names one of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ident {
    /// By UUID; complaints call it so.
    Uuid(&'static str),
    /// By UUID in a schema of its own: complaints come from there.
    SchemaUuid(&'static str),
    /// By UUID or name; complaints call it so.
    Name(&'static str),
    /// By UUID or name, refused by the router, before a version is agreed on.
    Routed(&'static str),
    /// By UUID or name, refused in other words.
    Logical(&'static str),
}

impl Ident {
    /// Ironic's name for the parameter.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Uuid(name)
            | Self::SchemaUuid(name)
            | Self::Name(name)
            | Self::Routed(name)
            | Self::Logical(name) => name,
        }
    }
}

/// The words in which lists of a kind complain of their arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Those of a schema of the query.
    Schema,
    /// The same, but for `fields` together with `detail`.
    Volume,
    /// Those from before there were such schemas.
    Plain,
    /// The same, but for `sort_dir`.
    Mixed,
}

/// A kind.
#[derive(Debug)]
pub struct Table {
    /// Which.
    pub kind: ResourceKind,
    /// Where it is, below `/v1/`.
    pub path: &'static str,
    /// The key of its lists.
    pub key: &'static str,
    /// The minor version that added it.
    pub since: u16,
    /// How a path names one.
    pub ident: Ident,
    /// Its fields.
    pub fields: &'static [Field],
    /// Those that are its own, and how each is kept; the others are common to all kinds.
    pub own: &'static [(&'static str, Form)],
    /// What lists show unless told otherwise; nothing here is everything.
    pub listed: &'static [&'static str],
    /// What a client may PATCH, in the order of Ironic's error text.
    pub patchable: &'static [&'static str],
    /// Fields that bodies of versions before theirs may not name; Ironic takes the others from every
    /// version.
    pub gated: &'static [&'static str],
    /// What its lists take.
    pub arguments: &'static [Argument],
    /// Arguments that fields of its own must equal.
    pub equal: &'static [&'static str],
    /// Fields that lists aren't sorted by.
    pub unsortable: &'static [&'static str],
    /// Fields whose secrets are masked.
    pub masked: &'static [&'static str],
    /// In which words lists of it complain.
    pub words: Words,
}

impl Table {
    /// A field of the kind's own, as it is kept.
    pub fn own_value(&self, resource: &Resource, name: &str) -> Value {
        let kept = resource.fields.get(name).cloned();
        kept.unwrap_or_else(|| {
            let form = self.own.iter().find(|(own, _)| *own == name);
            form.map_or(Value::Null, |(_, form)| form.absent())
        })
    }

    /// Whether ones of the kind belong to a node.
    pub fn has_node(&self) -> bool {
        self.patchable.contains(&"node_uuid")
    }
}

/// Every kind.
pub const ALL: [&Table; 8] = [
    &CHASSIS,
    &PORTGROUP,
    &ALLOCATION,
    &DEPLOY_TEMPLATE,
    &RUNBOOK,
    &VOLUME_CONNECTOR,
    &VOLUME_TARGET,
    &INSPECTION_RULE,
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::api::version::fields::find;
    use crate::api::version::{MAX_MINOR, MIN_MINOR};

    /// What every kind has.
    const COMMON: [&str; 6] = [
        "uuid",
        "created_at",
        "updated_at",
        "name",
        "node_uuid",
        "links",
    ];

    #[test]
    fn every_field_stands_once_and_in_a_version_that_exists() {
        for table in ALL {
            let names: HashSet<_> = table.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), table.fields.len(), "{}", table.path);
            for since in table
                .fields
                .iter()
                .map(|field| field.since)
                .chain([table.since])
            {
                assert!((MIN_MINOR..=MAX_MINOR).contains(&since), "{}", table.path);
            }
        }
    }

    #[test]
    fn every_field_is_common_or_kept_or_a_link() {
        for table in ALL {
            for field in table.fields {
                let own = table.own.iter().any(|(name, _)| *name == field.name);
                let link = ["nodes", "ports"].contains(&field.name);
                assert!(
                    own || link || COMMON.contains(&field.name),
                    "{} {}",
                    table.path,
                    field.name
                );
            }
            for (name, _) in table.own {
                assert!(find(table.fields, name).is_some(), "{} {name}", table.path);
            }
            let named = [table.listed, table.gated, table.equal, table.masked].concat();
            for name in named {
                assert!(find(table.fields, name).is_some(), "{} {name}", table.path);
            }
        }
    }
}
