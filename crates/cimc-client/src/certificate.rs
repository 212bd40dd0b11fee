//! Certificates that are accepted for themselves, and what is said of one that is not.
//!
//! Certificates of these controllers are mostly self-signed, without a usable name and often
//! expired, so knowing one by itself is the honest choice where no CA is in use.

use std::fmt::Write as _;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};

/// Certificates accepted whatever their name and dates.
#[derive(Debug, Clone)]
pub(crate) enum Pins {
    /// The one with this SHA-256 fingerprint of its DER form.
    Fingerprint([u8; 32]),
    /// These themselves.
    Certificates(Vec<CertificateDer<'static>>),
}

impl Pins {
    /// Whether a certificate, in DER form, is one of them.
    pub(crate) fn have(&self, shown: &[u8]) -> bool {
        match self {
            Self::Fingerprint(expected) => *expected == fingerprint(shown),
            Self::Certificates(all) => all.iter().any(|one| one.as_ref() == shown),
        }
    }
}

/// The certificates of a PEM file; the error is a sentence about the file.
pub(crate) fn read_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(path, &format!("can't be read: {error}")))?;
    match certificates.is_empty() {
        true => Err(unusable(path, "has no certificate in it")),
        false => Ok(certificates),
    }
}

/// A sentence about a certificate file.
pub(crate) fn unusable(path: &Path, why: &str) -> String {
    format!("the certificate file {} {why}", path.display())
}

/// A certificate that the settings do not accept: its fingerprint is what an operator compares
/// with the controller's own page, and pins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the controller shows a certificate with the SHA-256 fingerprint {fingerprint}{why}")]
pub(crate) struct Distrust {
    fingerprint: String,
    /// What the check said, in brackets; empty where only the fingerprint counts.
    why: String,
}

impl Distrust {
    pub(crate) fn of(shown: &[u8]) -> Self {
        Self {
            fingerprint: hexadecimal(&fingerprint(shown)),
            why: String::new(),
        }
    }

    pub(crate) fn because(self, why: impl std::fmt::Display) -> Self {
        Self {
            why: format!(" ({why})"),
            ..self
        }
    }
}

fn fingerprint(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
