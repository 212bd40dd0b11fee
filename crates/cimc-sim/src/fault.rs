//! What a controller can be told to do wrong.
//!
//! A [`Fault`] is a kind of misbehaviour; a [`FaultRule`] says for which requests and how often.
//! A new fault is a new variant here and one question at the place where it acts.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A kind of misbehaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset as soon as it is made.
    Refuse,
    /// The connection is taken, the answer never comes.
    Hang,
    /// The answer comes after this time.
    Delay(Duration),
    /// An HTML page instead of an answer, as the web server gives while the rest starts.
    Html,
    /// An empty body with HTTP status 200.
    EmptyBody,
    /// The answer stops in the middle.
    Truncated,
    /// The answer is right, with NUL bytes and blanks after it.
    NulPadding,
    /// This HTTP status with an empty body.
    HttpStatus(u16),
    /// An XML API error instead of an answer; the request has no effect.
    Error {
        /// `errorCode`, for example `2003`.
        code: String,
        /// `errorDescr`.
        text: String,
    },
    /// All sessions vanish before the request is looked at: it gets 552.
    SessionLost,
    /// This many of the four session slots are taken by others.
    ForeignSessions(usize),
    /// A logout is answered as usual, and its session stays open.
    LogoutLeaks,
    /// `operPower` reads this, whatever the machine does.
    PowerReads(String),
    /// A power command is accepted and has no effect.
    PowerIgnored,
    /// A write to the boot order is accepted and not stored.
    BootOrderNotStored,
}

/// A fault, the requests it applies to and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    fault: Fault,
    on: Option<String>,
    remaining: Option<u32>,
}

impl FaultRule {
    /// `fault` on every occasion until it is cleared.
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            on: None,
            remaining: None,
        }
    }

    /// `fault` on the next `count` occasions.
    pub fn times(count: u32, fault: Fault) -> Self {
        Self {
            fault,
            on: None,
            remaining: Some(count),
        }
    }

    /// Only for requests whose text contains `part`: a method, a class, a distinguished name or a
    /// value, such as `configConfMo` or `adminPower="up"`. No effect on [`Fault::Refuse`], which
    /// acts before there is a request.
    #[must_use]
    pub fn on(mut self, part: impl Into<String>) -> Self {
        self.on = Some(part.into());
        self
    }

    fn applies_to(&self, request: &str) -> bool {
        self.on.as_deref().is_none_or(|part| request.contains(part))
    }
}

/// The fault rules of one controller. Rules are asked in the order in which they were added.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<FaultRule>>,
}

impl Faults {
    /// Adds a rule.
    pub fn add(&self, rule: FaultRule) {
        self.rules().push(rule);
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.rules().clear();
    }

    /// The rules that still have something to do.
    pub fn list(&self) -> Vec<FaultRule> {
        self.rules().clone()
    }

    /// What `pick` makes of the first rule for `request` that it wants; that rule is used once.
    pub(crate) fn take<T>(&self, request: &str, pick: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut rules = self.rules();
        let found = rules.iter_mut().enumerate().find_map(|(position, rule)| {
            let picked = rule
                .applies_to(request)
                .then(|| pick(&rule.fault))
                .flatten()?;
            Some((position, rule, picked))
        });
        let (position, rule, picked) = found?;
        if let Some(remaining) = &mut rule.remaining {
            *remaining = remaining.saturating_sub(1);
            if *remaining == 0 {
                rules.remove(position);
            }
        }
        Some(picked)
    }

    /// Whether a rule for `request` has exactly this fault; it is used once.
    pub(crate) fn strikes(&self, request: &str, fault: &Fault) -> bool {
        self.take(request, |f| (f == fault).then_some(())).is_some()
    }

    fn rules(&self) -> MutexGuard<'_, Vec<FaultRule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_rule_ends_after_its_count() {
        let faults = Faults::default();
        faults.add(FaultRule::times(2, Fault::Html));
        assert!(faults.strikes("", &Fault::Html));
        assert!(!faults.strikes("", &Fault::EmptyBody));
        assert!(faults.strikes("", &Fault::Html));
        assert!(!faults.strikes("", &Fault::Html));
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_rule_for_some_requests_leaves_the_others() {
        let faults = Faults::default();
        faults.add(FaultRule::always(Fault::PowerIgnored).on("adminPower=\"up\""));
        assert!(!faults.strikes("adminPower=\"down\"", &Fault::PowerIgnored));
        assert!(faults.strikes("adminPower=\"up\"", &Fault::PowerIgnored));
    }
}
