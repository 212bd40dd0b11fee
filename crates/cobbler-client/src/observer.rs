//! What a program may count of its calls, without this crate knowing how it counts.

use std::fmt;
use std::time::Duration;

/// Told of every call. Called often and from any thread: it must be quick.
pub trait Observer: Send + Sync + fmt::Debug {
    /// A call has ended. `method` is one of the few dozen that this crate makes; `took` is from
    /// sending to the last byte of the answer. One that is sent again is another call.
    fn called(&self, method: &str, outcome: Outcome, took: Duration);
}

/// Ways in which a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With a value.
    Ok,
    /// With a fault: Cobbler says no.
    Fault,
    /// With an HTTP status that is no success: the daemon behind the web server is down or busy.
    Http,
    /// Without an answer.
    Unreachable,
    /// With an answer that is no XML-RPC.
    Protocol,
}

impl Outcome {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Fault => "fault",
            Self::Http => "http",
            Self::Unreachable => "unreachable",
            Self::Protocol => "protocol",
        }
    }
}

/// Counts nothing.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Observer for Nobody {
    fn called(&self, _: &str, _: Outcome, _: Duration) {}
}
