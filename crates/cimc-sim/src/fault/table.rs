//! The fault rules of one controller, and when they strike.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::{Fault, FaultRule};

/// The fault rules of one controller. Rules are asked in the order in which they were added.
#[derive(Debug, Default)]
pub struct Faults {
    /// Mixed into the seeds, so that one rule for a rack doesn't strike everywhere at once.
    salt: u64,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    rules: Vec<Active>,
    struck: u64,
}

#[derive(Debug)]
struct Active {
    rule: FaultRule,
    /// Made when first needed: most rules need no dice.
    dice: Option<Box<StdRng>>,
}

impl Active {
    fn dice(&mut self, salt: u64) -> &mut StdRng {
        let seed = self.rule.seed ^ salt.rotate_left(32);
        self.dice
            .get_or_insert_with(|| Box::new(StdRng::seed_from_u64(seed)))
    }

    /// Whether it strikes on this occasion, which it counts.
    fn strikes(&mut self, salt: u64) -> bool {
        if self.rule.skip > 0 {
            self.rule.skip -= 1;
            return false;
        }
        match self.rule.probability {
            Some(probability) => self.dice(salt).random_bool(probability),
            None => true,
        }
    }
}

impl Faults {
    /// No rules, for the controller of this number.
    pub(crate) fn new(index: u16) -> Self {
        Self {
            salt: u64::from(index),
            table: Mutex::default(),
        }
    }

    /// Adds a rule.
    pub fn add(&self, rule: FaultRule) {
        self.table().rules.push(Active { rule, dice: None });
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.table().rules.clear();
    }

    /// The rules that still have something to do; `count` and `skip` are what is left of them.
    pub fn list(&self) -> Vec<FaultRule> {
        self.table()
            .rules
            .iter()
            .map(|active| active.rule.clone())
            .collect()
    }

    /// How often a fault has struck since the controller was started.
    pub fn struck(&self) -> u64 {
        self.table().struck
    }

    /// What `pick` makes of the first rule for `request` that it wants; that rule is used once.
    pub(crate) fn take<T>(&self, request: &str, pick: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.take_with(request, pick, |picked, _| picked)
    }

    /// The same; `then` may throw the rule's dice.
    fn take_with<T, R>(
        &self,
        request: &str,
        pick: impl Fn(&Fault) -> Option<T>,
        then: impl FnOnce(T, &mut Active) -> R,
    ) -> Option<R> {
        let mut table = self.table();
        let struck = table
            .rules
            .iter_mut()
            .enumerate()
            .find_map(|(position, active)| {
                if !active.rule.applies_to(request) {
                    return None;
                }
                let picked = pick(&active.rule.fault)?;
                active.strikes(self.salt).then_some((position, picked))
            });
        let (position, picked) = struck?;
        let active = &mut table.rules[position];
        let result = then(picked, active);
        let is_over = match &mut active.rule.count {
            Some(count) => {
                *count = count.saturating_sub(1);
                *count == 0
            }
            None => false,
        };
        if is_over {
            table.rules.remove(position);
        }
        table.struck += 1;
        Some(result)
    }

    /// Whether a rule for `request` has exactly this fault; it is used once.
    pub(crate) fn strikes(&self, request: &str, fault: &Fault) -> bool {
        self.take(request, |f| (f == fault).then_some(())).is_some()
    }

    /// How much longer than usual the answer to `request` takes.
    pub(crate) fn delay(&self, request: &str) -> Option<Duration> {
        let times = |fault: &Fault| match fault {
            Fault::Delay(delay) => Some((*delay, *delay)),
            Fault::DelayBetween { least, most } => Some((*least, (*most).max(*least))),
            _ => None,
        };
        self.take_with(request, times, |(least, most), active| {
            let span = most.saturating_sub(least);
            match span.is_zero() {
                true => least,
                false => least + span.mul_f64(active.dice(self.salt).random_range(0.0..=1.0)),
            }
        })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
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
        assert_eq!(faults.struck(), 2);
    }

    #[test]
    fn a_rule_for_some_requests_leaves_the_others() {
        let faults = Faults::default();
        faults.add(FaultRule::always(Fault::PowerIgnored).on("adminPower=\"up\""));
        assert!(!faults.strikes("adminPower=\"down\"", &Fault::PowerIgnored));
        assert!(faults.strikes("adminPower=\"up\"", &Fault::PowerIgnored));
    }

    #[test]
    fn a_rule_lets_the_first_occasions_pass() {
        let faults = Faults::default();
        faults.add(FaultRule::times(1, Fault::Html).after(2).on("a"));
        let struck: Vec<_> = ["a", "b", "a", "a", "a"]
            .iter()
            .map(|request| faults.strikes(request, &Fault::Html))
            .collect();
        assert_eq!(struck, [false, false, false, true, false]);
    }

    fn pattern(index: u16, seed: u64) -> Vec<bool> {
        let faults = Faults::new(index);
        faults.add(FaultRule::always(Fault::Html).with_probability(0.5, seed));
        (0..64).map(|_| faults.strikes("", &Fault::Html)).collect()
    }

    #[test]
    fn the_same_seed_strikes_the_same_and_controllers_differ() {
        assert_eq!(pattern(3, 7), pattern(3, 7));
        assert_ne!(pattern(3, 7), pattern(4, 7));
        assert_ne!(pattern(3, 7), pattern(3, 8));
        let struck = pattern(3, 7).into_iter().filter(|struck| *struck).count();
        assert!((8..=56).contains(&struck), "{struck} of 64");
    }

    #[test]
    fn a_random_delay_stays_between_its_limits() {
        let faults = Faults::default();
        let (least, most) = (Duration::from_millis(10), Duration::from_millis(20));
        faults.add(FaultRule::always(Fault::DelayBetween { least, most }));
        let drawn: Vec<_> = (0..20).filter_map(|_| faults.delay("")).collect();
        assert!(drawn.iter().all(|delay| (least..=most).contains(delay)));
        assert!(drawn.windows(2).any(|two| two[0] != two[1]));
    }
}
