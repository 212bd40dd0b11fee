//! Requests by the legacy TLS profile: HTTP/1.1 over the system's OpenSSL, its security level
//! lowered on this one context, which only controllers with that profile share.
//!
//! Measured against OpenSSL 3: with the minimum version alone set to TLS 1.0 the handshake still
//! fails, as its signatures are below level 1. A configuration of the whole process would do, and
//! would weaken every other connection with it.

use std::pin::Pin;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, LOCATION};
use hyper_util::rt::TokioIo;
use openssl::error::ErrorStack;
use openssl::ssl::{Ssl, SslContext, SslMethod, SslOptions, SslVerifyMode, SslVersion};
use reqwest::{StatusCode, Url};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::{Answer, BODY_TYPE, TransportError, address_of};
use crate::certificate::{self, Distrust, Pins};
use crate::error::TransportKind;
use crate::settings::{ControllerSettings, TlsVerify};

/// Everything that proves who the other side is. What OpenSSL was built without (RC4 and 3DES, on
/// Debian 12) can't come back by this.
const CIPHERS: &str = "ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0";
/// `SSL_OP_LEGACY_SERVER_CONNECT`, which the bindings have no name for: OpenSSL 3 else refuses
/// servers that are older than RFC 5746 (2010).
const LEGACY_SERVER_CONNECT: SslOptions = SslOptions::from_bits_retain(0x4);

#[derive(Clone)]
pub(crate) struct Client {
    context: SslContext,
    /// `None` accepts any certificate.
    pins: Option<Pins>,
    connect_timeout: Duration,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("pins", &self.pins)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn new(settings: &ControllerSettings) -> Result<Self, String> {
        let pins = match &settings.verify {
            TlsVerify::System => return Err("no certificate is known".to_owned()),
            TlsVerify::Off => None,
            TlsVerify::Fingerprint(expected) => Some(Pins::Fingerprint(*expected)),
            TlsVerify::CaFile(path) => Some(Pins::Certificates(certificate::read_file(path)?)),
        };
        Ok(Self {
            context: context().map_err(|error| format!("OpenSSL can't be set up: {error}"))?,
            pins,
            connect_timeout: settings.connect_timeout,
        })
    }

    pub(super) async fn post(&self, url: &Url, body: &str) -> Result<Answer, TransportError> {
        let request = request(url, body)?;
        if url.scheme() == "https" {
            exchange(self.limited(self.connect_tls(url)).await?, request).await
        } else {
            exchange(self.limited(connect(url)).await?, request).await
        }
    }

    async fn limited<T>(
        &self,
        connecting: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        tokio::time::timeout(self.connect_timeout, connecting)
            .await
            .unwrap_or_else(|_| Err(TransportError::Failed(TransportKind::Timeout, None)))
    }

    /// A connection whose other end has shown an accepted certificate; nothing was sent on it.
    async fn connect_tls(&self, url: &Url) -> Result<SslStream<TcpStream>, TransportError> {
        // The host's name is not told: these controllers have one certificate, and their servers
        // are older than most extensions.
        let ssl = Ssl::new(&self.context).map_err(unusable)?;
        let mut stream = SslStream::new(ssl, connect(url).await?).map_err(unusable)?;
        Pin::new(&mut stream)
            .connect()
            .await
            .map_err(handshake_failed)?;
        let shown = stream.ssl().peer_certificate();
        let shown = shown.map_or_else(|| Ok(Vec::new()), |one| one.to_der());
        let shown = shown.map_err(unusable)?;
        match &self.pins {
            Some(pins) if !pins.have(&shown) => Err(TransportError::Failed(
                TransportKind::Certificate,
                Some(Box::new(Distrust::of(&shown))),
            )),
            _ => Ok(stream),
        }
    }
}

fn context() -> Result<SslContext, ErrorStack> {
    let mut context = SslContext::builder(SslMethod::tls_client())?;
    context.set_security_level(0);
    context.set_cipher_list(CIPHERS)?;
    context.set_min_proto_version(Some(SslVersion::TLS1))?;
    context.set_options(LEGACY_SERVER_CONNECT | SslOptions::NO_COMPRESSION);
    // The certificate is looked at after the handshake: a chain of such keys proves nothing.
    context.set_verify(SslVerifyMode::NONE);
    Ok(context.build())
}

async fn connect(url: &Url) -> Result<TcpStream, TransportError> {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().unwrap_or_default();
    TcpStream::connect((host, port)).await.map_err(unreachable)
}

fn request(url: &Url, body: &str) -> Result<Request<Full<Bytes>>, TransportError> {
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Request::post(path)
        .header(HOST, address_of(url))
        .header(CONTENT_TYPE, BODY_TYPE)
        .header(CONNECTION, "close")
        .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))
        .map_err(|error| TransportError::Unusable(format!("it can't be asked: {error}")))
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, TransportError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(unreachable)?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(unreachable)?;
        let location = response.headers().get(LOCATION);
        let mut answer = Answer {
            status: response.status(),
            location: location
                .and_then(|place| place.to_str().ok())
                .map(str::to_owned),
            body: Vec::new(),
        };
        let mut body = response.into_body();
        while let Some(frame) = body
            .frame()
            .await
            .filter(|_| answer.status == StatusCode::OK)
        {
            if let Ok(piece) = frame.map_err(unreachable)?.into_data() {
                answer.push(&piece)?;
            }
        }
        Ok(answer)
    };
    let mut answer = std::pin::pin!(answer);
    // The connection is worked on beside the answer; when it ends first, what it has brought is
    // still to be read, and its error is that of the answer too.
    tokio::select! {
        answer = &mut answer => return answer,
        _ = connection => {}
    }
    answer.await
}

fn unusable(error: ErrorStack) -> TransportError {
    TransportError::Unusable(format!("OpenSSL failed: {error}"))
}

fn unreachable(error: impl std::error::Error + Send + Sync + 'static) -> TransportError {
    TransportError::Failed(TransportKind::Unreachable, Some(Box::new(error)))
}

/// A connection that breaks in the handshake is no disagreement: a restarting controller does so.
fn handshake_failed(error: openssl::ssl::Error) -> TransportError {
    let kind = match error.ssl_error() {
        Some(_) => TransportKind::LegacyTls,
        None => TransportKind::Unreachable,
    };
    TransportError::Failed(kind, Some(Box::new(error)))
}
