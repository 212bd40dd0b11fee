//! One controller: whose turn it is, and by which way in.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use strum::IntoEnumIterator as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::breaker::{Breaker, Pass};
use crate::capability::{Capabilities, Operation};
use crate::cli::{self, Shell};
use crate::error::{CimcError, TransportKind};
use crate::lost::Lost;
use crate::policy::Policy;
use crate::record::Recorder;
use crate::session::Session;
use crate::settings::ControllerSettings;
use crate::transport::Transport;
use crate::turn::{Gate, Turn};

/// What a controller, its session and its tasks share.
pub(crate) struct Core {
    pub(crate) address: String,
    pub(crate) settings: ControllerSettings,
    pub(crate) transport: Transport,
    /// Passed by whoever has the one session.
    pub(crate) gate: Arc<Gate>,
    pub(crate) breaker: Breaker,
    pub(crate) policy: Policy,
    pub(crate) tasks: TaskTracker,
    /// Takes in every exchange, where a transcript is wanted.
    pub(crate) recorder: Option<Arc<Recorder>>,
    /// Cancelled when the process is about to end.
    pub(crate) stopping: CancellationToken,
    /// Logins refused in a row because all sessions were taken.
    pub(crate) refused_for_sessions: AtomicU32,
    /// The XML API has answered at least once.
    pub(crate) has_answered: AtomicBool,
    /// Whether it has gone away since.
    pub(crate) lost: Lost,
    /// Somebody was warned that this controller gets its password by old TLS.
    pub(crate) legacy_login_told: AtomicBool,
}

impl Core {
    /// A login has worked, by whichever way: there was a free session, and users are loaded.
    pub(crate) fn note_login(&self) {
        self.refused_for_sessions.store(0, Ordering::Relaxed);
        self.lost.forget();
    }

    /// Every login by old TLS can be found in the log, and the first one is hard to miss.
    pub(crate) fn note_legacy_tls(&self) {
        if !self.transport.is_legacy_tls() {
            return;
        }
        let address = self.address.as_str();
        match self.legacy_login_told.swap(true, Ordering::Relaxed) {
            false => tracing::warn!(
                address,
                "logged in by the legacy TLS profile: who can change what passes on the network \
                 between may be able to read the password"
            ),
            true => tracing::info!(address, "logged in by the legacy TLS profile"),
        }
    }

    /// Whether the controller may be asked now.
    pub(crate) fn admit(&self) -> Result<Pass, CimcError> {
        if self.stopping.is_cancelled() {
            return Err(self.stopped("log in"));
        }
        self.breaker.admit(&self.address)
    }

    /// The error of what is given up because the process ends.
    pub(crate) fn stopped(&self, action: &str) -> CimcError {
        CimcError::Transport {
            address: self.address.clone(),
            action: action.to_owned(),
            kind: TransportKind::Stopping,
            source: None,
        }
    }
}

/// One controller.
pub struct Controller {
    pub(crate) core: Arc<Core>,
}

impl fmt::Debug for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Controller")
            .field("settings", &self.core.settings)
            .finish()
    }
}

impl Controller {
    /// Host and port, as in the messages.
    pub fn address(&self) -> &str {
        &self.core.address
    }

    /// Waits while another session of this process is open on this controller.
    ///
    /// # Errors
    ///
    /// [`CimcError::Silent`] at once, where the controller has not answered for some time.
    pub async fn turn(&self) -> Result<Turn, CimcError> {
        Turn::wait(self.core.clone()).await
    }

    /// The same for those who must not stand in others' way: `None` while a session of this
    /// process is open on this controller.
    ///
    /// # Errors
    ///
    /// Those of [`Controller::turn`].
    pub async fn turn_if_free(&self) -> Result<Option<Turn>, CimcError> {
        Turn::take_if_free(self.core.clone()).await
    }

    /// Lets the next request through to a controller that has not answered for some time: for
    /// what an operator asks for.
    pub fn allow_trial(&self) {
        self.core.breaker.allow_trial();
    }

    /// Logs in; waits first while another session of this process is open on this controller.
    ///
    /// # Errors
    ///
    /// Those of [`Controller::turn`] and [`Turn::log_in`].
    pub async fn session(&self) -> Result<Session, CimcError> {
        self.turn().await?.log_in().await
    }

    /// Logs in to the command line over SSH; waits first while another session of this process is
    /// open on this controller, whatever its kind.
    ///
    /// # Errors
    ///
    /// [`CimcError::NoCommandLine`] when the settings switch it off; those of the login.
    pub async fn shell(&self) -> Result<Shell, CimcError> {
        self.turn().await?.open_shell().await
    }

    /// Like [`Controller::run`], over the command line.
    ///
    /// # Errors
    ///
    /// Those of the login and of the work; a failed logout is only logged.
    pub async fn cli<T, F>(&self, work: F) -> Result<T, CimcError>
    where
        F: AsyncFnOnce(&mut Shell) -> Result<T, CimcError>,
    {
        let mut shell = self.shell().await?;
        let result = work(&mut shell).await;
        shell.close().await;
        result
    }

    /// Finds out what works, by which way, and what says so: over the XML API first, then over the
    /// command line for what the XML API can't do, or for all where there is none.
    ///
    /// # Errors
    ///
    /// [`CimcError::NoXmlApi`] or [`CimcError::NoWayIn`] where nothing can be asked; any failure
    /// but that this firmware lacks something.
    pub async fn probe(&self) -> Result<Capabilities, CimcError> {
        let mut found = match self.run(async |session| session.probe().await).await {
            Ok(found) => found,
            Err(CimcError::NoXmlApi { address, status }) if self.has_cli() => {
                let all: Vec<_> = Operation::iter().collect();
                let found = self.cli(async |shell| shell.probe(&all).await).await;
                return found.map_err(|error| CimcError::NoWayIn {
                    address,
                    status,
                    cli: Box::new(error),
                });
            }
            Err(error) => return Err(error),
        };
        let gaps = found.gaps(cli::OPERATIONS);
        if self.has_cli() && !gaps.is_empty() {
            match self.cli(async |shell| shell.probe(&gaps).await).await {
                Ok(more) => found.complete(more),
                // What the XML API can do, it can do without.
                Err(error) => found.note_on(&gaps, &error.to_string()),
            }
        }
        Ok(found)
    }

    /// Whether the settings allow the command line.
    pub fn has_cli(&self) -> bool {
        self.core.settings.cli.is_some()
    }

    /// Logs in, works, logs out: on success, on failure, and when the future is dropped.
    ///
    /// # Errors
    ///
    /// Those of the login and of the work; a failed logout is only logged.
    pub async fn run<T, F>(&self, work: F) -> Result<T, CimcError>
    where
        F: AsyncFnOnce(&mut Session) -> Result<T, CimcError>,
    {
        self.turn().await?.run(work).await
    }
}
