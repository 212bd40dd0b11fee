//! Whose turn it is on a controller: one session at a time, with a pause between them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::cli::Shell;
use crate::controller::Core;
use crate::error::CimcError;
use crate::power::PowerState;
use crate::session::Session;
use crate::ticket::Ticket;

/// One address: who has the session, and what the last one left. Shared by all settings for it.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    turn: Arc<tokio::sync::Mutex<()>>,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    /// When the last session ended.
    ended: Option<Instant>,
    /// The last reading of the power state, and when it was complete. Gone after a command.
    power: Option<(Instant, PowerState)>,
}

impl Gate {
    pub(crate) fn note_power(&self, state: &PowerState) {
        self.last().power = Some((Instant::now(), state.clone()));
    }

    pub(crate) fn forget_power(&self) {
        self.last().power = None;
    }

    fn power_since(&self, asked: Instant) -> Option<PowerState> {
        let last = self.last();
        let (read, state) = last.power.as_ref()?;
        (*read >= asked).then(|| state.clone())
    }

    fn hold(self: &Arc<Self>, guard: OwnedMutexGuard<()>) -> Slot {
        Arc::new(Held {
            gate: self.clone(),
            used: AtomicBool::new(false),
            _guard: guard,
        })
    }

    /// What is left of the pause after the last session.
    fn pause_left(&self, pause: Duration) -> Duration {
        let ended = self.last().ended;
        ended.map_or(Duration::ZERO, |ended| {
            pause.saturating_sub(ended.elapsed())
        })
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to the one session. Shared between a session and its tasks; free again when the
/// last of them is done.
pub(crate) type Slot = Arc<Held>;

#[derive(Debug)]
pub(crate) struct Held {
    gate: Arc<Gate>,
    /// Whether the controller was asked anything.
    used: AtomicBool,
    _guard: OwnedMutexGuard<()>,
}

impl Held {
    pub(crate) fn use_it(&self) {
        self.used.store(true, Ordering::Relaxed);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.used.load(Ordering::Relaxed) {
            self.gate.last().ended = Some(Instant::now());
        }
    }
}

/// The right to open the one session of a controller; nothing has been sent yet.
pub struct Turn {
    core: Arc<Core>,
    slot: Slot,
    asked: Instant,
}

impl std::fmt::Debug for Turn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turn")
            .field("address", &self.core.address)
            .finish_non_exhaustive()
    }
}

impl Turn {
    /// Waits for the turn.
    pub(crate) async fn wait(core: Arc<Core>) -> Result<Self, CimcError> {
        let asked = Instant::now();
        let pass = core.admit()?;
        let guard = core.gate.turn.clone().lock_owned().await;
        // The one who had the turn before may have found that there is nobody there.
        if pass == crate::breaker::Pass::Free {
            core.admit()?;
        }
        Self::take(core, guard, asked).await
    }

    /// Takes the turn, or gives `None` while somebody else has it.
    pub(crate) async fn take_if_free(core: Arc<Core>) -> Result<Option<Self>, CimcError> {
        let asked = Instant::now();
        let Ok(guard) = core.gate.turn.clone().try_lock_owned() else {
            return Ok(None);
        };
        core.admit()?;
        Self::take(core, guard, asked).await.map(Some)
    }

    async fn take(
        core: Arc<Core>,
        guard: OwnedMutexGuard<()>,
        asked: Instant,
    ) -> Result<Self, CimcError> {
        let pause = core.gate.pause_left(core.policy.pause);
        let turn = Self {
            slot: core.gate.hold(guard),
            core,
            asked,
        };
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        Ok(turn)
    }

    /// What another session of this process read as the power state while this one waited for
    /// its turn: an answer that is not older than the question, at no cost.
    pub fn power_read_meanwhile(&self) -> Option<PowerState> {
        self.core.gate.power_since(self.asked)
    }

    /// Logs in. End the session with [`Session::close`]; one that is dropped is logged out in the
    /// background.
    ///
    /// # Errors
    ///
    /// Any but [`CimcError::Settings`]; [`CimcError::SessionLimit`] comes at once, without
    /// waiting for a session to become free.
    pub async fn log_in(self) -> Result<Session, CimcError> {
        let deadline = Instant::now() + self.core.settings.session_timeout;
        let ticket = Ticket::obtain(self.core.clone(), self.slot, deadline).await?;
        Ok(Session::new(self.core, ticket, deadline))
    }

    /// Logs in to the command line over SSH. End it with [`Shell::close`]; one that is dropped is
    /// logged out in the background.
    ///
    /// # Errors
    ///
    /// [`CimcError::NoCommandLine`] when the settings switch it off; those of the login.
    pub async fn open_shell(self) -> Result<Shell, CimcError> {
        let Some(settings) = self.core.settings.cli.clone() else {
            return Err(CimcError::NoCommandLine {
                address: self.core.address.clone(),
                port: 22,
                problem: "it is switched off in the settings".to_owned(),
            });
        };
        let deadline = Instant::now() + self.core.settings.session_timeout;
        Shell::open(self.core, settings, self.slot, deadline).await
    }

    /// Logs in, works, logs out: on success, on failure, and when the future is dropped.
    ///
    /// # Errors
    ///
    /// Those of the login and of the work; a failed logout is only logged.
    pub async fn run<T, F>(self, work: F) -> Result<T, CimcError>
    where
        F: AsyncFnOnce(&mut Session) -> Result<T, CimcError>,
    {
        let mut session = self.log_in().await?;
        let result = work(&mut session).await;
        session.close().await;
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn the_pause_counts_from_the_end_of_the_last_session_that_asked_anything() {
        let gate = Arc::new(Gate::default());
        let hold = async || gate.hold(gate.turn.clone().lock_owned().await);
        drop(hold().await);
        assert_eq!(gate.pause_left(PAUSE), Duration::ZERO);
        let slot = hold().await;
        slot.use_it();
        drop(slot);
        assert_eq!(gate.pause_left(PAUSE), PAUSE);
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(gate.pause_left(PAUSE), Duration::from_millis(1500));
        tokio::time::advance(PAUSE).await;
        assert_eq!(gate.pause_left(PAUSE), Duration::ZERO);
    }
}
