//! What was asked of a controller, word for word, for those who want to see what a client does.
//! Nothing is kept unless somebody asks for it: a rack may be large and run for long.

use std::sync::{Mutex, PoisonError};

use crate::xml::Element;

/// Attributes whose values nobody needs to see.
const HIDDEN: [&str; 7] = [
    "cookie",
    "inCookie",
    "outCookie",
    "inPassword",
    "password",
    "pwd",
    "passwd",
];

/// The requests since they were last taken, if they are kept.
#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Option<Vec<String>>>);

impl Journal {
    /// Keeps requests from now on.
    pub(crate) fn keep(&self) {
        self.with(|kept| {
            kept.get_or_insert_default();
        });
    }

    /// The requests since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        self.with(|kept| kept.as_mut().map(std::mem::take).unwrap_or_default())
    }

    /// Notes a request of the XML API.
    pub(crate) fn note_xml(&self, request: &Element) {
        self.with(|kept| {
            if let Some(kept) = kept {
                kept.push(without_secrets(request.clone()).render());
            }
        });
    }

    /// Notes a line of the command line; passwords are not among them, SSH has its own way.
    pub(crate) fn note_line(&self, line: &str) {
        self.with(|kept| {
            if let Some(kept) = kept {
                kept.push(line.to_owned());
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Option<Vec<String>>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn without_secrets(mut element: Element) -> Element {
    for (name, value) in &mut element.attributes {
        if HIDDEN.contains(&name.as_str()) {
            *value = "…".to_owned();
        }
    }
    element.children = element.children.into_iter().map(without_secrets).collect();
    element
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_kept_only_when_asked_for_and_without_secrets() {
        let journal = Journal::default();
        let login = Element::parse("<aaaLogin inName='admin' inPassword='s3cret'/>").unwrap();
        journal.note_xml(&login);
        assert!(journal.take().is_empty());
        journal.keep();
        journal.note_xml(&login);
        journal.note_line("show chassis");
        assert_eq!(
            journal.take(),
            [
                "<aaaLogin inName=\"admin\" inPassword=\"…\"></aaaLogin>",
                "show chassis"
            ]
        );
        assert!(journal.take().is_empty());
    }
}
