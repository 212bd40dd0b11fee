//! The SSH connection: what is offered, which host key is accepted, how to log in.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::client::{self, AuthResult, GexParams, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PublicKeyOrCertificate};
use russh::{Channel, MethodKind, Preferred, cipher, kex, mac};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use crate::controller::Core;
use crate::error::{CimcError, TransportKind};
use crate::settings::{CliSettings, HostKey};

/// What the actions of a login are called in errors.
pub(super) const LOG_IN: &str = "log in to its command line";
/// So wide that neither a command nor a row of a table is broken.
const COLUMNS: u32 = 511;
/// Bits of a Diffie-Hellman group, where the server chooses it: the smallest that russh takes. It
/// would ask for 8192, which keeps the processor of a controller busy for a minute.
const GROUP: usize = 2048;
const LARGEST_GROUP: usize = 8192;
/// So long that the fewest answers come in pages.
const ROWS: u32 = 511;

/// Modern first, then what controllers of 2010 speak and nothing else: this client alone offers it.
///
/// What russh can't do at all is `ssh-dss`, RC4 and MD5.
fn algorithms() -> Preferred {
    let rsa = |hash| Algorithm::Rsa { hash };
    let ecdsa = |curve| Algorithm::Ecdsa { curve };
    Preferred {
        kex: Cow::Owned(vec![
            kex::CURVE25519,
            kex::CURVE25519_PRE_RFC_8731,
            kex::ECDH_SHA2_NISTP256,
            kex::DH_G14_SHA256,
            kex::DH_GEX_SHA256,
            kex::DH_G16_SHA512,
            kex::DH_G14_SHA1,
            kex::DH_GEX_SHA1,
            kex::DH_G1_SHA1,
            kex::EXTENSION_SUPPORT_AS_CLIENT,
            kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
        ]),
        key: Cow::Owned(vec![
            Algorithm::Ed25519,
            ecdsa(EcdsaCurve::NistP256),
            ecdsa(EcdsaCurve::NistP384),
            ecdsa(EcdsaCurve::NistP521),
            rsa(Some(HashAlg::Sha512)),
            rsa(Some(HashAlg::Sha256)),
            rsa(None),
        ]),
        cipher: Cow::Owned(vec![
            cipher::CHACHA20_POLY1305,
            cipher::AES_256_GCM,
            cipher::AES_256_CTR,
            cipher::AES_192_CTR,
            cipher::AES_128_CTR,
            cipher::AES_256_CBC,
            cipher::AES_192_CBC,
            cipher::AES_128_CBC,
            cipher::TRIPLE_DES_CBC,
        ]),
        mac: Cow::Owned(vec![
            mac::HMAC_SHA512_ETM,
            mac::HMAC_SHA256_ETM,
            mac::HMAC_SHA512,
            mac::HMAC_SHA256,
            mac::HMAC_SHA1_ETM,
            mac::HMAC_SHA1,
        ]),
        ..Preferred::DEFAULT
    }
}

/// An open terminal.
pub(super) struct Terminal {
    pub(super) handle: Handle<Guard>,
    pub(super) channel: Channel<client::Msg>,
}

/// Connects, checks the host key, logs in, opens a terminal with the command line in it.
pub(super) async fn connect(
    core: &Core,
    settings: &CliSettings,
    limit: Duration,
) -> Result<Terminal, CimcError> {
    let login = Login { core, settings };
    timeout(limit, login.open())
        .await
        .unwrap_or_else(|_| Err(core.too_late(LOG_IN)))
}

struct Login<'c> {
    core: &'c Core,
    settings: &'c CliSettings,
}

