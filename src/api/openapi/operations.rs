//! The operations: every method of every route, with what it takes and answers. A test holds them
//! against the router's page.

mod kinds;
mod nodes;
mod others;
mod own;

use crate::api::version::arguments::Argument;
use crate::api::version::routes::refusal;
use crate::api::version::{MAX_MINOR, MIN_MINOR, Version};

/// A method of a route.
#[derive(Debug)]
pub(super) struct Operation {
    /// In small letters, as OpenAPI has it.
    pub(super) method: &'static str,
    /// The route as the router has it.
    pub(super) path: String,
    /// Its name: unique, and the name of its sample.
    pub(super) id: String,
    /// The page that tells of it.
    pub(super) tag: &'static str,
    /// What it does, in a sentence.
    pub(super) summary: String,
    /// The minor version that added it.
    pub(super) since: u16,
    /// What it takes in the query.
    pub(super) query: &'static [Argument],
    /// Those of the table that it doesn't take.
    pub(super) without: &'static [&'static str],
    /// Those of them that must be there.
    pub(super) required: &'static [&'static str],
    /// The component that its body is, if it takes one.
    pub(super) body: Option<String>,
    /// Whether it may come without its body.
    pub(super) bodiless: bool,
    /// The status of success and the component that is answered; nothing where it always refuses.
    pub(super) success: Option<(u16, Option<String>)>,
    /// Whether success may also be 202, without a body: what was asked for goes on.
    pub(super) goes_on: bool,
    /// Whether success says a place in `Location`.
    pub(super) location: bool,
    /// What it may be refused with, beside what every operation may.
    pub(super) refusals: Vec<u16>,
}

impl Operation {
    fn new(method: &'static str, path: impl Into<String>, id: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            method,
            since: since(&path),
            path,
            id: id.into(),
            tag: "",
            summary: String::new(),
            query: &[],
            without: &[],
            required: &[],
            body: None,
            bodiless: false,
            success: None,
            goes_on: false,
            location: false,
            refusals: Vec::new(),
        }
    }

    fn says(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    fn asks(mut self, query: &'static [Argument]) -> Self {
        self.query = query;
        self
    }

    /// Without some of them.
    fn but(mut self, names: &'static [&'static str]) -> Self {
        self.without = names;
        self
    }

    fn requires(mut self, names: &'static [&'static str]) -> Self {
        self.required = names;
        self
    }

    fn takes(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Takes a body that may be left out.
    fn may_take(self, body: impl Into<String>) -> Self {
        Self {
            bodiless: true,
            ..self.takes(body)
        }
    }

    fn answers(mut self, status: u16, component: impl Into<String>) -> Self {
        self.success = Some((status, Some(component.into())));
        self
    }

    /// Success without a body.
    fn done(mut self, status: u16) -> Self {
        self.success = Some((status, None));
        self
    }

    /// Success may be that what was asked for goes on.
    fn or_goes_on(mut self) -> Self {
        self.goes_on = true;
        self
    }

    fn at_a_place(mut self) -> Self {
        self.location = true;
        self
    }

    fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self
    }

    fn newer(mut self, since: u16) -> Self {
        self.since = since;
        self
    }

    /// Whether it is Ironic's, and so has versions.
    pub(super) fn is_ironics(&self) -> bool {
        self.path == "/" || self.path.starts_with("/v1")
    }

    /// The names of its path's variables.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Every status of a refusal.
    pub(super) fn refused_with(&self) -> Vec<u16> {
        let mut statuses = self.refusals.clone();
        // An address with the character NUL, whatever is asked.
        statuses.push(400);
        if self.variables().next().is_some() {
            statuses.push(404);
        }
        if self.is_ironics() {
            statuses.push(406);
        }
        if self.body.is_some() {
            statuses.push(413);
        }
        statuses.push(500);
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }
}

/// What lists with all fields don't take.
const DETAILED: &[&str] = &["fields", "detail"];

fn get(path: &str, id: &str) -> Operation {
    Operation::new("get", path, id)
}

fn post(path: &str, id: &str) -> Operation {
    Operation::new("post", path, id).refuses(&[409])
}

fn put(path: &str, id: &str) -> Operation {
    Operation::new("put", path, id).refuses(&[409])
}

fn patch(path: &str, id: &str) -> Operation {
    Operation::new("patch", path, id).refuses(&[409])
}

fn delete(path: &str, id: &str) -> Operation {
    Operation::new("delete", path, id).refuses(&[409])
}

/// The minor version that added a route.
fn since(path: &str) -> u16 {
    (MIN_MINOR..=MAX_MINOR)
        .find(|minor| Version::new(*minor).is_some_and(|at| refusal(path, at).is_none()))
        .unwrap_or(MAX_MINOR + 1)
}

/// Every operation, in the order of the router's page.
pub(super) fn all() -> Vec<Operation> {
    let tagged = |tag, mut operations: Vec<Operation>| {
        for operation in &mut operations {
            operation.tag = tag;
        }
        operations
    };
    let mut all = tagged("root", others::root());
    all.extend(tagged("nodes", nodes::themselves()));
    all.extend(tagged("node-states", nodes::states()));
    all.extend(tagged("node-management", nodes::management()));
    all.extend(tagged("node-parts", nodes::parts()));
    all.extend(tagged("node-hardware", nodes::hardware()));
    all.extend(tagged("vendor-passthru", others::vendor()));
    all.extend(tagged("ports", others::ports()));
    for kind in kinds::all() {
        all.extend(tagged(kind.tag, kind.operations()));
    }
    all.extend(tagged("volumes", others::volumes()));
    all.extend(tagged("drivers", others::drivers()));
    all.extend(tagged("conductors", others::conductors()));
    all.extend(tagged("shards", others::shards()));
    all.extend(tagged("ramdisk", others::ramdisk()));
    all.extend(tagged("ferric", own::all()));
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_everything_is_said() {
        let all = all();
        let ids: HashSet<_> = all.iter().map(|operation| &operation.id).collect();
        assert_eq!(ids.len(), all.len());
        for operation in &all {
            assert!(operation.summary.ends_with('.'), "{operation:?}");
            assert!(
                (MIN_MINOR..=MAX_MINOR).contains(&operation.since),
                "{operation:?}"
            );
            assert!(
                operation.success.is_some() || !operation.refusals.is_empty(),
                "{operation:?}"
            );
        }
    }
}
