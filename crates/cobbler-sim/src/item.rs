//! Distros, profiles and systems. A record keeps only what differs from the release's empty
//! record, so that ten thousand systems stay small.

use crate::release::{Release, ReleaseData};
use crate::value::{Struct, Value};
use std::time::{SystemTime, UNIX_EPOCH};

/// The item types this simulator has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Distro,
    Profile,
    System,
}

impl Kind {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "distro" => Some(Self::Distro),
            "profile" => Some(Self::Profile),
            "system" => Some(Self::System),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Distro => "distro",
            Self::Profile => "profile",
            Self::System => "system",
        }
    }
}

/// One record.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    /// Made by `new_subprofile`.
    pub(crate) is_subprofile: bool,
    pub(crate) name: String,
    /// 32 hexadecimal digits.
    pub(crate) uid: String,
    /// Seconds since the epoch.
    pub(crate) ctime: f64,
    /// Seconds since the epoch.
    pub(crate) mtime: f64,
    /// 3.1 shows the 2.x names of an object's fields once it has been in a listing.
    pub(crate) was_listed: bool,
    /// Position in listings.
    pub(crate) order: u64,
    /// Fields that differ from the empty record.
    pub(crate) fields: Struct,
    /// Interfaces by name, each with what differs from the empty interface.
    pub(crate) interfaces: Vec<(String, Struct)>,
}

impl Item {
    /// An empty record. 3.3.0 makes a system with an empty interface.
    pub(crate) fn new(kind: Kind, release: Release) -> Self {
        let now = now();
        let interfaces = match (kind, release) {
            (Kind::System, Release::V3_3_0) => vec![("default".to_owned(), Struct::default())],
            _ => Vec::new(),
        };
        Self {
            kind,
            is_subprofile: false,
            was_listed: false,
            name: String::new(),
            uid: format!("{:032x}", rand::random::<u128>()),
            ctime: now,
            mtime: now,
            order: 0,
            fields: Struct::default(),
            interfaces,
        }
    }

    /// The empty record of its type.
    pub(crate) fn blank<'a>(&self, data: &'a ReleaseData) -> &'a Struct {
        match self.kind {
            Kind::Distro => &data.distro,
            Kind::Profile if self.is_subprofile => &data.subprofile,
            Kind::Profile => &data.profile,
            Kind::System => &data.system,
        }
    }

    /// A field, from the record or else from the empty one.
    pub(crate) fn field<'a>(&'a self, data: &'a ReleaseData, key: &str) -> Option<&'a Value> {
        self.fields.get(key).or_else(|| self.blank(data).get(key))
    }

    /// A field as text; empty if it is no text.
    pub(crate) fn text<'a>(&'a self, data: &'a ReleaseData, key: &str) -> &'a str {
        self.field(data, key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The interface of that name, made if it is new.
    pub(crate) fn interface_mut(&mut self, name: &str) -> &mut Struct {
        let at = self
            .interfaces
            .iter()
            .position(|(known, _)| known == name)
            .unwrap_or_else(|| {
                self.interfaces.push((name.to_owned(), Struct::default()));
                self.interfaces.len() - 1
            });
        &mut self.interfaces[at].1
    }

    /// The whole record, as `get_system` and its like show it.
    pub(crate) fn record(&self, data: &ReleaseData) -> Struct {
        let mut record = self.blank(data).clone();
        record.extend(&self.fields);
        record.set("name", self.name.as_str());
        record.set("uid", self.uid.as_str());
        record.set("ctime", self.ctime);
        record.set("mtime", self.mtime);
        if self.kind == Kind::System {
            let mut interfaces = Struct::default();
            for (name, fields) in &self.interfaces {
                let mut interface = data.interface.clone();
                interface.extend(fields);
                interfaces.set(name, interface);
            }
            record.set("interfaces", interfaces);
        }
        let shows_old_names = match data.release {
            Release::V3_1_2 => self.was_listed,
            release => release == Release::V3_2_3 || release == Release::V3_3_0,
        };
        if shows_old_names {
            for (new, old) in [
                ("autoinstall", "kickstart"),
                ("autoinstall_meta", "ks_meta"),
            ] {
                if let Some(value) = record.get(new).cloned() {
                    record.set(old, value);
                }
            }
        }
        record
    }
}

/// Seconds since the epoch.
pub(crate) fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}
