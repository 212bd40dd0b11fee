//! What a release's XML schema allows: classes, attributes, values, each since its release.
//!
//! Minimum releases are those of imcsdk 0.9.17's metadata. It begins at 1.5(1f), so "1.5" stands
//! for "1.5 or earlier" where nothing else is known.

mod boot;
mod cards;
mod system;

use crate::release::{R1_4_2B, Release};

/// A class of managed objects.
#[derive(Debug)]
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) since: Release,
    /// How a new object's relative name is made; `None` for objects that only the firmware makes.
    pub(crate) created_as: Option<&'static str>,
    pub(crate) attributes: &'static [Attribute],
}

/// An attribute of a class.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) since: Release,
    /// Whether a write is kept. The schema allows read-only attributes in a write, they just have
    /// no effect (older clients send `type="lan"`).
    pub(crate) writable: bool,
    /// The values the schema accepts in a write; empty for any.
    pub(crate) values: &'static [&'static str],
}

const fn class(name: &'static str, since: Release, attributes: &'static [Attribute]) -> Class {
    Class {
        name,
        since,
        created_as: None,
        attributes,
    }
}

impl Class {
    const fn created_as(mut self, rn: &'static str) -> Self {
        self.created_as = Some(rn);
        self
    }

    /// The attribute of that name if `release` knows it.
    pub(crate) fn attribute(&self, name: &str, release: Release) -> Option<&'static Attribute> {
        self.attributes
            .iter()
            .find(|a| a.name == name && a.since <= release)
    }
}

const fn ro(name: &'static str) -> Attribute {
    Attribute {
        name,
        since: R1_4_2B,
        writable: false,
        values: &[],
    }
}

const fn rw(name: &'static str) -> Attribute {
    Attribute {
        name,
        since: R1_4_2B,
        writable: true,
        values: &[],
    }
}

impl Attribute {
    const fn since(mut self, release: Release) -> Self {
        self.since = release;
        self
    }

    const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }
}

/// The class of that name if `release` knows it. Names are case-sensitive.
pub(crate) fn find(name: &str, release: Release) -> Option<&'static Class> {
    any(name).filter(|class| class.since <= release)
}

/// The class of that name in any release.
pub(crate) fn any(name: &str) -> Option<&'static Class> {
    all().find(|class| class.name == name)
}

fn all() -> impl Iterator<Item = &'static Class> {
    system::CLASSES
        .iter()
        .chain(boot::CLASSES)
        .chain(cards::CLASSES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{R2_0_1A, R3_0_1C};

    #[test]
    fn a_class_is_unknown_before_its_release() {
        assert!(find("lsbootDevPrecision", Release::new(1, 5, 4, ' ')).is_none());
        assert!(find("lsbootDevPrecision", R2_0_1A).is_some());
        assert!(find("LsbootDevPrecision", R2_0_1A).is_none());
    }

    #[test]
    fn an_attribute_is_unknown_before_its_release() {
        let class = find("computeRackUnit", R1_4_2B).unwrap();
        assert!(class.attribute("assetTag", R2_0_1A).is_none());
        assert!(class.attribute("assetTag", R3_0_1C).is_some());
    }

    #[test]
    fn no_class_stands_twice_in_the_table() {
        let mut names: Vec<_> = super::all().map(|c| c.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
