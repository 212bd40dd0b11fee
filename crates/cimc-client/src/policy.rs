//! How all controllers of a process are treated.

use std::sync::Arc;
use std::time::Duration;

use crate::error::SESSION_LIMIT_BACKOFF;
use crate::journal::SessionJournal;
use crate::observer::{Nobody, Observer};

/// How all controllers of a process are treated. Begin with [`Policy::default`] and change what
/// differs.
#[derive(Debug, Clone)]
pub struct Policy {
    /// From the end of a session to the next login on the same controller (none by default). A
    /// controller serves one request at a time, and its web pages come from the same queue.
    pub pause: Duration,
    /// How long to stay away after the first, second, third and every further login that was
    /// refused because all sessions were taken ([`SESSION_LIMIT_BACKOFF`]).
    pub session_backoff: [Duration; 4],
    /// When a controller that gives no answer is left alone.
    pub breaker: BreakerPolicy,
    /// Who is told of what can be counted.
    pub observer: Arc<dyn Observer>,
    /// Where open sessions are noted, so that a process that comes after a crash knows of them.
    pub journal: Option<Arc<SessionJournal>>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            pause: Duration::ZERO,
            session_backoff: SESSION_LIMIT_BACKOFF,
            breaker: BreakerPolicy::default(),
            observer: Arc::new(Nobody),
            journal: None,
        }
    }
}

/// When a controller that gives no answer is left alone, and for how long.
///
/// Times are a choice, not a fact about the hardware: a CIMC that restarts is away for two to
/// five minutes, so the longest pause is one that notices its return soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// After so many requests in a row without an answer (3).
    pub failures: u32,
    /// The first pause (5 s); each trial that fails doubles it.
    pub first_pause: Duration,
    /// The longest pause (60 s).
    pub longest_pause: Duration,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self {
            failures: 3,
            first_pause: Duration::from_secs(5),
            longest_pause: Duration::from_secs(60),
        }
    }
}
