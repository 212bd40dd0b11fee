//! TLS client configurations for the four ways of verifying.
//!
//! Certificates of these controllers are mostly self-signed, without a usable name and often
//! expired, so pinning one is the honest choice where no CA is in use. Except with verification
//! off, the other side must always prove that it has the key of the certificate.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use sha2::{Digest as _, Sha256};

use crate::settings::TlsVerify;

/// The configuration for one way of verifying; the error is a sentence about the setting.
pub(crate) fn config(verify: &TlsVerify) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let verifier: Arc<dyn ServerCertVerifier> = match verify {
        TlsVerify::System => Arc::new(
            Verifier::new(provider.clone())
                .map_err(|error| format!("the system's certificates can't be used: {error}"))?,
        ),
        TlsVerify::Off => Arc::new(AnyCertificate(algorithms)),
        TlsVerify::CaFile(path) => Arc::new(from_file(path, provider.clone())?),
        TlsVerify::Fingerprint(expected) => Arc::new(Pinned {
            accepted: Accepted::Fingerprint(*expected),
            ca: None,
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

fn from_file(path: &Path, provider: Arc<CryptoProvider>) -> Result<Pinned, String> {
    let unusable = |why: String| format!("the certificate file {} {why}", path.display());
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(format!("can't be read: {error}")))?;
    if certificates.is_empty() {
        return Err(unusable("has no certificate in it".to_owned()));
    }
    let algorithms = provider.signature_verification_algorithms;
    let mut roots = RootCertStore::empty();
    // A certificate that can't be a root is still accepted by itself.
    roots.add_parsable_certificates(certificates.iter().cloned());
    let ca = match roots.is_empty() {
        true => None,
        false => Some(
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(|error| unusable(format!("can't be used: {error}")))?,
        ),
    };
    Ok(Pinned {
        accepted: Accepted::Certificates(certificates),
        ca,
        algorithms,
    })
}

#[derive(Debug)]
enum Accepted {
    Fingerprint([u8; 32]),
    Certificates(Vec<CertificateDer<'static>>),
}

/// Accepts known certificates whatever their name and dates, and those of a CA if there is one.
#[derive(Debug)]
struct Pinned {
    accepted: Accepted,
    ca: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// The certificate shown is not the pinned one.
#[derive(Debug, thiserror::Error)]
#[error("the controller shows a certificate with the SHA-256 fingerprint {0}")]
struct OtherCertificate(String);

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown: [u8; 32] = Sha256::digest(end_entity).into();
        let known = match &self.accepted {
            Accepted::Fingerprint(expected) => *expected == shown,
            Accepted::Certificates(all) => all.iter().any(|one| one == end_entity),
        };
        if known {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.ca {
            Some(ca) => {
                ca.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => {
                let error = OtherError(Arc::new(OtherCertificate(hexadecimal(&shown))));
                Err(Error::InvalidCertificate(CertificateError::Other(error)))
            }
        }
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

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
