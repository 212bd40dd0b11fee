//! Controllers by address, each with one session at a time.
//!
//! A CIMC has four sessions in all, shared with its web pages, and a lost one lives for ten
//! minutes. So this process holds at most one per controller, holds it shortly, and logs out
//! whatever happens: logins and logouts run as tasks of their own, which a dropped future can't
//! stop. Whose turn it is is in `turn.rs`, when nobody is asked in `breaker.rs`.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use strum::IntoEnumIterator as _;

use crate::breaker::{Breaker, Pass};
use crate::capability::{Capabilities, Operation};
use crate::cli::{self, Shell};
use crate::error::{CimcError, TransportKind};
use crate::lost::Lost;
use crate::policy::Policy;
use crate::record::{Recorder, Recording};
use crate::session::Session;
use crate::settings::{ControllerSettings, TlsProfile, TlsVerify};
use crate::transport::{Client, Transport};
use crate::turn::{Gate, Turn};

/// More than the time of a logout.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(15);

/// All controllers of this process, by address.
#[derive(Debug, Default)]
pub struct Controllers {
    known: Mutex<Known>,
    policy: Policy,
    tasks: TaskTracker,
    recording: Recording,
    stopping: CancellationToken,
}

#[derive(Debug, Default)]
struct Known {
    controllers: HashMap<String, Arc<Controller>>,
    clients: HashMap<(TlsProfile, TlsVerify, Duration), Client>,
}

impl Controllers {
    /// An empty registry with the usual policy.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty registry with another policy.
    pub fn with(policy: Policy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    /// Writes what is said into this transcript; for one controller.
    #[must_use]
    pub fn recording(self, recorder: Arc<Recorder>) -> Self {
        Self {
            recording: Recording::One(recorder),
            ..self
        }
    }

    /// Writes a transcript of each controller into this directory, which must be there:
    /// `ADDRESS_PORT.jsonl`, of 8 MiB at most, and an older part in `ADDRESS_PORT.jsonl.1`. A
    /// transcript that can't be written is logged, and nothing else fails.
    #[must_use]
    pub fn recording_in(self, directory: PathBuf) -> Self {
        Self {
            recording: Recording::Directory(directory),
            ..self
        }
    }

    /// The controller at the address in the settings; sends nothing.
    ///
    /// Other settings for a known address make a new controller that shares the limit of one
    /// session with the old one. A CA file is read when its controller is made, and again when
    /// the settings change.
    ///
    /// # Errors
    ///
    /// [`CimcError::Settings`] when the address, the CA file or the system's certificates can't
    /// be used, or the build has not the TLS profile.
    pub fn get(&self, settings: &ControllerSettings) -> Result<Arc<Controller>, CimcError> {
        settings.check()?;
        let url = settings.url()?;
        let key = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        );
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.controllers.get(&key);
        if let Some(controller) = before.filter(|known| known.core.settings.is_same(settings)) {
            return Ok(controller.clone());
        }
        let gate = before
            .map(|controller| controller.core.gate.clone())
            .unwrap_or_default();
        let recorder = match before {
            Some(controller) => controller.core.recorder.clone(),
            None => self.recording.begin(&key),
        };
        let client = known.client(settings)?;
        let transport = Transport::new(client, settings)?;
        let controller = Arc::new(Controller {
            core: Arc::new(Core {
                address: transport.address(),
                settings: settings.clone(),
                transport,
                gate,
                breaker: Breaker::new(self.policy.breaker, self.policy.observer.clone()),
                policy: self.policy.clone(),
                tasks: self.tasks.clone(),
                recorder,
                stopping: self.stopping.clone(),
                refused_for_sessions: AtomicU32::new(0),
                has_answered: AtomicBool::new(false),
                legacy_login_told: AtomicBool::new(false),
                lost: Lost::default(),
            }),
        });
        known.controllers.insert(key, controller.clone());
        Ok(controller)
    }

    /// Waits until every session has ended and its logout has been answered, after the work has
    /// stopped.
    ///
    /// It ends by itself: each logout is limited to ten seconds, a login to the time of a request.
    pub async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
    }

    /// Ends all sessions: call it before the process ends. Requests under way are given up, but
    /// for logins and logouts; no session is opened any more; everything is logged out. A
    /// controller that lets a login hang is not waited for longer than a logout may take: its
    /// session, if there is one, stays in the journal.
    pub async fn shut_down(&self) {
        self.stopping.cancel();
        if tokio::time::timeout(PATIENCE_AT_THE_END, self.drain())
            .await
            .is_err()
        {
            tracing::warn!("a CIMC does not answer a login; its session may stay open");
        }
    }
}

impl Known {
    fn client(&mut self, settings: &ControllerSettings) -> Result<Client, CimcError> {
        let key = (
            settings.tls,
            settings.verify.clone(),
            settings.connect_timeout,
        );
        let shareable = !matches!(settings.verify, TlsVerify::CaFile(_));
        if let Some(client) = self.clients.get(&key).filter(|_| shareable) {
            return Ok(client.clone());
        }
        let client = Client::new(settings).map_err(|problem| settings.wrong(&problem))?;
        if shareable {
            self.clients.insert(key, client.clone());
        }
        Ok(client)
    }
}

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
    /// Every login by old TLS can be found in the log, and the first one is hard to miss.
    pub(crate) fn note_login(&self) {
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
}

impl Core {
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
    core: Arc<Core>,
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
