//! What a program may count of its controllers, without this crate knowing how it counts.

use std::fmt;
use std::time::Duration;

/// Told of everything that is worth counting. Called often and from any thread: it must be quick.
pub trait Observer: Send + Sync + fmt::Debug {
    /// Something has happened.
    fn observe(&self, event: &Event);
}

/// Something that happened between this process and a controller; never which controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request ended, in one way or another.
    Request {
        /// What kind of request.
        method: Method,
        /// How it ended.
        outcome: Outcome,
        /// From sending to the last byte, or to the end of patience.
        took: Duration,
    },
    /// A session was opened.
    LoggedIn,
    /// A session ended for this process.
    SessionEnded {
        /// The controller has not confirmed the logout: the session takes one of the four places
        /// until its time-out.
        left_open: bool,
    },
    /// A controller is not asked any more for a while: it gave no answer several times in a row.
    BreakerOpened,
    /// Such a controller has answered again.
    BreakerClosed,
}

/// Kinds of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumIter)]
#[strum(serialize_all = "snake_case")]
pub enum Method {
    /// `aaaLogin`.
    Login,
    /// `aaaLogout`.
    Logout,
    /// `configResolveDn`, `configResolveClass`, `configResolveChildren`.
    Read,
    /// `configConfMo`.
    Write,
}

impl Method {
    /// The kind of a method of the XML API.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "aaaLogin" => Self::Login,
            "aaaLogout" => Self::Logout,
            "configConfMo" => Self::Write,
            _ => Self::Read,
        }
    }
}

/// Ways in which a request ends; but for the first, those of [`crate::CimcError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::EnumIter)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs)]
pub enum Outcome {
    Ok,
    Auth,
    Session,
    SessionLimit,
    Unsupported,
    Invalid,
    Busy,
    Operation,
    Unreachable,
    Timeout,
    Tls,
    Certificate,
    NoXmlApi,
    Protocol,
}

/// Counts nothing.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Observer for Nobody {
    fn observe(&self, _: &Event) {}
}
