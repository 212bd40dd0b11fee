//! Which TLS a simulated controller speaks, and the certificates that it shows.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::PrivateKeyDer;

use crate::personality::Personality;

#[cfg(feature = "legacy-tls")]
mod aged;

/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// Which TLS a controller speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tls {
    /// None: plain HTTP.
    #[default]
    Off,
    /// TLS 1.2 and 1.3 with a self-signed certificate, whatever the firmware.
    Modern,
    /// What firmware of that age speaks, with a certificate of that age: TLS 1.0 alone below 2.0
    /// (field reports), 1.0 to 1.2 in 2.0 (field reports), 1.2 from 3.0, and 1.3 from 4.2(2a)
    /// (metadata of imcsdk 0.9.17). As [`Tls::Modern`] in builds without the feature
    /// `legacy-tls`.
    Aged,
}

impl Tls {
    /// Whether this build can play [`Tls::Aged`].
    pub const CAN_AGE: bool = cfg!(feature = "legacy-tls");
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The key or the certificate.
    #[error("making a self-signed certificate failed")]
    Certificate(#[from] rcgen::Error),
    /// The TLS set-up.
    #[error("setting up TLS failed")]
    Setup(#[from] rustls::Error),
    /// The key, the certificate or the TLS set-up of an old controller.
    #[cfg(feature = "legacy-tls")]
    #[error("setting up old TLS failed")]
    Aged(#[from] openssl::error::ErrorStack),
}

/// What takes a controller's connections, and the certificate that it shows.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) acceptor: Acceptor,
    /// PEM text.
    pub(crate) certificate: Option<String>,
}

#[derive(Clone)]
pub(crate) enum Acceptor {
    Plain,
    Modern(Arc<rustls::ServerConfig>),
    #[cfg(feature = "legacy-tls")]
    Aged(Arc<openssl::ssl::SslAcceptor>),
}

/// The fronts of a rack, each made at its first use: controllers of one kind share a certificate.
#[derive(Default)]
pub(crate) struct Fronts {
    modern: Option<Front>,
    #[cfg(feature = "legacy-tls")]
    aged: std::collections::HashMap<aged::Age, Front>,
}

impl Fronts {
    pub(crate) fn front(&mut self, tls: Tls, personality: &Personality) -> Result<Front, TlsError> {
        match tls {
            Tls::Off => Ok(Front {
                acceptor: Acceptor::Plain,
                certificate: None,
            }),
            Tls::Aged if Tls::CAN_AGE => self.aged(personality),
            Tls::Aged | Tls::Modern => match &self.modern {
                Some(front) => Ok(front.clone()),
                None => Ok(self.modern.insert(modern()?).clone()),
            },
        }
    }

    #[cfg(feature = "legacy-tls")]
    fn aged(&mut self, personality: &Personality) -> Result<Front, TlsError> {
        let age = aged::Age::of(personality.release);
        if let Some(front) = self.aged.get(&age) {
            return Ok(front.clone());
        }
        let front = age.front()?;
        self.aged.insert(age, front.clone());
        Ok(front)
    }

    #[cfg(not(feature = "legacy-tls"))]
    fn aged(&mut self, personality: &Personality) -> Result<Front, TlsError> {
        self.front(Tls::Modern, personality)
    }
}

/// A self-signed certificate as controllers have: a fixed name that fits no address.
fn modern() -> Result<Front, TlsError> {
    let made = rcgen::generate_simple_self_signed(["cimc.invalid".to_owned()])?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
        .map_err(|why| rustls::Error::General(why.to_owned()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(Front {
        acceptor: Acceptor::Modern(Arc::new(config)),
        certificate: Some(made.cert.pem()),
    })
}
