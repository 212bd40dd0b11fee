//! Faults as Cobbler words them: code 1 and `<class 'CLASS'>:TEXT`. The class is informative only:
//! releases disagree on it.

use crate::release::Release;
use crate::value::quote;

/// A fault that a call ends in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    class: Class,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Cobbler's own exception; its text is quoted as Python quotes strings.
    Cobbler,
    /// A check of a value: this class of Python's since 3.3, Cobbler's own before.
    Check(&'static str),
    /// A class of Python's in every release.
    Python(&'static str),
}

impl Fault {
    fn new(class: Class, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { class, text }
    }

    /// Cobbler's own exception.
    pub(crate) fn cx(text: impl Into<String>) -> Self {
        Self::new(Class::Cobbler, text)
    }

    /// A value that is refused.
    pub(crate) fn value(text: impl Into<String>) -> Self {
        Self::new(Class::Check("ValueError"), text)
    }

    /// A template or snippet that is not there.
    pub(crate) fn os(text: impl Into<String>) -> Self {
        Self::new(Class::Check("OSError"), text)
    }

    /// An address that is none. 3.3.0 never comes so far.
    pub(crate) fn ipv4(text: impl Into<String>) -> Self {
        Self::new(Class::Check("ipaddress.AddressValueError"), text)
    }

    /// An exception of Python's that nobody caught.
    pub(crate) fn python(class: &'static str, text: impl Into<String>) -> Self {
        Self::new(Class::Python(class), text)
    }

    /// Wrong arguments, or an answer that cannot be sent.
    pub(crate) fn type_error(text: impl Into<String>) -> Self {
        Self::python("TypeError", text)
    }

    /// A `KeyError`, whose text is the key's `repr`.
    pub(crate) fn key(key: &str) -> Self {
        Self::python("KeyError", quote(key))
    }

    /// A method looked up on the wrong kind of object.
    pub(crate) fn attribute(text: impl Into<String>) -> Self {
        Self::python("AttributeError", text)
    }

    /// The fault's text on the wire.
    pub(crate) fn shown(&self, release: Release) -> String {
        let text = &self.text;
        match self.class {
            Class::Check(class) if release >= Release::V3_3_0 => {
                format!("<class '{class}'>:{text}")
            }
            Class::Cobbler | Class::Check(_) => {
                format!("<class 'cobbler.cexceptions.CX'>:{}", quote(text))
            }
            // Python 2 says where its own classes come from.
            Class::Python(class) if release < Release::V3_1_2 => {
                format!("<type 'exceptions.{class}'>:{text}")
            }
            Class::Python(class) => format!("<class '{class}'>:{text}"),
        }
    }
}
