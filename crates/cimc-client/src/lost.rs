//! A controller that has gone away, and comes back in parts.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long after its last failed answer a controller may still be loading its users. Field reports
/// have a CIMC back within two to five minutes after a restart; other products wait ten.
const LOADS_USERS: Duration = Duration::from_secs(600);

/// Remembers that a controller whose login has worked gave no answer.
///
/// After a restart a CIMC refuses connections, then has a web server without the XML API, and then
/// refuses every login with 551 while it loads its users. That 551 says nothing of the password.
#[derive(Debug, Default)]
pub(crate) struct Lost(Mutex<Option<Instant>>);

impl Lost {
    /// It gave no proper answer.
    pub(crate) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// A login has worked.
    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether a refused login may be a controller's that is still starting.
    pub(crate) fn may_be_starting(&self) -> bool {
        let lost = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lost.is_some_and(|at| at.elapsed() < LOADS_USERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_lost_controller_may_be_starting_for_ten_minutes() {
        let lost = Lost::default();
        assert!(!lost.may_be_starting());
        lost.note();
        tokio::time::advance(Duration::from_secs(599)).await;
        assert!(lost.may_be_starting());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!lost.may_be_starting());
        lost.note();
        lost.forget();
        assert!(!lost.may_be_starting());
    }
}
