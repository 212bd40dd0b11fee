//! The SSH side: connections, logins, sessions.

use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use russh::keys::key::safe_rng;
use russh::keys::ssh_key::private::{KeypairData, RsaKeypair};
use russh::keys::{Algorithm, HashAlg, PrivateKey};
use russh::server::{self, Auth, ChannelOpenHandle, Config, Msg, Response, Session};
use russh::{
    Channel, ChannelId, Disconnect, MethodKind, MethodSet, Preferred, Pty, cipher, kex, mac,
};
use secrecy::ExposeSecret;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::commands::Mode;
use super::terminal::Terminal;
use crate::chassis::{Availability, Chassis};
use crate::fault::Fault;
use crate::personality::Personality;
use crate::session::Role;

/// What an SSH login is to fault rules.
const LOGIN: &str = "ssh login";

/// Why no SSH server could be made.
#[derive(Debug, thiserror::Error)]
pub enum SshError {
    /// The host key.
    #[error("making an SSH host key failed: {0}")]
    Key(String),
    /// The listener.
    #[error("listening for SSH failed")]
    Listen(#[from] io::Error),
}

/// A controller's SSH server, as the rack hands it out.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: String,
}

/// Serves a controller's command line until cancelled.
pub(crate) fn open(
    chassis: &Arc<Chassis>,
    name: &str,
    (listener, address): (std::net::TcpListener, SocketAddr),
    tasks: &TaskTracker,
    cancelled: &CancellationToken,
) -> Result<Door, SshError> {
    let key = host_key(chassis.personality().is_first_generation())?;
    let door = Door {
        address,
        fingerprint: key.public_key().fingerprint(HashAlg::Sha256).to_string(),
    };
    let config = Arc::new(config(chassis.personality(), key));
    let listener = TcpListener::from_std(listener)?;
    let (chassis, name) = (chassis.clone(), name.to_owned());
    let (inner, cancelled) = (tasks.clone(), cancelled.clone());
    tasks.spawn(async move {
        while let Some(accepted) = cancelled.run_until_cancelled(listener.accept()).await {
            let Ok((stream, _)) = accepted else { continue };
            let closed = chassis.availability() == Availability::Closed;
            if closed || chassis.faults.strikes("", &Fault::Refuse) {
                // No linger: the client sees a reset, not a polite end.
                let _ = stream.set_zero_linger();
                continue;
            }
            let visitor = Visitor::new(chassis.clone(), name.clone());
            inner.spawn(serve(config.clone(), stream, visitor, cancelled.clone()));
        }
    });
    Ok(door)
}

async fn serve(
    config: Arc<Config>,
    stream: TcpStream,
    visitor: Visitor,
    cancelled: CancellationToken,
) {
    let starting = server::run_stream(config, stream, visitor);
    let Some(Ok(mut running)) = cancelled.run_until_cancelled(starting).await else {
        return;
    };
    let handle = running.handle();
    let ended = cancelled.run_until_cancelled(&mut running).await;
    if ended.is_none() {
        let goodbye = "the controller goes down".to_owned();
        let _ = handle
            .disconnect(Disconnect::ByApplication, goodbye, "en".to_owned())
            .await;
    }
}

/// One key for all controllers of a process: making one takes its time. The first generation has
/// an RSA key, as OpenSSH of its age.
fn host_key(first_generation: bool) -> Result<PrivateKey, SshError> {
    static OLD: OnceLock<PrivateKey> = OnceLock::new();
    static NEW: OnceLock<PrivateKey> = OnceLock::new();
    let made = if first_generation { &OLD } else { &NEW };
    if let Some(key) = made.get() {
        return Ok(key.clone());
    }
    let failed = |error: russh::keys::ssh_key::Error| SshError::Key(error.to_string());
    let key = if first_generation {
        let pair = RsaKeypair::random(&mut safe_rng(), 2048).map_err(failed)?;
        PrivateKey::new(KeypairData::from(pair), "").map_err(failed)?
    } else {
        PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).map_err(failed)?
    };
    Ok(made.get_or_init(|| key).clone())
}

