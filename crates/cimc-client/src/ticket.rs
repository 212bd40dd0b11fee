//! A login that is always given back.
//!
//! Logging in and logging out run as tasks: when the caller's future is dropped in the middle of
//! either, the task goes on, and a login that nobody waits for any more is logged out at once.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::controller::Core;
use crate::error::{CimcError, TransportKind};
use crate::exchange::{Failure, time_left};
use crate::journal::Entry;
use crate::observer::Event;
use crate::refusal::Class;
use crate::turn::Slot;
use crate::xml::Element;

/// For a logout with all its tries; one that takes longer is left to the controller's own
/// time-out.
const LOGOUT_TIMEOUT: Duration = Duration::from_secs(10);
/// A slot that isn't given back is lost for ten minutes, and there are four: worth trying again.
const LOGOUT_TRIES: u32 = 3;
const LOGOUT_PAUSE: Duration = Duration::from_millis(500);
const LOG_IN: &str = "log in";

/// An open session on the controller. Dropping it logs out in the background.
pub(crate) struct Ticket {
    core: Arc<Core>,
    /// `None` once there is nothing to log out of.
    cookie: Option<SecretString>,
    /// Its note in the journal.
    entry: Option<Entry>,
    slot: Slot,
    runtime: Handle,
    /// Whoever waits for the end of all sessions waits for this one.
    _tracked: TaskTrackerToken,
    /// `outVersion`, which early 1.5 leaves out.
    pub(crate) version: Option<String>,
}

impl Ticket {
    /// Logs in.
    pub(crate) async fn obtain(
        core: Arc<Core>,
        slot: Slot,
        deadline: Instant,
    ) -> Result<Self, CimcError> {
        let (give, take) = oneshot::channel();
        let address = core.address.clone();
        core.tasks.clone().spawn(async move {
            // A ticket that comes back from here is dropped, and so logged out.
            drop(give.send(Self::log_in(core, slot, deadline).await));
        });
        take.await.unwrap_or_else(|error| {
            Err(CimcError::Transport {
                address,
                action: LOG_IN.to_owned(),
                kind: TransportKind::Unreachable,
                source: Some(Box::new(error)),
            })
        })
    }

    async fn log_in(core: Arc<Core>, slot: Slot, deadline: Instant) -> Result<Self, CimcError> {
        let limit = time_left(deadline, core.settings.request_timeout)
            .ok_or_else(|| core.too_late(LOG_IN))?;
        let entry = core.policy.journal.as_ref();
        let entry = entry.map(|journal| journal.enter(&core.address));
        slot.use_it();
        let request = Element::new("aaaLogin")
            .with("inName", &core.settings.username)
            .with("inPassword", core.settings.password.expose_secret());
        let answer = match core.exchange(LOG_IN, &request, limit).await {
            Ok(answer) => answer,
            Err(Failure::Refused(refusal)) => return Err(core.refused(LOG_IN, &refusal)),
            Err(Failure::Broken(error)) => {
                if let Some(entry) = entry.filter(|_| error.may_have_been_taken()) {
                    entry.leave();
                }
                return Err(error);
            }
        };
        core.note_legacy_tls();
        core.note_login();
        let cookie = answer.get("outCookie").filter(|cookie| !cookie.is_empty());
        let cookie = cookie
            .map(SecretString::from)
            .ok_or_else(|| CimcError::Protocol {
                address: core.address.clone(),
                action: LOG_IN.to_owned(),
                problem: "it accepted the login without opening a session".to_owned(),
            })?;
        let version = answer.known("outVersion").map(str::to_owned);
        core.policy.observer.observe(&Event::LoggedIn);
        Ok(Self {
            _tracked: core.tasks.token(),
            core,
            cookie: Some(cookie),
            entry,
            slot,
            runtime: Handle::current(),
            version,
        })
    }

    /// The right to the session, to log in with again.
    pub(crate) fn slot(&self) -> Slot {
        self.slot.clone()
    }

    /// Notes that the session is used now.
    pub(crate) fn touch(&self) {
        if let Some(entry) = &self.entry {
            entry.touch();
        }
    }

    /// A request with the cookie where the vendor's SDK puts it: attributes are in the order of
    /// their names.
    pub(crate) fn sign(&self, request: &Element) -> Element {
        let mut request = request.clone();
        let cookie = self
            .cookie
            .as_ref()
            .map(|cookie| cookie.expose_secret())
            .unwrap_or_default();
        let place = request
            .attributes
            .iter()
            .position(|(name, _)| name.as_str() > "cookie");
        let place = place.unwrap_or(request.attributes.len());
        request
            .attributes
            .insert(place, ("cookie".to_owned(), cookie.to_owned()));
        request
    }

    /// A text of the controller without the cookie.
    pub(crate) fn without_cookie(&self, text: &str) -> String {
        match &self.cookie {
            Some(cookie) => text.replace(cookie.expose_secret(), "***"),
            None => text.to_owned(),
        }
    }

    /// Forgets a session that the controller has ended.
    pub(crate) fn discard(mut self) {
        self.cookie = None;
        let ended = Event::SessionEnded { left_open: false };
        self.core.policy.observer.observe(&ended);
    }

    /// Logs out and waits for the answer. When dropped, the logout goes on.
    pub(crate) async fn close(mut self) {
        if let Some(logout) = self.start_logout() {
            drop(self);
            // The task ends in no other way than done, or with the runtime.
            let _ = logout.await;
        }
    }

    fn start_logout(&mut self) -> Option<JoinHandle<()>> {
        let cookie = self.cookie.take()?;
        let (core, slot, entry) = (self.core.clone(), self.slot.clone(), self.entry.take());
        let logout = async move {
            let left_open = !log_out(&core, &cookie).await;
            if let Some(entry) = entry.filter(|_| left_open) {
                entry.leave();
            }
            let ended = Event::SessionEnded { left_open };
            core.policy.observer.observe(&ended);
            drop(slot);
        };
        Some(self.core.tasks.spawn_on(logout, &self.runtime))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        drop(self.start_logout());
    }
}

/// Whether the controller has confirmed it.
async fn log_out(core: &Core, cookie: &SecretString) -> bool {
    let request = Element::new("aaaLogout").with("inCookie", cookie.expose_secret());
    let deadline = Instant::now() + LOGOUT_TIMEOUT;
    let mut tries = 0;
    let error = loop {
        tries += 1;
        let limit = deadline.saturating_duration_since(Instant::now());
        let error = match core.exchange("log out", &request, limit).await {
            Ok(_) => return true,
            // Already gone.
            Err(Failure::Refused(refusal)) if refusal.class() == Class::Session => return true,
            Err(Failure::Refused(refusal)) => core.refused("log out", &refusal),
            Err(Failure::Broken(error)) => error,
        };
        let over = Instant::now() + LOGOUT_PAUSE >= deadline;
        if over || tries == LOGOUT_TRIES || !error.is_transient() {
            break error;
        }
        tokio::time::sleep(LOGOUT_PAUSE).await;
    };
    // The text may quote the cookie.
    let text = error.to_string().replace(cookie.expose_secret(), "***");
    tracing::warn!(
        error = text,
        tries,
        "a CIMC session stays open until its time-out"
    );
    false
}
