//! The modern TLS profile: rustls, TLS 1.2 and 1.3, for the four ways of verifying.
//!
//! Except with verification off, the other side must always prove that it has the key of the
//! certificate.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};
use rustls_platform_verifier::Verifier;

use crate::certificate::{self, Distrust, Pins};
use crate::settings::TlsVerify;

/// The configuration for one way of verifying; the error is a sentence about the setting.
pub(crate) fn config(verify: &TlsVerify) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let verifier: Arc<dyn ServerCertVerifier> = match verify {
        TlsVerify::System => Arc::new(Checked {
            pins: Pins::Certificates(Vec::new()),
            authorities: Some(Arc::new(Verifier::new(provider.clone()).map_err(
                |error| format!("the system's certificates can't be used: {error}"),
            )?)),
            algorithms,
        }),
        TlsVerify::Off => Arc::new(AnyCertificate(algorithms)),
        TlsVerify::CaFile(path) => Arc::new(from_file(path, provider.clone())?),
        TlsVerify::Fingerprint(expected) => Arc::new(Checked {
            pins: Pins::Fingerprint(*expected),
            authorities: None,
            algorithms,
        }),
    };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS can't be set up: {error}"))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

fn from_file(path: &Path, provider: Arc<CryptoProvider>) -> Result<Checked, String> {
    let certificates = certificate::read_file(path)?;
    let algorithms = provider.signature_verification_algorithms;
    let mut roots = RootCertStore::empty();
    // A certificate that can't be a root is still accepted by itself.
    roots.add_parsable_certificates(certificates.iter().cloned());
    let authorities: Option<Arc<dyn ServerCertVerifier>> = match roots.is_empty() {
        true => None,
        false => Some(
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(|error| certificate::unusable(path, &format!("can't be used: {error}")))?,
        ),
    };
    Ok(Checked {
        pins: Pins::Certificates(certificates),
        authorities,
        algorithms,
    })
}

/// Accepts known certificates whatever their name and dates, and those of authorities if there
/// are any. A refusal tells the fingerprint that was shown.
#[derive(Debug)]
struct Checked {
    pins: Pins,
    authorities: Option<Arc<dyn ServerCertVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Checked {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.pins.have(end_entity) {
            return Ok(ServerCertVerified::assertion());
        }
        let distrust = Distrust::of(end_entity);
        let Some(authorities) = &self.authorities else {
            return Err(refused(distrust));
        };
        authorities
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| refused(distrust.because(error)))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Accepts everything, certificates that can't even be read included.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.0.supported_schemes();
        // Old controllers sign with SHA-1; as nothing is verified, nothing is lost by offering it.
        schemes.push(SignatureScheme::RSA_PKCS1_SHA1);
        schemes
    }
}

fn refused(distrust: Distrust) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(distrust))))
}

/// What the check of a certificate said, if that is what failed.
pub(crate) fn distrust(error: &Error) -> Option<&Distrust> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => {
            inner.downcast_ref()
        }
        _ => None,
    }
}