/// The first generation speaks what SSH spoke around 2010 and nothing newer. Which method of
/// password login each release offers is not recorded: both are played.
fn config(personality: &Personality, key: PrivateKey) -> Config {
    let method = match personality.asks_for_password() {
        true => MethodKind::KeyboardInteractive,
        false => MethodKind::Password,
    };
    let mut config = Config {
        methods: MethodSet::from(&[method][..]),
        auth_rejection_time: Duration::ZERO,
        keys: vec![key],
        ..Config::default()
    };
    if personality.is_first_generation() {
        config.preferred = Preferred {
            kex: Cow::Borrowed(&[kex::DH_G1_SHA1, kex::DH_G14_SHA1]),
            key: Cow::Owned(vec![Algorithm::Rsa { hash: None }]),
            cipher: Cow::Borrowed(&[cipher::AES_128_CBC, cipher::TRIPLE_DES_CBC]),
            mac: Cow::Borrowed(&[mac::HMAC_SHA1]),
            ..Preferred::DEFAULT
        };
    }
    config
}

/// Somebody at the command line.
struct Visitor {
    chassis: Arc<Chassis>,
    name: String,
    account: Option<(String, Role)>,
    terminal: Option<Terminal>,
    /// Stands for the session among those of the XML API.
    cookie: Option<String>,
}

impl Visitor {
    fn new(chassis: Arc<Chassis>, name: String) -> Self {
        Self {
            chassis,
            name,
            account: None,
            terminal: None,
            cookie: None,
        }
    }

    fn authenticate(&mut self, user: &str, password: &str) -> Auth {
        let ready = self.chassis.availability() != Availability::NoUsers;
        let account = self
            .chassis
            .accounts
            .iter()
            .find(|known| known.user == user && known.password.expose_secret() == password);
        match account.filter(|_| ready) {
            Some(account) => {
                self.account = Some((account.user.clone(), account.role));
                Auth::Accept
            }
            None => Auth::reject(),
        }
    }

    /// Takes one of the four sessions; `None` if there is none.
    fn sit_down(&mut self) -> Option<String> {
        let (user, role) = self.account.clone()?;
        let foreign = self.chassis.faults.take(LOGIN, |fault| match fault {
            Fault::ForeignSessions(count) => Some(*count),
            _ => None,
        });
        let mut state = self.chassis.state();
        let (cookie, _) = state.sessions.open(&user, role, foreign.unwrap_or(0))?;
        drop(state);
        self.cookie = Some(cookie);
        let terminal = Terminal::new(Mode::new(self.chassis.clone(), self.name.clone(), role));
        let greeting = terminal.greeting();
        self.terminal = Some(terminal);
        Some(greeting)
    }

    fn stand_up(&mut self) {
        if let Some(cookie) = self.cookie.take()
            && !self.chassis.faults.strikes("exit", &Fault::LogoutLeaks)
        {
            self.chassis.state().sessions.close(&cookie);
        }
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.stand_up();
    }
}

impl server::Handler for Visitor {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Self::Error> {
        Ok(self.authenticate(user, password))
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Self::Error> {
        let Some(mut answers) = response else {
            return Ok(Auth::Partial {
                name: Cow::Borrowed(""),
                instructions: Cow::Borrowed(""),
                prompts: Cow::Owned(vec![(Cow::Borrowed("Password: "), false)]),
            });
        };
        let password = answers
            .next()
            .map(|answer| String::from_utf8_lossy(&answer).into_owned());
        Ok(self.authenticate(user, &password.unwrap_or_default()))
    }

    async fn channel_open_session(
        &mut self,
        _channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "the trait has them")]
    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _term: &str,
        _columns: u32,
        _rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        match self.sit_down() {
            Some(greeting) => session.data(channel, greeting.into_bytes()),
            None => {
                session.data(channel, "Maximum sessions reached\r\n".as_bytes().to_vec())?;
                session.eof(channel)?;
                session.close(channel)
            }
        }
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let is_seated = self.cookie.as_deref().is_some_and(|cookie| {
            let mut state = self.chassis.state();
            state.sessions.touch(cookie).is_some()
        });
        let Some(terminal) = self.terminal.as_mut().filter(|_| is_seated) else {
            return session.close(channel);
        };
        let shown = terminal.type_in(&String::from_utf8_lossy(data));
        let is_over = terminal.is_over;
        session.data(channel, shown.into_bytes())?;
        if is_over {
            self.stand_up();
            session.eof(channel)?;
            session.close(channel)?;
        }
        Ok(())
    }
}
