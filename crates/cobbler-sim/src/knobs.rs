//! Faults on demand: what can go wrong, and how often it still will.

use std::time::Duration;

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimFault {
    /// Connections are closed as soon as they are made.
    RefuseConnections,
    /// HTTP 503, as Apache answers while the daemon is down.
    Unavailable,
    /// HTTP 502 in place of the answer to a call that writes boot files or removes, as Apache sends
    /// it when its own time limit is over: the call has done its work.
    AnswerLost,
    /// `login` fails although user and password are right.
    WrongLogin,
    /// A call takes this much longer.
    Slow(Duration),
    /// A save ends in `Cobbler trigger failed: ...` after the object was stored.
    TriggerFailed,
    /// `modify_interface` answers true and leaves the MAC out.
    LoseMac,
    /// The token of the next call that needs one has died.
    TokenExpired,
}

/// The faults that are switched on.
#[derive(Debug, Default)]
pub(crate) struct Knobs(Vec<(SimFault, Option<u32>)>);

impl Knobs {
    pub(crate) fn inject(&mut self, fault: SimFault, times: Option<u32>) {
        if times != Some(0) {
            self.0.push((fault, times));
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether the fault strikes now; uses up one of its times.
    pub(crate) fn strikes(&mut self, fault: SimFault) -> bool {
        self.take(|known| known == fault).is_some()
    }

    /// The extra delay of this call; uses up one of its times.
    pub(crate) fn delay(&mut self) -> Duration {
        match self.take(|known| matches!(known, SimFault::Slow(_))) {
            Some(SimFault::Slow(delay)) => delay,
            _ => Duration::ZERO,
        }
    }

    fn take(&mut self, wanted: impl Fn(SimFault) -> bool) -> Option<SimFault> {
        let at = self.0.iter().position(|(fault, _)| wanted(*fault))?;
        let (fault, times) = &mut self.0[at];
        let fault = *fault;
        if let Some(left) = times {
            *left -= 1;
            if *left == 0 {
                self.0.remove(at);
            }
        }
        Some(fault)
    }
}
