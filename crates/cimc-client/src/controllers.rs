//! Controllers by address, each with one session at a time.
//!
//! A CIMC has four sessions in all, shared with its web pages, and a lost one lives for ten
//! minutes. So this process holds at most one per controller, holds it shortly, and logs out
//! whatever happens: logins and logouts run as tasks of their own, which a dropped future can't
//! stop. Whose turn it is is in `turn.rs`, when nobody is asked in `breaker.rs`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::breaker::Breaker;
use crate::controller::{Controller, Core};
use crate::error::CimcError;
use crate::lost::Lost;
use crate::policy::Policy;
use crate::record::{Recorder, Recording};
use crate::settings::{ControllerSettings, TlsProfile, TlsVerify};
use crate::transport::{Client, Transport};

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
