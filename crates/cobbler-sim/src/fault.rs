//! Faults as Cobbler 3.x words them: code 1 and `<class 'CLASS'>:TEXT`.

use crate::value::quote;
use std::fmt;

/// A fault that a call ends in. The class is informative only: releases disagree on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    class: &'static str,
    text: String,
}

impl Fault {
    /// Cobbler's own exception; its text is quoted as Python quotes strings.
    pub(crate) fn cx(text: impl AsRef<str>) -> Self {
        Self {
            class: "cobbler.cexceptions.CX",
            text: quote(text.as_ref()),
        }
    }

    /// A `ValueError`; its text stands bare.
    pub(crate) fn value(text: impl Into<String>) -> Self {
        Self {
            class: "ValueError",
            text: text.into(),
        }
    }

    /// An `OSError`.
    pub(crate) fn os(text: impl Into<String>) -> Self {
        Self {
            class: "OSError",
            text: text.into(),
        }
    }

    /// A `TypeError`.
    pub(crate) fn type_error(text: impl Into<String>) -> Self {
        Self {
            class: "TypeError",
            text: text.into(),
        }
    }

    /// A `KeyError`, whose text is the key's `repr`.
    pub(crate) fn key(key: &str) -> Self {
        Self {
            class: "KeyError",
            text: quote(key),
        }
    }

    /// An address that is none.
    pub(crate) fn ipv4(text: impl Into<String>) -> Self {
        Self {
            class: "ipaddress.AddressValueError",
            text: text.into(),
        }
    }

    /// A method looked up on the wrong kind of object.
    pub(crate) fn attribute(text: impl Into<String>) -> Self {
        Self {
            class: "AttributeError",
            text: text.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<class '{}'>:{}", self.class, self.text)
    }
}
