//! A controller that gives no answer again and again is left alone for a growing time: nobody
//! waits for it in vain, and its network is not loaded with attempts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{CimcError, TransportKind};
use crate::observer::{Event, Observer};
use crate::policy::BreakerPolicy;

/// The breaker of one controller.
#[derive(Debug)]
pub(crate) struct Breaker {
    policy: BreakerPolicy,
    observer: Arc<dyn Observer>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Requests without an answer, in a row.
    failures: u32,
    /// When the first of them failed.
    since: Option<Instant>,
    /// What was tried last, and what came of it.
    cause: String,
    /// While open: nobody is let through before. A trial moves it on, so that there is one trial
    /// at a time, and another one if the first is given up without a result.
    retry_at: Option<Instant>,
}

/// How somebody was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass {
    /// The controller answers, as far as is known.
    Free,
    /// It did not; this is the one trial whether it does again.
    Trial,
}

impl Breaker {
    pub(crate) fn new(policy: BreakerPolicy, observer: Arc<dyn Observer>) -> Self {
        Self {
            policy,
            observer,
            state: Mutex::default(),
        }
    }

    /// Whether the controller at `address` may be asked now.
    pub(crate) fn admit(&self, address: &str) -> Result<Pass, CimcError> {
        let mut state = self.state();
        let Some(retry_at) = state.retry_at else {
            return Ok(Pass::Free);
        };
        let now = Instant::now();
        if retry_at <= now {
            state.retry_at = Some(now + self.pause(state.failures));
            return Ok(Pass::Trial);
        }
        Err(CimcError::Silent {
            address: address.to_owned(),
            failures: state.failures,
            since: now - state.since.unwrap_or(now),
            cause: state.cause.clone(),
            retry_after: retry_at - now,
        })
    }

    /// Somebody asks on purpose: the next one is the trial, however short the pause was.
    pub(crate) fn allow_trial(&self) {
        let mut state = self.state();
        if state.retry_at.is_some() {
            state.retry_at = Some(Instant::now());
        }
    }

    /// A request had an answer, of whatever kind.
    pub(crate) fn answered(&self) {
        let before = std::mem::take(&mut *self.state());
        if before.retry_at.is_some() {
            self.observer.observe(&Event::BreakerClosed);
        }
    }

    /// A request had none.
    pub(crate) fn failed(&self, action: &str, kind: TransportKind) {
        let opened = {
            let mut state = self.state();
            let now = Instant::now();
            state.failures = state.failures.saturating_add(1);
            state.since.get_or_insert(now);
            state.cause = format!("{action}: {kind}");
            let open = state.failures >= self.policy.failures;
            let was_open = state.retry_at.is_some();
            if open {
                state.retry_at = Some(now + self.pause(state.failures));
            }
            open && !was_open
        };
        if opened {
            self.observer.observe(&Event::BreakerOpened);
        }
    }

    /// The pause after so many failures.
    fn pause(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(self.policy.failures).min(16);
        (self.policy.first_pause * (1 << doublings)).min(self.policy.longest_pause)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Breaker {
    /// A controller with other settings has a breaker of its own; the gauge of open ones must not
    /// count this one for ever.
    fn drop(&mut self) {
        self.answered();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observer::Nobody;

    fn breaker() -> Breaker {
        Breaker::new(BreakerPolicy::default(), Arc::new(Nobody))
    }

    fn fail(breaker: &Breaker, times: usize) {
        for _ in 0..times {
            breaker.failed("log in", TransportKind::Timeout);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_opens_at_the_third_failure_and_says_since_when_why_and_until_when() {
        let breaker = breaker();
        fail(&breaker, 2);
        assert_eq!(breaker.admit("a").unwrap(), Pass::Free);
        tokio::time::advance(Duration::from_secs(7)).await;
        fail(&breaker, 1);
        let words = breaker.admit("cimc1").unwrap_err().to_string();
        for part in [
            "cimc1",
            "3 requests",
            "7 s",
            "log in: no answer in time",
            "again in 5 s",
        ] {
            assert!(words.contains(part), "{part} in {words}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_pause_one_trial_goes_through_and_the_others_wait() {
        let breaker = breaker();
        fail(&breaker, 3);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(breaker.admit("a").unwrap(), Pass::Trial);
        assert!(breaker.admit("a").is_err());
        breaker.answered();
        assert_eq!(breaker.admit("a").unwrap(), Pass::Free);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_without_a_result_is_followed_by_another() {
        let breaker = breaker();
        fail(&breaker, 3);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(breaker.admit("a").unwrap(), Pass::Trial);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(breaker.admit("a").unwrap(), Pass::Trial);
    }

    #[tokio::test(start_paused = true)]
    async fn failed_trials_double_the_pause_up_to_a_bound() {
        let breaker = breaker();
        fail(&breaker, 3);
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let Err(CimcError::Silent { retry_after, .. }) = breaker.admit("a") else {
                panic!("it is not open");
            };
            pauses.push(retry_after.as_secs());
            tokio::time::advance(retry_after).await;
            assert_eq!(breaker.admit("a").unwrap(), Pass::Trial);
            fail(&breaker, 1);
        }
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
    }

    #[tokio::test(start_paused = true)]
    async fn somebody_who_asks_on_purpose_is_the_trial() {
        let breaker = breaker();
        fail(&breaker, 3);
        assert!(breaker.admit("a").is_err());
        breaker.allow_trial();
        assert_eq!(breaker.admit("a").unwrap(), Pass::Trial);
        assert!(breaker.admit("a").is_err());
    }
}