impl Login<'_> {
    async fn open(&self) -> Result<Terminal, CimcError> {
        let host = self.core.settings.host()?;
        let port = self.settings.port;
        let connect = tokio::net::TcpStream::connect((host.as_str(), port));
        let stream = timeout(self.core.settings.connect_timeout, connect)
            .await
            .map_err(|_| self.unreachable(None))?
            .map_err(|error| self.unreachable(Some(Box::new(error))))?;
        let seen = Arc::new(Mutex::new(None));
        let guard = Guard {
            accepted: self.settings.host_key.clone(),
            seen: seen.clone(),
        };
        let group_sizes =
            || GexParams::new(GROUP, GROUP, LARGEST_GROUP).map_err(|error| self.broken(error));
        let config = client::Config {
            preferred: algorithms(),
            nodelay: true,
            gex: group_sizes()?,
            ..client::Config::default()
        };
        let handle = client::connect_stream(Arc::new(config), stream, guard).await;
        let mut handle = handle.map_err(|error| {
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
            self.refused(error, seen)
        })?;
        self.authenticate(&mut handle).await?;
        let channel = handle.channel_open_session().await;
        let channel = channel.map_err(|error| self.broken(error))?;
        let asked = async {
            channel
                .request_pty(false, "vt100", COLUMNS, ROWS, 0, 0, &[])
                .await?;
            channel.request_shell(false).await
        };
        asked.await.map_err(|error| self.broken(error))?;
        Ok(Terminal { handle, channel })
    }

    /// By password; where that is not among the methods, by answering each question with it.
    async fn authenticate(&self, handle: &mut Handle<Guard>) -> Result<(), CimcError> {
        let user = &self.core.settings.username;
        let password = || self.core.settings.password.expose_secret().to_owned();
        let result = handle.authenticate_password(user, password()).await;
        let remaining = match result.map_err(|error| self.broken(error))? {
            AuthResult::Success => return Ok(()),
            AuthResult::Failure {
                remaining_methods, ..
            } => remaining_methods,
        };
        // A refused password must not be tried again: accounts get locked.
        if remaining.contains(&MethodKind::Password)
            || !remaining.contains(&MethodKind::KeyboardInteractive)
        {
            return Err(self.not_let_in());
        }
        let started = handle.authenticate_keyboard_interactive_start(user, None);
        let mut reply = started.await.map_err(|error| self.broken(error))?;
        // The password, and perhaps an empty round after it.
        for _ in 0..3 {
            reply = match reply {
                KeyboardInteractiveAuthResponse::Success => return Ok(()),
                KeyboardInteractiveAuthResponse::Failure { .. } => break,
                KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => {
                    let answers = prompts.iter().map(|_| password()).collect();
                    let next = handle.authenticate_keyboard_interactive_respond(answers);
                    next.await.map_err(|error| self.broken(error))?
                }
            };
        }
        match reply {
            KeyboardInteractiveAuthResponse::Success => Ok(()),
            _ => Err(self.not_let_in()),
        }
    }

    fn not_let_in(&self) -> CimcError {
        CimcError::Auth {
            address: self.core.address.clone(),
            action: LOG_IN.to_owned(),
            answer: "SSH: permission denied".to_owned(),
        }
    }

    fn unreachable(&self, source: Option<crate::error::BoxError>) -> CimcError {
        CimcError::Transport {
            address: self.core.address.clone(),
            action: format!("{LOG_IN} (SSH, port {})", self.settings.port),
            kind: TransportKind::NoSsh,
            source,
        }
    }

    fn broken(&self, error: russh::Error) -> CimcError {
        self.unreachable(Some(Box::new(error)))
    }

    /// The handshake failed: because of the host key, of the algorithms, or of the network.
    fn refused(&self, error: russh::Error, seen: Option<String>) -> CimcError {
        let address = self.core.address.clone();
        match (error, seen) {
            (russh::Error::UnknownKey, Some(found)) => CimcError::HostKey {
                address,
                found,
                pinned: matches!(self.settings.host_key, HostKey::Fingerprint(_)),
            },
            (russh::Error::NoCommonAlgo { kind, theirs, .. }, _) => CimcError::NoCommandLine {
                address,
                port: self.settings.port,
                problem: format!(
                    "of SSH {kind:?} algorithms it offers only {}, and none of them can be spoken here; update its \
                     firmware, or switch the command line off for it",
                    theirs.join(", ").to_ascii_lowercase()
                ),
            },
            (error, _) => self.broken(error),
        }
    }
}

/// Decides about the host key.
pub(super) struct Guard {
    accepted: HostKey,
    /// The fingerprint that was shown, for the error.
    seen: Arc<Mutex<Option<String>>>,
}

impl client::Handler for Guard {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        key: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = key else {
            return Ok(false);
        };
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let accepted = match &self.accepted {
            HostKey::Any => true,
            HostKey::Fingerprint(pinned) => *pinned == fingerprint,
            HostKey::Unknown => false,
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(fingerprint);
        Ok(accepted)
    }
}
