//! A terminal that is always given back: as with the XML API's session, logging in and logging
//! out run as tasks, and whoever drops the terminal in the middle still logs out.

use std::sync::Arc;
use std::time::Duration;

use russh::{ChannelMsg, Disconnect};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::ssh::{self, LOG_IN, Terminal};
use crate::controller::Core;
use crate::error::{CimcError, TransportKind};
use crate::exchange::time_left;
use crate::journal::Entry;
use crate::observer::Event;
use crate::settings::CliSettings;
use crate::turn::Slot;

/// For a logout; after it the connection is cut.
const LOGOUT_TIMEOUT: Duration = Duration::from_secs(10);

/// An open terminal and the right to the controller's one session.
pub(super) struct Ticket {
    core: Arc<Core>,
    /// `None` once there is nothing to log out of.
    terminal: Option<Terminal>,
    /// A command is under way: its pages or its question have to be ended first.
    pub(super) is_busy: bool,
    entry: Option<Entry>,
    slot: Slot,
    runtime: Handle,
    /// Whoever waits for the end of all sessions waits for this one.
    _tracked: TaskTrackerToken,
}

impl Ticket {
    /// Logs in. A login that nobody waits for any more is logged out at once.
    pub(super) async fn obtain(
        core: Arc<Core>,
        settings: CliSettings,
        slot: Slot,
        deadline: Instant,
    ) -> Result<Self, CimcError> {
        let (give, take) = oneshot::channel();
        let address = core.address.clone();
        core.tasks.clone().spawn(async move {
            drop(give.send(Self::log_in(core, &settings, slot, deadline).await));
        });
        take.await.unwrap_or_else(|error| {
            Err(CimcError::Transport {
                address,
                action: LOG_IN.to_owned(),
                kind: TransportKind::NoSsh,
                source: Some(Box::new(error)),
            })
        })
    }

    async fn log_in(
        core: Arc<Core>,
        settings: &CliSettings,
        slot: Slot,
        deadline: Instant,
    ) -> Result<Self, CimcError> {
        let limit = time_left(deadline, core.settings.request_timeout)
            .ok_or_else(|| core.too_late(LOG_IN))?;
        let entry = core.policy.journal.as_ref();
        let entry = entry.map(|journal| journal.enter(&core.address));
        slot.use_it();
        let terminal = ssh::connect(&core, settings, limit).await?;
        core.policy.observer.observe(&Event::LoggedIn);
        Ok(Self {
            _tracked: core.tasks.token(),
            core,
            terminal: Some(terminal),
            is_busy: true,
            entry,
            slot,
            runtime: Handle::current(),
        })
    }

    /// Types.
    pub(super) async fn send(&self, text: &str) -> Result<(), CimcError> {
        let Some(terminal) = &self.terminal else {
            return Err(self.ended());
        };
        let sent = terminal.channel.data_bytes(text.as_bytes().to_vec());
        sent.await.map_err(|_| self.ended())
    }

    /// What the terminal shows next.
    pub(super) async fn receive(&mut self) -> Result<Vec<u8>, CimcError> {
        let Some(terminal) = &mut self.terminal else {
            return Err(self.ended());
        };
        loop {
            match terminal.channel.wait().await {
                Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. }) => {
                    return Ok(data.to_vec());
                }
                None | Some(ChannelMsg::Eof | ChannelMsg::Close) => {
                    self.terminal = None;
                    self.entry = None;
                    let ended = Event::SessionEnded { left_open: false };
                    self.core.policy.observer.observe(&ended);
                    return Err(self.ended());
                }
                Some(_) => {}
            }
        }
    }

    fn ended(&self) -> CimcError {
        CimcError::Transport {
            address: self.core.address.clone(),
            action: "go on with its command line".to_owned(),
            kind: TransportKind::NoSsh,
            source: None,
        }
    }

    /// Logs out and waits for it. When dropped, the logout goes on.
    pub(super) async fn close(mut self) {
        if let Some(logout) = self.start_logout() {
            drop(self);
            // The task ends in no other way than done, or with the runtime.
            let _ = logout.await;
        }
    }

    fn start_logout(&mut self) -> Option<JoinHandle<()>> {
        let terminal = self.terminal.take()?;
        let (core, slot, is_busy) = (self.core.clone(), self.slot.clone(), self.is_busy);
        let entry = self.entry.take();
        let logout = async move {
            let ended = timeout(LOGOUT_TIMEOUT, log_out(terminal, is_busy)).await;
            let left_open = ended.is_err();
            if left_open {
                tracing::warn!(
                    address = core.address,
                    "a CIMC's command line did not end; the connection was cut"
                );
            }
            if let Some(entry) = entry.filter(|_| left_open) {
                entry.leave();
            }
            core.policy
                .observer
                .observe(&Event::SessionEnded { left_open });
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

/// `exit` below the top leaves a scope only. `q` ends pages and is no yes to any question.
async fn log_out(mut terminal: Terminal, is_busy: bool) {
    let words = if is_busy {
        "q\ndiscard\ntop\nexit\n"
    } else {
        "top\nexit\n"
    };
    if terminal
        .channel
        .data_bytes(words.as_bytes().to_vec())
        .await
        .is_ok()
    {
        while let Some(message) = terminal.channel.wait().await {
            if matches!(message, ChannelMsg::Eof | ChannelMsg::Close) {
                break;
            }
        }
    }
    let ended = terminal
        .handle
        .disconnect(Disconnect::ByApplication, "", "en");
    // The other side may have gone first.
    let _ = ended.await;
}
